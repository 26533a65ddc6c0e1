package record_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// recordNames are names that the decoder knows, so that odd values get to all of them.
var recordNames = []string{
	"EngineCallId", "LogTime", "TransactionDate", "SourceSystem", "Purpose", "UserName", "HostName", "Tenant", "Service", "Product",
	"EngineDetails", "CalcTime", "SparkTotalTime", "ServiceRevision", "APIVersion", "ControlLogReference", "request_data", "request_meta",
	"response_data", "response_meta", "inputs", "outputs", "warnings", "errors", "service_chain", "service_uri", "service_id", "version",
	"version_id", "transaction_date", "call_purpose", "source_system", "correlation_id", "requested_output", "compiler_type", "array_outputs",
	"response_data_inputs", "xreport_options", "spark_total_time", "process_time", "call_id", "request_timestamp", "source_path", "message",
	"error_category", "error_type", "additional_details", "unknown", "", `\u0041`, "é",
}

// recordText draws a record with values of any kind at any place.
func recordText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		object := drawObject(t, 5, []string{"EngineDetails", "EngineDetails"})
		if object == "{}" {
			return `{"Purpose":"p"}`
		}
		return `{"Purpose":"p",` + object[1:]
	})
}

func drawObject(t *rapid.T, depth int, likely []string) string {
	var members []string
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		name := rapid.SampledFrom(append(likely, recordNames...)).Draw(t, "name")
		space := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "space")
		members = append(members, space+`"`+name+`"`+space+":"+space+drawJSON(t, depth-1))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func drawJSON(t *rapid.T, depth int) string {
	kinds := 6
	if depth > 0 {
		kinds = 9
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"true", "false", "null", `""`}).Draw(t, "literal")
	case 1, 2:
		return rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
	case 3:
		return `"` + rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(z|Z|[+-][01][0-9]:[0-5][0-9])?)?`).Draw(t, "time") + `"`
	case 4, 5:
		return `"` + rapid.StringMatching(`([ !#-\[\]-~é€😀]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*`).Draw(t, "string") + `"`
	case 6:
		var elements []string
		for range rapid.IntRange(0, 4).Draw(t, "elements") {
			elements = append(elements, drawJSON(t, depth-1))
		}
		return "[" + strings.Join(elements, " ,") + "]"
	default:
		return drawObject(t, depth, []string{"request_meta", "response_meta", "request_data", "response_data"})
	}
}

// Decoded and encoded again, a record has the same bytes; encoding/json squeezes
// out white space and escapes characters of HTML, but the value stays the same to
// the last digit.
func TestCallRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := recordText().Draw(t, "record")
		checkRoundTrip(t, text)
	})
}

func checkRoundTrip(t require.TestingT, text string) {
	call, err := record.ParseCall([]byte(text))
	require.NoError(t, err)
	require.Equal(t, text, string(call.JSON()))

	encoded, err := json.Marshal(call)
	require.NoError(t, err)
	require.Equal(t, exact(t, []byte(text)), exact(t, encoded))

	var again record.Call
	require.NoError(t, json.Unmarshal(encoded, &again))
	require.Equal(t, exact(t, []byte(text)), exact(t, again.JSON()))
	require.Len(t, again.Problems(), len(call.Problems()))

	for _, problem := range call.Problems() {
		require.NotEmpty(t, problem.Path)
		require.NotEmpty(t, problem.Reason)
		require.NotContains(t, problem.String(), "\n")
		require.Contains(t, text, problem.Raw)
	}
	for _, values := range []record.Values{call.Inputs, call.Outputs} {
		require.Equal(t, len(values.JSON()) > 0, values.JSON() != nil)
		n := 0
		for name, value := range values.All() {
			n++
			require.True(t, json.Valid(value.JSON()))
			_, ok := values.Get(name)
			require.True(t, ok)
		}
		require.Equal(t, values.Len(), n)
	}
}

// exact decodes JSON so that two texts are equal only if they have the same value
// digit for digit, with members in the same order: as a list of tokens.
func exact(t require.TestingT, text []byte) (tokens []json.Token) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return tokens
		}
		require.NoError(t, err)
		tokens = append(tokens, token)
	}
}

func FuzzParseCall(f *testing.F) {
	files, err := filepath.Glob("testdata/calls/*.json")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`"{\"EngineCallId\":\"x\"}"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		call, err := record.ParseCall(data)
		if err != nil {
			require.Nil(t, call)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.NotPanics(t, func() { checkRoundTrip(t, string(call.JSON())) })
		if json.Valid(data) && bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
			require.Equal(t, string(bytes.Trim(data, " \n\r\t")), string(call.JSON()))
		}
	})
}
