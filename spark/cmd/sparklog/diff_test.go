package main

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// priced is a server with two calls of one price model, of which the second has
// two records.
func priced(t *testing.T) *sparktest.Server {
	call := func(index int, premium string) sparktest.Call {
		return sparktest.Call{Index: index, User: "ada", Version: "1.2.3", Inputs: json.RawMessage(`{"Age":42}`), Outputs: json.RawMessage(`{"Premium":` + premium + `,"RunDate":` + premium + `}`)}
	}
	first, second, third := call(0, "100.00"), call(0, "100.004"), call(1, "250")
	second.ID = "7d8d5c3e-1b7b-4a2f-8a42-63a1b0b0c001"
	third.ID = second.ID
	return sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("motor", "premium", first, second, third))
}

func TestDiffOfCalls(t *testing.T) {
	server := priced(t)
	shell := newShell(t, server)
	first, second := server.Calls()[0].ID, server.Calls()[1].ID

	out := shell.succeed("diff", first, second, "--ignore", "metadata")
	require.Equal(t, "A  "+first+"  2026-03-02 00:00:00  version 1.2.3  ada\n"+
		"B  "+second+"  2026-03-02 00:00:02  version 1.2.3  ada\n"+
		"outputs\n  ~ Premium  100.00 → 250  (+150, +150%)\n  ~ RunDate  100.00 → 250  (+150, +150%)\n", out)
	require.Contains(t, shell.succeed("diff", first, second), "metadata\n  ~ Call ID ")
	require.NotContains(t, shell.succeed("diff", first, second, "--ignore", "metadata.Call ID"), "Call ID")
	require.Equal(t, outcome{out: out, status: exitFailed}, untimed(shell.run("diff", first, second, "--ignore", "metadata", "--exit-code")))

	// One record of several.
	out = shell.succeed("diff", first, second+"#0", "--ignore", "metadata", "--ignore", "outputs.RunDate")
	require.Contains(t, out, "Premium  100.00 → 100.004  (+0.004, +0.004%)")
	require.NotContains(t, out, "RunDate")
	for _, tolerance := range []string{"0.005", "0.004", "0.004%", "1%"} {
		outcome := shell.run("diff", first, second+"#0", "--ignore", "metadata", "--tolerance", tolerance)
		require.Equal(t, exitDone, outcome.status)
		require.Empty(t, outcome.out+outcome.errors, tolerance)
	}
	shell.stdoutTerminal = true
	require.Equal(t, outcome{errors: "the calls are equal\n"}, untimed(shell.run("diff", first, first, "--exit-code")))
	shell.stdoutTerminal = false
	require.NotEmpty(t, shell.succeed("diff", first, second+"#0", "--ignore", "metadata", "--tolerance", "0.0039", "--tolerance", "0.0039%"))

	var diff compare.Diff
	require.NoError(t, json.Unmarshal([]byte(shell.succeed("diff", first, second, "--format", "json", "--ignore", "metadata")), &diff))
	require.Len(t, diff.Changes, 2)
	require.Equal(t, "100.00", string(diff.Changes[0].A.JSON()))

	outcome := shell.run("diff", first, "123e4567-e89b-12d3-a456-426614174000")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "there is no call 123e4567-e89b-12d3-a456-426614174000")
}

// A call that isn't as it should be is compared all the same.
func TestDiffOfCallsWithProblems(t *testing.T) {
	server := priced(t)
	shell := newShell(t, server)
	id := server.Calls()[0].ID
	const other = "123e4567-e89b-12d3-a456-426614174000"
	for response, problem := range map[string]string{
		`{"EngineCallId":"` + id + `","CalcTime":"fast"}`: "$.CalcTime: not a number of milliseconds",
		`{"EngineCallId":"` + other + `"}`:                "$.EngineCallId: the record of another call than the requested " + id,
	} {
		server.Fault(sparktest.GetCall, testfault.Body(200, "application/json", `{"status":"Success","response_data":`+response+`}`))
		outcome := shell.run("diff", id, id, "--ignore", "metadata", "--ignore", "inputs")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.out, "+ Premium  100.00\n")
		require.Equal(t, "sparklog: call "+id+" was compared, but with 1 problem, the first: "+problem+"\n", outcome.errors)
	}
}

// untimed leaves out how long a run took.
func untimed(o outcome) outcome {
	o.took = 0
	return o
}

