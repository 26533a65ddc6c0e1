package record_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/golden"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

// callFields is a Call without its methods, so that its fields can be marshaled.
type callFields record.Call

func requireGolden(t *testing.T, path string, got any) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(got))
	golden.Require(t, path, text.String())
}

func TestParseCallGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/calls/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			call, err := record.ParseCall(data)
			require.NoError(t, err)
			requireGolden(t, strings.TrimSuffix(file, ".json")+".golden", map[string]any{
				"call":     callFields(*call),
				"problems": call.Problems(),
			})
			require.Equal(t, string(bytes.TrimSpace(data)), string(call.JSON()), "the raw record")
		})
	}
}

func parse(t *testing.T, text string) *record.Call {
	t.Helper()
	call, err := record.ParseCall([]byte(text))
	require.NoError(t, err)
	return call
}

// inDetails puts members into EngineDetails.
func inDetails(members string) string { return `{"EngineDetails":{` + members + `}}` }

func TestParseCallKeepsNothingOfTheBuffer(t *testing.T) {
	data := []byte(`{"EngineCallId":"one"}`)
	call, err := record.ParseCall(data)
	require.NoError(t, err)
	clear(data)
	require.Equal(t, "one", call.ID)
	require.Equal(t, `{"EngineCallId":"one"}`, string(call.JSON()))
}

func TestParseCallEncodedAsString(t *testing.T) {
	data, err := os.ReadFile("testdata/calls/full.json")
	require.NoError(t, err)
	data = bytes.TrimSpace(data)
	encoded, err := json.Marshal(string(data))
	require.NoError(t, err)
	call := parse(t, string(encoded))
	require.Equal(t, "term-life", call.Service)
	require.Equal(t, string(data), string(call.JSON()), "the record, not the string around it")
}

func TestParseCallErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                         "the record is empty or null",
		" \n":                      "the record is empty or null",
		`null`:                     "the record is empty or null",
		`""`:                       "the record is empty or null",
		`"null"`:                   "the record is empty or null",
		`[]`:                       "expected a record (a JSON object), found a list",
		`"[]"`:                     "expected a record (a JSON object), found a list",
		`5`:                        "expected a record (a JSON object), found a number",
		`true`:                     "expected a record (a JSON object), found a boolean",
		`"\"{}\""`:                 "a string within a string",
		`"text"`:                   "found 'e', expected the word true",
		`"plain"`:                  "found 'p', expected a value",
		`{"a":1`:                   "ends in the middle",
		`{"a":01}`:                 "at byte 6",
		`  {"a":tru}`:              "found '}', expected the word true, at byte 10",
		`{} {}`:                    "more text after the record, at byte 3",
		`<html><body>502</body>`:   "found '<', expected a value, at byte 0",
		`{"a":"` + "\x01" + `"}`:   "control character",
		strings.Repeat(`[`, 10001): "nested more than 10000 deep",
	} {
		call, err := record.ParseCall([]byte(text))
		require.ErrorContains(t, err, want, "record %.40s", text)
		require.NotContains(t, err.Error(), "\n")
		require.Nil(t, call)
	}
}

