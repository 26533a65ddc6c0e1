package parquet_test

import (
	"bytes"
	"encoding/json"
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

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// Readers that share no code with the writer read the same as is in the records.
func TestOtherReadersReadTheFiles(t *testing.T) {
	var calls []*spark.Call
	for _, call := range sparktest.Generate(sparktest.History{Calls: 200}) {
		call.TimeLayout = "2006-01-02T15:04:05.000000"
		parsed, err := spark.ParseCall(call.Record())
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
	path := filepath.Join(t.TempDir(), "calls.parquet")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	own := readBack(t, file.Bytes())

	for _, reader := range readers {
		t.Run(reader.name, func(t *testing.T) {
			read := reader.read(t, path)
			require.Equal(t, map[string]string{
				"log_time": "TIMESTAMP WITH TIME ZONE", "input_big": "BIGINT", "input_exact": "DECIMAL(38,17)", "input_double": "DOUBLE",
				"input_mixed": "JSON", "input_table": "JSON", "input_Region": "VARCHAR", "output_Annual Premium": "DECIMAL(38,17)",
			}, read.only("log_time", "input_big", "input_exact", "input_double", "input_mixed", "input_table", "input_Region", "output_Annual Premium"))
			require.Len(t, read.Types, len(own.names))
			require.Len(t, read.Rows, len(calls))
			for i, row := range read.Rows {
				require.Len(t, row, len(own.rows[i]), "row %d", i)
				for name, value := range own.rows[i] {
					require.Equal(t, reader.writes(own.types[name], value), row[name], "%s in row %d", name, i)
				}
				if calls[i].LogTime.IsZero() {
					continue // it has inputs only
				}
				require.Equal(t, calls[i].ID, row["call_id"])
				require.Equal(t, reader.writes("TIMESTAMP", strconv.FormatInt(calls[i].LogTime.UnixMicro(), 10)), row["log_time"])
				requireValues(t, "input_", calls[i].Inputs, row)
				requireValues(t, "output_", calls[i].Outputs, row)
			}
		})
	}
}

// requireValues expects a row to have the values of a record, to the last digit.
func requireValues(t testing.TB, prefix string, values spark.Values, row map[string]string) {
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

// reader is a program that reads Parquet files.
type reader struct {
	name string
	read func(t testing.TB, path string) reading
	// writes is how it writes a value that we write so.
	writes func(typed, value string) string
}

var readers = []reader{
	{"parquet-go of fraugster", readWithFraugster, func(_, value string) string { return value }},
	{"DuckDB", readWithDuckDB, asDuckDB},
}

// reading is a file as such a program reads it.
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

func readWithFraugster(t testing.TB, path string) reading {
	command := exec.Command("go", "run", ".", path)
	command.Dir = "testdata/reader"
	return readingOf(t, command)
}

// DuckDB comes from npm: name a folder in which
//
//	npm install @duckdb/node-api
//
// was run by the environment variable DUCKDB_NODE.
func readWithDuckDB(t testing.TB, path string) reading {
	modules := os.Getenv("DUCKDB_NODE")
	if modules == "" {
		t.Skip("DUCKDB_NODE names no folder with DuckDB for Node")
	}
	command := exec.Command("node", "testdata/duckdb.mjs", modules, path)
	command.Env = append(os.Environ(), "TZ=UTC")
	return readingOf(t, command)
}

func readingOf(t testing.TB, command *exec.Cmd) (read reading) {
	t.Helper()
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(output, &read))
	return read
}

// asDuckDB writes times and doubles as DuckDB does.
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

func each(calls []*spark.Call) func(func(*spark.Call, error) bool) {
	return func(yield func(*spark.Call, error) bool) {
		for call := range slices.Values(calls) {
			if !yield(call, nil) {
				return
			}
		}
	}
}