func TestDiffOfArchives(t *testing.T) {
	shell := newShell(t, nil)
	record := func(id, version string, age, premium string) string {
		return `{"EngineCallId":"` + id + `","EngineDetails":{"request_data":{"inputs":{"Age":` + age + `}},"response_data":{"outputs":{"Premium":` + premium + `}},"response_meta":{"version":"` + version + `"}}}`
	}
	zipFile(t, "a.zip", "a.json", "["+record("1", "1.0", "41", "100")+","+record("2", "1.0", "42", "110")+"]")
	zipFile(t, "b.zip", "a.json", "["+record("3", "2.0", "42.0", "115")+","+record("4", "2.0", "41", "100.0")+"]")
	zipFile(t, "rows.zip", "a.csv", "Call ID,Age\n1,41\n")
	zipFile(t, "other.zip", "a.txt", "text")

	out := shell.succeed("diff", "a.zip", "b.zip", "--by", "inputs")
	require.Contains(t, out, "2 calls in A, 2 in B: 1 equal, 1 differ, 0 only in A, 0 only in B\n")
	require.Contains(t, out, "110 → 115  (+5, +4.55%) in 3")
	require.NotContains(t, out, "metadata")
	require.Contains(t, shell.succeed("diff", "a.zip", "b.zip"), "0 equal, 0 differ, 2 only in A, 2 only in B")
	require.Equal(t, outcome{out: "2 calls in A, 2 in B: 2 equal, 0 differ, 0 only in A, 0 only in B\n"}, untimed(shell.run("diff", "a.zip", "a.zip", "--exit-code")))
	require.Equal(t, exitFailed, shell.run("diff", "a.zip", "b.zip", "--exit-code", "--format", "json").status)

	var report compare.Report
	require.NoError(t, json.Unmarshal([]byte(shell.succeed("diff", "a.zip", "b.zip", "--by", "inputs", "--format", "json")), &report))
	require.Equal(t, 1, report.Differing)

	for file, want := range map[string]string{
		"rows.zip":  "sparklog: calls of B: rows.zip contains CSV files, which don't distinguish numbers from texts; export the calls as JSON\n",
		"other.zip": "sparklog: other.zip contains neither JSON nor CSV files, so it isn't an export of calls\n",
		"none.zip":  "sparklog: none.zip: no such file\n",
		".":         "sparklog: ",
	} {
		outcome := shell.run("diff", "a.zip", file)
		require.Equal(t, exitFailed, outcome.status, file)
		require.Contains(t, outcome.errors, want, file)
		require.Empty(t, outcome.out)
	}
}

// What can't be read is reported, and everything else is compared.
func TestDiffOfDamagedArchives(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "a.zip", "a.json", `[{"EngineCallId":"1"},5,{"EngineCallId":"2"},6]`)
	zipFile(t, "b.zip", "b.json", `[{"EngineCallId":"1","CalcTime":"fast"},{"EngineCallId":"2"}]`)
	require.Equal(t, outcome{
		status: exitFailed,
		out:    "2 calls in A, 2 in B: 2 equal, 0 differ, 0 only in A, 0 only in B\n",
		errors: "sparklog: a.zip: read a.json, record 2 at byte 22: expected a record (a JSON object), found a number\n" +
			"sparklog: a.zip: read a.json, record 4 at byte 45: expected a record (a JSON object), found a number\n" +
			"sparklog: 2 places of a.zip can't be read, the first: a.json, record 2 at byte 22: expected a record (a JSON object), found a number; compared 2 calls\n" +
			"sparklog: 1 field of b.zip can't be read, the first: call 1: $.CalcTime: not a number of milliseconds; compared 2 calls\n",
	}, untimed(shell.run("diff", "a.zip", "b.zip")))
}

func TestDiffIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, _ := exported(t)
		var cancel context.CancelFunc
		shell.ctx, cancel = context.WithCancel(t.Context())
		cancel()
		for _, line := range [][]string{{"diff", "calls.zip", "calls.zip"}, {"stats", "calls.zip"}} {
			outcome := shell.run(line...)
			require.Equal(t, exitFailed, outcome.status)
			require.Equal(t, "sparklog: interrupted\n", outcome.errors)
			require.Empty(t, outcome.out)
		}
	})
}

func TestDiffOfAMirror(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-02", "--window", "1000d")
		shell.succeed("export", shell.service(), "--format", "json", "--output", "calls.zip")

		outcome := shell.run("diff", "history", "calls.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Contains(t, outcome.out, "69 calls in A, 69 in B: 69 equal")
		require.Equal(t, shell.succeed("stats", "calls.zip"), shell.succeed("stats", "history"))
	})
}
