package parquet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// DuckDB, which shares no code with the writer, reads the same as is in the
// records. It comes from npm: name a folder in which
//
//	npm install @duckdb/node-api
//
// was run by the environment variable DUCKDB_NODE.
func TestDuckDBReadsTheFiles(t *testing.T) {
	modules := os.Getenv("DUCKDB_NODE")
	if modules == "" {
		t.Skip("DUCKDB_NODE names no folder with DuckDB for Node")
	}
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
	read := readWithDuckDB(t, modules, calls)
	require.Equal(t, map[string]string{
		"log_time": "TIMESTAMP WITH TIME ZONE", "input_big": "BIGINT", "input_exact": "DECIMAL(38,17)", "input_double": "DOUBLE",
		"input_mixed": "JSON", "input_table": "JSON", "input_Region": "VARCHAR", "output_Annual Premium": "DECIMAL(38,17)",
	}, read.only("log_time", "input_big", "input_exact", "input_double", "input_mixed", "input_table", "input_Region", "output_Annual Premium"))
	require.Len(t, read.Rows, len(calls))

	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, each(calls)))
	own := readBack(t, file.Bytes())
	for i, row := range read.Rows {
		for name, value := range own.rows[i] {
			if own.types[name] == "DOUBLE" || name == "log_time" || name == "transaction_date" || name == "request_time" {
				continue
			}
			require.Equal(t, value, row[name], "%s in row %d", name, i)
		}
		if !calls[i].LogTime.IsZero() {
			require.Equal(t, calls[i].LogTime.Format("2006-01-02 15:04:05.999999")+"+00", row["log_time"])
		}
	}
	require.Equal(t, []string{"0.1", "1e+300"}, []string{read.Rows[len(calls)-2]["input_double"], read.Rows[len(calls)-1]["input_double"]})
}

type duckRead struct {
	Types map[string]string   `json:"types"`
	Rows  []map[string]string `json:"rows"`
}

func (r duckRead) only(names ...string) map[string]string {
	types := map[string]string{}
	for _, name := range names {
		types[name] = r.Types[name]
	}
	return types
}

func readWithDuckDB(t testing.TB, modules string, calls []*spark.Call) (read duckRead) {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, each(calls)))
	path := filepath.Join(t.TempDir(), "calls.parquet")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	command := exec.Command("node", "testdata/duckdb.mjs", modules, path)
	command.Env = append(os.Environ(), "TZ=UTC")
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(output, &read))
	return read
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