func TestParseCallPrecedence(t *testing.T) {
	all := `{"CalcTime":1,"SparkTotalTime":2,"EngineCallId":"own","Purpose":"own","SourceSystem":"own","TransactionDate":"2026-01-01","ServiceRevision":"own",
		"EngineDetails":{
			"request_meta":{"version":"asked","version_id":"asked","service_id":"asked","correlation_id":"asked","compiler_type":"asked","call_purpose":"asked","source_system":"asked","transaction_date":"2026-01-03","parameterset_version_id":"asked"},
			"response_meta":{"version":"done","version_id":"done","service_id":"done","correlation_id":"done","compiler_type":"done","process_time":3,"spark_total_time":4,"call_id":"done","parameterset_version_id":"done"}}}`
	call := parse(t, all)
	require.Equal(t, []string{"own", "own", "own", "own"}, []string{call.ID, call.Purpose, call.SourceSystem, call.Revision})
	require.Equal(t, []string{"done", "done", "done", "done", "done", "done"},
		[]string{call.Version, call.VersionID, call.ServiceID, call.CorrelationID, call.CompilerType, call.ParameterSetVersionID})
	require.Equal(t, time.Millisecond, call.CalcTime)
	require.Equal(t, 2*time.Millisecond, call.TotalTime)
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), call.TransactionDate)
	require.Equal(t, "asked", call.Request.Version)

	// Where the first is missing, null, empty or unreadable, the next steps in.
	for _, gone := range []string{`null`, `""`, `{"odd":1}`} {
		call = parse(t, strings.NewReplacer(`"own"`, gone, `"done"`, gone, `"CalcTime":1`, `"CalcTime":`+gone,
			`"SparkTotalTime":2`, `"SparkTotalTime":`+gone, `"2026-01-01"`, gone).Replace(all))
		require.Equal(t, []string{"", "asked", "asked", ""}, []string{call.ID, call.Purpose, call.SourceSystem, call.Revision})
		require.Equal(t, []string{"asked", "asked", "asked", "asked", "asked", "asked"},
			[]string{call.Version, call.VersionID, call.ServiceID, call.CorrelationID, call.CompilerType, call.ParameterSetVersionID})
		require.Equal(t, 3*time.Millisecond, call.CalcTime)
		require.Equal(t, 4*time.Millisecond, call.TotalTime)
		require.Equal(t, time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), call.TransactionDate)
	}
	require.Equal(t, "revision", parse(t, `{"ServiceRevision":"revision"}`).Version)
	require.Equal(t, "done", parse(t, inDetails(`"response_meta":{"call_id":"done"}`)).ID)

	// A zero that the record states is a value, not a gap.
	call = parse(t, `{"CalcTime":0,"EngineDetails":{"response_meta":{"process_time":3}}}`)
	require.Zero(t, call.CalcTime)
}

func TestParseCallNames(t *testing.T) {
	call := parse(t, `{"engineCallID":"lower","ENGINECALLID":"upper","Tenant":"t"}`)
	require.Empty(t, call.ID, "names count with their case")
	call = parse(t, `{"Engine\u0043allId":"escaped"}`)
	require.Equal(t, "escaped", call.ID)
	call = parse(t, `{"EngineCallId":"first","EngineCallId":"last"}`)
	require.Equal(t, "last", call.ID)
	call = parse(t, `{"EngineDetails":{"response_meta":{"system":"A","engine_id":"E"}},"EngineDetails":{"response_meta":{"system":"B"}}}`)
	require.Equal(t, "B", call.System)
	require.Equal(t, "E", call.EngineID, "merged, as encoding/json does")
	call = parse(t, inDetails(`"request_meta":{"transaction_date":"odd","version":[]}`))
	require.Len(t, call.Problems(), 2, "a place that serves two fields is reported once")
	call = parse(t, `{"a":{"response_meta":{"system":"elsewhere"}},"EngineDetails":{"a":{"system":"elsewhere"}}}`)
	require.Empty(t, call.System)
}

func TestParseCallInvalidUnicode(t *testing.T) {
	for _, part := range []string{"\xff", `\ud83d`} {
		text := `{"UserName":"Z` + part + `o","Tenant":"é\u00e9\ud83d\ude00"}`
		call := parse(t, text)
		require.Equal(t, "Z\uFFFDo", call.User)
		require.Equal(t, "éé😀", call.Tenant)
		require.Equal(t, text, string(call.JSON()))
		require.Equal(t, []record.Problem{{Path: "$", Raw: part, Reason: "invalid Unicode at byte 14 of the record"}}, call.Problems())

		call = parse(t, `"{\"UserName\":\"Z`+part+`o\"}"`)
		require.Equal(t, "Z\uFFFDo", call.User)
		require.Equal(t, []record.Problem{{Path: "$", Raw: part, Reason: "invalid Unicode at byte 18 of the string around the record"}}, call.Problems())
	}
}
