package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestColumnNamesAreUnique(t *testing.T) {
	shell := newShell(t, nil)
	for name, c := range map[string]struct{ header, want string }{
		"fixed names":          {"Description,Version,User name,Call ID,Version,Description,Call ID,Error Details,Error Details,Warning Details", "Description,Version,User name,Call ID,Version (2),Description (2),Call ID (2),Error Details (2),Error Details,Warning Details"},
		"numbered columns":     {"Call ID,Premium,Premium,Premium (2),Premium", "Call ID,Premium,Premium (3),Premium (2),Premium (4)"},
		"a named nameless one": {"Call ID,column without a name", "Call ID,column without a name"},
		"empty names":          {"Call ID,,", "Call ID,column without a name,column without a name (2)"},
	} {
		t.Run(name, func(t *testing.T) {
			zipFile(t, "rows.zip", "1.csv", c.header+"\n"+strings.Repeat("x,", strings.Count(c.header, ","))+"x\n")
			out := shell.run("records", "rows.zip", "--format", "csv").out
			header, _, _ := strings.Cut(out, "\n")
			require.Equal(t, c.want, header)
			for _, format := range []string{"ndjson", "json"} {
				requireKeys(t, strings.Split(c.want, ","), shell.run("records", "rows.zip", "--format", format).out)
			}
		})
	}
}

func TestFieldsBeyondTheHeaderHaveNamesToo(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "rows.zip", "1.csv", "Call ID,column without a name\na,b,c,d\n")
	outcome := shell.run("records", "rows.zip", "--format", "ndjson")
	require.Equal(t, exitFailed, outcome.status)
	requireKeys(t, []string{"Call ID", "column without a name", "column without a name (2)", "column without a name (3)"}, outcome.out)
	require.Equal(t, "Call ID,column without a name,column without a name (2),column without a name (3)\na,b,c,d\n", shell.run("records", "rows.zip", "--format", "csv").out)
}

func TestInputsAndOutputsThatCollide(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "1.json", `[
		{"EngineCallId":"a","EngineDetails":{"request_data":{"inputs":{"age":1,"Version":2,"input_tax":3}},"response_data":{"outputs":{"age":4}}}},
		{"EngineCallId":"b","EngineDetails":{"request_data":{"inputs":{"tax":5,"age":6,"age":7}},"response_data":{"outputs":{"Error Details":8,"tax":9,"Version":0}}}}]`)
	row := rowsOf(t, shell.succeed("records", "calls.zip", "--format", "csv"))
	require.Len(t, row[0], len(leadingNames)+len(trailingNames)+9)
	subset := func(row map[string]string, names ...string) (values []string) {
		for _, name := range names {
			require.Contains(t, row, name)
			values = append(values, row[name])
		}
		return values
	}
	columns := []string{"Version", "input_age", "input_Version", "input_tax", "input_tax (2)", "input_age (2)", "output_age", "Error Details (2)", "output_tax", "output_Version", "Error Details"}
	require.Equal(t, []string{"", "1", "2", "3", "", "", "4", "", "", "", ""}, subset(row[0], columns...))
	require.Equal(t, []string{"", "6", "", "", "5", "7", "", "8", "9", "0", ""}, subset(row[1], columns...))
}

// requireKeys checks the names in the first JSON object.
func requireKeys(t *testing.T, want []string, text string) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewBufferString(text[strings.Index(text, "{"):]))
	_, err := decoder.Token()
	require.NoError(t, err)
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		require.NoError(t, err)
		keys = append(keys, key.(string))
		_, err = decoder.Token()
		require.NoError(t, err)
	}
	require.Equal(t, want, keys)
}
