package parquet_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

var peerDirectory = flag.String("peer", "", "directory of testdata/duckdb with its packages installed, for TestDuckDB; see make peers")

// A reader that shares no code with the writer reads the values of the records.
func TestAnotherReader(t *testing.T) {
	calls, path := exportedFile(t)
	command := exec.Command("go", "run", ".", path)
	command.Dir = "testdata/reader"
	var read reading
	runJSON(t, command, &read)
	requireReading(t, calls, path, read, func(_, value string) string { return value })
}

func TestDuckDB(t *testing.T) {
	if *peerDirectory == "" {
		t.Skip("make peers runs it if node and npm are installed")
	}
	calls, path := exportedFile(t)
	var read reading
	runJSON(t, duckDB(path), &read)
	requireReading(t, calls, path, read, asDuckDB)

	sum := new(big.Rat)
	for _, call := range calls {
		if premium, ok := call.Outputs.Get("Annual Premium"); ok {
			if number, ok := new(big.Rat).SetString(string(premium.JSON())); ok { // and not null
				sum.Add(sum, number)
			}
		}
	}
	var result [][]string
	runJSON(t, duckDB(path, `SELECT count(*)::VARCHAR, sum("output_Annual Premium")::VARCHAR FROM calls`), &result)
	require.Equal(t, [][]string{{strconv.Itoa(len(calls)), sum.FloatString(17)}}, result)
}

func duckDB(arguments ...string) *exec.Cmd {
	command := exec.Command("node", append([]string{filepath.Join(*peerDirectory, "duckdb.mjs")}, arguments...)...)
	command.Env = append(os.Environ(), "TZ=UTC")
	return command
}

// exportedFile writes a file of calls of many kinds.
func exportedFile(t testing.TB) (calls []*record.Call, path string) {
	t.Helper()
	for _, call := range sparktest.Generate(sparktest.History{Calls: 200}) {
		call.TimeLayout = "2006-01-02T15:04:05.000000"
		parsed, err := record.ParseCall(call.Record())
		require.NoError(t, err)
		calls = append(calls, parsed)
	}
	for call := range callsWith(t,
		`{"big":9223372036854775807,"exact":-0.10000000000000001,"double":0.1,"Double":-0,"mixed":1,"table":[{"a":1.10}]}`,
		`{"big":-9223372036854775808,"exact":12345678901234567890,"double":1e300,"Double":2.5,"mixed":"n/a","table":[]}`,
	) {
		calls = append(calls, call)
	}
	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, each(calls)))
	path = filepath.Join(t.TempDir(), "calls.parquet")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	return calls, path
}

// requireReading expects another program to have read the values of the records. writes
// returns a value of a type as that program writes it.
func requireReading(t testing.TB, calls []*record.Call, path string, read reading, writes func(typed, value string) string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	own := readBack(t, data)
	require.Equal(t, map[string]string{
		"log_time": "TIMESTAMP WITH TIME ZONE", "input_big": "BIGINT", "input_exact": "DECIMAL(38,17)", "input_double": "DOUBLE",
		"input_mixed": "JSON", "input_table": "JSON", "input_Region": "VARCHAR", "output_Annual Premium": "DECIMAL(38,17)",
	}, read.only("log_time", "input_big", "input_exact", "input_double", "input_mixed", "input_table", "input_Region", "output_Annual Premium"))
	require.Len(t, read.Types, len(own.names))
	require.Len(t, read.Rows, len(calls))
	for i, row := range read.Rows {
		require.Len(t, row, len(own.rows[i]), "row %d", i)
		for name, value := range own.rows[i] {
			require.Equal(t, writes(own.types[name], value), row[name], "%s in row %d", name, i)
		}
		if calls[i].LogTime.IsZero() {
			continue // this call has inputs only
		}
		require.Equal(t, calls[i].ID, row["call_id"])
		require.Equal(t, writes("TIMESTAMP", strconv.FormatInt(calls[i].LogTime.UnixMicro(), 10)), row["log_time"])
		requireValues(t, "input_", calls[i].Inputs, row)
		requireValues(t, "output_", calls[i].Outputs, row)
	}
}

// requireValues expects a row to have the values of a call, to the last digit.
func requireValues(t testing.TB, prefix string, values record.Values, row map[string]string) {
	t.Helper()
	for name, value := range values.All() {
		text, ok := row[prefix+name]
		raw := string(value.JSON())
		want, isNumber := new(big.Rat).SetString(raw)
		switch {
		case raw == "null":
			require.False(t, ok, "%s is null", name)
		case isNumber:
			got, _ := new(big.Rat).SetString(text)
			require.Zero(t, want.Cmp(got), "%s: %s, not %s", name, text, raw)
		case raw[0] == '"':
			require.Equal(t, value.String(), text, name)
		default:
			require.Equal(t, raw, text, name)
		}
	}
}

// reading is a file as another program reads it.
type reading struct {
	Types map[string]string   `json:"types"`
	Rows  []map[string]string `json:"rows"`
}

func (r reading) only(names ...string) map[string]string {
	types := map[string]string{}
	for _, name := range names {
		types[name] = r.Types[name]
	}
	return types
}

func runJSON(t testing.TB, command *exec.Cmd, result any) {
	t.Helper()
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(output, result))
}

// asDuckDB returns a time or a double as DuckDB writes it.
func asDuckDB(typed, value string) string {
	switch {
	case strings.HasPrefix(typed, "TIMESTAMP"):
		micros, _ := strconv.ParseInt(value, 10, 64)
		return time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05.999999") + "+00"
	case typed == "DOUBLE" && !strings.ContainsAny(value, ".e"):
		return value + ".0"
	}
	return value
}

func each(calls []*record.Call) func(func(*record.Call, error) bool) {
	return func(yield func(*record.Call, error) bool) {
		for call := range slices.Values(calls) {
			if !yield(call, nil) {
				return
			}
		}
	}
}
