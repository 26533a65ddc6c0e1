package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// filtered writes the same four calls as calls.zip (JSON) and rows.zip (CSV).
func filtered(t *testing.T) *shell {
	shell := newShell(t, nil)
	inputs := []string{
		`{"policy":123,"age":20,"region":"Zürich","code":"00123","driver":{"age":[7]}}`,
		`{"policy":9007199254740993,"age":1e1,"region":"1000","code":null}`,
		`{"policy":9007199254740992,"age":9.999999999999999999999,"region":"","code":true}`,
		`{"policy":"123","age":-3}`,
	}
	var calls []string
	rows := "Call ID,Log Time,policy,age,region,code,driver,Error Details\n"
	for i, input := range inputs {
		id, day, failure := string(rune('a'+i)), fmt.Sprintf("2026-03-0%dT12:00:00", i+1), ""
		if i == 1 {
			failure = `{"message":"No rate."}`
		}
		calls = append(calls, fmt.Sprintf(`{"EngineCallId":%q,"LogTime":%q,"EngineDetails":{"request_data":{"inputs":%s},"response_data":{"outputs":{"premium":%d.50},"errors":[%s]}}}`, id, day, input, i, failure))
		var values map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(input), &values))
		rows += id + "," + day + "Z"
		for _, name := range []string{"policy", "age", "region", "code", "driver"} {
			rows += `,"` + strings.ReplaceAll(strings.Trim(strings.Replace(string(values[name]), "null", "", 1), `"`), `"`, `""`) + `"`
		}
		rows += "," + map[bool]string{true: "No rate."}[failure != ""] + "\n"
	}
	zipFile(t, "calls.zip", "1.json", "["+strings.Join(calls, ",")+"]")
	zipFile(t, "rows.zip", "1.csv", rows)
	return shell
}

func TestRecordsThatMatch(t *testing.T) {
	shell := filtered(t)
	for flags, want := range map[string]string{
		"--where inputs.policy=123":                                        "ad", // the number, and the text
		"--where inputs.policy=123.0":                                      "a",
		`--where inputs.policy="123"`:                                      "d",
		"--where inputs.policy=9007199254740993":                           "b",
		"--where inputs.policy!=9007199254740993":                          "acd",
		"--where inputs.policy>9007199254740992":                           "b",
		"--where inputs.policy>=9007199254740992":                          "bc",
		"--where inputs.age<10":                                            "cd",
		"--where inputs.age=3":                                             "", // d has -3
		"--where inputs.age<=10.0":                                         "bcd",
		"--where inputs.age<10 --where inputs.age>-3":                      "c",
		"--where inputs.region~ri":                                         "a",
		"--where inputs.region>=M":                                         "a",
		"--where inputs.region>999":                                        "b", // a text that is a number; other texts are not
		"--where inputs.code=00123":                                        "a",
		"--where inputs.code=null":                                         "b",
		"--where inputs.code=true":                                         "c",
		"--where inputs.code>0":                                            "a",
		"--where inputs.code<z":                                            "a", // null and booleans have no order
		"--where inputs.driver.age[0]=7":                                   "a",
		"--where inputs.driver.age[0]!=8":                                  "a", // the other calls have no such value
		"--errors only":                                                    "b",
		"--errors none --where outputs.premium>=2.5":                       "cd",
		"--warnings only":                                                  "",
		"--from 2026-03-02 --to 2026-03-03":                                "bc",
		"--to 2026-03-02T13:00 --zone Europe/Zurich":                       "ab",
		"--from 2026-03-02T14:00 --timezone-offset 1 --zone Europe/Zurich": "cd",
	} {
		outcome := shell.run(append([]string{"records", "calls.zip", "--format", "ndjson"}, strings.Fields(flags)...)...)
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		var ids string
		for line := range strings.Lines(outcome.out) {
			var call struct{ EngineCallId string }
			require.NoError(t, json.Unmarshal([]byte(line), &call))
			ids += call.EngineCallId
		}
		require.Equal(t, want, ids, flags)
		require.Contains(t, outcome.errors, fmt.Sprintf("%d of 4 records\n", len(want)))
	}
	shell.succeed("records", "calls.zip", "--where", "outputs.premium = 1.5", "--format", "csv")
}

// Conditions that look like another language's would match nothing, and so would a
// period that ends before it begins.
func TestRecordsRefuseFiltersThatMatchNothing(t *testing.T) {
	shell := filtered(t)
	for flags, want := range map[string]string{
		"--where inputs.age==10":                      "== is not an operator; use one of = != < <= > >= ~, or put a value that begins with = in double quotes",
		"--where inputs.age=>10":                      "=> is not an operator",
		"--where inputs.age=~1":                       "=~ is not an operator",
		"--where inputs.age!==1":                      "!== is not an operator",
		"--where inputs.age<>1":                       "<> is not an operator",
		"--from 2026-03-02 --to 2026-03-01T23:00:00Z": "--to: the end lies before the start",
	} {
		outcome := shell.run(append([]string{"records", "calls.zip"}, strings.Fields(flags)...)...)
		require.Equal(t, exitUsage, outcome.status, flags)
		require.Empty(t, outcome.out)
		require.Contains(t, outcome.errors, want)
	}
	require.Contains(t, shell.run("records", "calls.zip", "--where", `inputs.region="=1"`).errors, "0 of 4 records")
}

