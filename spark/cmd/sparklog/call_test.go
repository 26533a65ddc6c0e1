package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestCallPrintsTheRecordAsItCame(t *testing.T) {
	for name, plain := range map[string]bool{"in a string": false, "plain": true} {
		t.Run(name, func(t *testing.T) {
			server := sparktest.NewServer(t, sparktest.InMemory())
			testfault.Records(server, plain, false)
			shell := newShell(t, server)
			for _, call := range server.Calls() {
				out := shell.must("call", call.ID, "--index", strconv.Itoa(call.Index))
				require.Equal(t, string(call.Record())+"\n", out)
			}
		})
	}
}

func TestCallTakesTheLastRecordWithoutAnIndex(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	last := map[string]sparktest.Call{}
	for _, call := range server.Calls() {
		last[call.ID] = call
	}
	for id, call := range last {
		if call.Index > 0 {
			require.Equal(t, string(call.Record())+"\n", shell.must("call", id))
		}
	}
}

// hostile is a call whose texts would take over a terminal.
func hostile(t *testing.T) *sparktest.Server {
	return sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("motor", "premium", sparktest.Call{
		User:     "mallory\x1b]0;owned\x07@example.com",
		Warnings: []sparktest.Message{{SourcePath: "A\u009b1", Text: "one\x1b[2J\ntwo\u202ethree"}},
		Inputs:   json.RawMessage("{\"Na\u009bme\x7f\":\"\\u001b[31m\u009b31m\",\"Rows\":[{\"Co\u009bl\":\"\u009bx\"}]}"),
	}))
}

// controls are what must not reach a terminal.
const controls = "\x1b\x07\x7f\u009b\u202e"

func TestCallKeepsControlCharactersFromTerminals(t *testing.T) {
	server := hostile(t)
	shell := newShell(t, server)
	record := server.Calls()[0].Record()

	require.Equal(t, string(record)+"\n", shell.must("call", server.Calls()[0].ID), "a program gets the record as it is")

	shell.stdoutTerminal = true
	out := shell.must("call", server.Calls()[0].ID)
	require.False(t, strings.ContainsAny(out, controls), "%q", out)
	require.Contains(t, out, "\n  \"EngineDetails\": {\n")
	require.JSONEq(t, string(record), out)

	shell.stdoutTerminal = false
	table := shell.must("call", server.Calls()[0].ID, "--format", "table")
	require.False(t, strings.ContainsAny(table, controls), "%q", table)
	require.Contains(t, table, `mallory\u001b]0;owned\u0007@example.com`)
	require.Contains(t, table, `warning: A\u009b1: one\u001b[2J two\u202ethree`)
}

func TestCallOnATerminalKeepsEveryDigit(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	shell.stdoutTerminal = true
	call := server.Calls()[0]
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(shell.must("call", call.ID))))
	require.Equal(t, string(call.Record()), compact.String())
}

func TestCallAsATable(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("motor", "premium", sparktest.Call{
		User: "ada", Version: "1.2.3",
		Inputs:  json.RawMessage(`{"Age":42,"Nothing":null}`),
		Outputs: json.RawMessage(`{"Premium":615.88864036849250894,"Cover":[{"Name":"Fire","Tax":1.50},{"Name":"Theft"}],"Last":true}`),
		Errors:  []sparktest.Message{{SourcePath: "D19", Text: "No rate."}},
	}))
	shell := newShell(t, server)
	require.Equal(t, strings.TrimLeft(`
Call `+server.Calls()[0].ID+`
  called 2026-03-02 00:00:00 UTC by ada with version 1.2.3, calculated in 0s
  error: D19: No rate.
  Inputs
    Age      42
    Nothing  null
  Outputs
    Premium  615.88864036849250894
    Cover
      Name     Tax
      "Fire"   1.50
      "Theft"  
    Last  true
`, "\n"), shell.must("call", server.Calls()[0].ID, "--format", "table"))
}

func TestCallWithAFieldThatCannotBeRead(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id = "123e4567-e89b-12d3-a456-426614174000"
	const record = `{"EngineCallId":"` + id + `","LogTime":"yesterday"}`
	server.Fault(sparktest.GetCall, sparktest.Always(), testfault.Body(200, "application/json", `{"status":"Success","response_data":`+record+`}`))
	outcome := shell.run("call", id)
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, record+"\n", outcome.out)
	require.Contains(t, outcome.errors, "sparklog: call "+id+" was printed as it came, but with 1 problem, the first: $.LogTime: ")
	outcome = shell.run("call", id, "--format", "table")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.out, "  problem: $.LogTime: ")
}

func TestCallThatIsAnotherOneIsPrintedWithAWarning(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id, other = "123e4567-e89b-12d3-a456-426614174000", `{"EngineCallId":"123e4567-e89b-12d3-a456-426614174999"}`
	server.Fault(sparktest.GetCall, sparktest.Always(), testfault.Body(200, "application/json", `{"status":"Success","response_data":`+other+`}`))
	outcome := shell.run("call", id)
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, other+"\n", outcome.out)
	require.Contains(t, outcome.errors, "sparklog: call "+id+" was printed as it came, but with 1 problem, the first: $.EngineCallId: another call ")
}

func TestCallThatIsNotThere(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id = "123e4567-e89b-12d3-a456-426614174000"
	outcome := shell.run("call", id)
	require.Equal(t, exitFailed, outcome.status)
	require.Empty(t, outcome.out)
	sent := server.Requests()[0].Header.Get("x-request-id")
	require.Equal(t, "sparklog: get call: there is no call "+id+" (request ID "+sent+")\n", outcome.errors)
}

func TestCallWithoutPermissionNamesIt(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	setenv(t, "CSPARK_BEARER_TOKEN", server.ForbiddenToken)
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "Spark.DownloadAPILog.json")
	require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
}

func TestMessagesOfThePlatformAreMadeHarmless(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	server.Fault(sparktest.GetCall, testfault.Body(400, "application/json",
		`{"status":"Error","response_data":null,"error":{"message":"\u001b]0;owned\u0007 one\ntwo\u202e"}}`))
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "owned")
	require.False(t, strings.ContainsAny(outcome.errors, controls), "%q", outcome.errors)
	require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
}