func TestRecordsWithoutATimeAreInNoPeriod(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "1.json", `[{"EngineCallId":"a","EngineDetails":{"request_data":{"inputs":{}}}}]`)
	for _, flag := range []string{"--from", "--to"} {
		require.Equal(t, "[]\n", shell.succeed("records", "calls.zip", "--format", "json", flag, "2026-03-02"))
	}
}

// A CSV file doesn't distinguish texts from numbers, and has an empty field for null.
func TestRowsThatMatch(t *testing.T) {
	shell := filtered(t)
	for flags, want := range map[string]string{
		"--where inputs.policy=123 --errors none": "ad",
		"--where outputs.policy=123.0":            "ad",
		"--where inputs.age<10":                   "cd",
		"--where inputs.code=null":                "bd",
		"--where inputs.driver.age[0]=7":          "a",
		"--errors only":                           "b",
		"--from 2026-03-03":                       "cd",
	} {
		out := shell.succeed(append([]string{"records", "rows.zip", "--format", "csv"}, strings.Fields(flags)...)...)
		var ids string
		for _, row := range rowsOf(t, out) {
			ids += row["Call ID"]
		}
		require.Equal(t, want, ids, flags)
	}
}

func TestRecordsShowInputsAndOutputs(t *testing.T) {
	shell := filtered(t)
	args := []string{"records", "calls.zip", "--show", "inputs.age,outputs.premium", "--show", "inputs.driver", "--from", "2026-03-02", "--to", "2026-03-03"}
	require.Equal(t, `TIME (UTC)           CALL ID                               USER                          VERSION    CALC TIME    inputs.age  outputs.premium  inputs.driver  ERRORS AND WARNINGS
2026-03-02 12:00:00  b                                                                                     0s           1e1             1.50                 error: No rate.
2026-03-03 12:00:00  c                                                                                     0s  9.999999999999999999999             2.50
`, shell.succeed(args...))
	require.Equal(t, `log_time,version,user,call_id,calc_time_ms,inputs.age,outputs.premium,inputs.driver,errors,warnings
2026-03-02T12:00:00+00:00,,,b,0,1e1,1.50,,No rate.,
2026-03-03T12:00:00+00:00,,,c,0,9.999999999999999999999,2.50,,,
`, shell.succeed(slices.Concat(args, []string{"--format", "csv"})...))
	const lines = `{"log_time":"2026-03-02T12:00:00+00:00","version":"","user":"","call_id":"b","calc_time_ms":0,"inputs.age":1e1,"outputs.premium":1.50,"inputs.driver":null,"errors":"No rate.","warnings":""}
{"log_time":"2026-03-03T12:00:00+00:00","version":"","user":"","call_id":"c","calc_time_ms":0,"inputs.age":9.999999999999999999999,"outputs.premium":2.50,"inputs.driver":null,"errors":"","warnings":""}
`
	require.Equal(t, lines, shell.succeed(slices.Concat(args, []string{"--format", "ndjson"})...))
	require.JSONEq(t, "["+strings.Replace(strings.TrimSpace(lines), "\n", ",", 1)+"]", shell.succeed(slices.Concat(args, []string{"--format", "json"})...))
	shell.stdoutTerminal = true
	require.Contains(t, shell.succeed(args...), "  9.999999999…  ")
	require.Contains(t, shell.succeed("records", "calls.zip", "rows.zip", "--show", "inputs.region"), "Zürich")
}

func TestPathsThatNoRecordHas(t *testing.T) {
	shell := filtered(t)
	for _, flags := range []string{"--where inputs.polcy=1", "--where inputs.policy=-1 --show inputs.polcy", "--show inputs.polcy --format csv --from 2030-01-01"} {
		outcome := shell.run(append([]string{"records", "calls.zip"}, strings.Fields(flags)...)...)
		require.Equal(t, exitFailed, outcome.status)
		require.Empty(t, outcome.out, "%s", flags)
		require.Contains(t, outcome.errors, "sparklog: no call has inputs.polcy; there are outputs.premium, inputs.policy, inputs.age, ")
	}
	outcome := shell.run("records", "calls.zip", "--show", "inputs.Age", "--format", "json")
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, "sparklog: no call has inputs.Age; did you mean inputs.age?\n", outcome.errors)
	require.True(t, json.Valid([]byte(outcome.out)))
	zipFile(t, "none.zip")
	require.Equal(t, "[]\n", shell.succeed("records", "none.zip", "--where", "inputs.x=1", "--format", "json"))
}
