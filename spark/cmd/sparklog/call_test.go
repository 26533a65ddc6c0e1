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
			last := map[string]string{}
			for _, call := range server.Calls() {
				want := string(call.Record()) + "\n"
				last[call.ID] = want
				require.Equal(t, want, shell.succeed("call", call.ID, "--index", strconv.Itoa(call.Index)))
			}
			for id, want := range last {
				require.Equal(t, want, shell.succeed("call", id))
			}
			shell.stdoutTerminal = true
			first := server.Calls()[0]
			var compact bytes.Buffer
			require.NoError(t, json.Compact(&compact, []byte(shell.succeed("call", first.ID, "--index", "0"))))
			require.Equal(t, string(first.Record()), compact.String(), "a terminal shows every digit")
		})
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

// controls are characters that mustn't reach a terminal.
const controls = "\x1b\x07\x7f\u009b\u202e"

func TestCallKeepsControlCharactersFromTerminals(t *testing.T) {
	server := hostile(t)
	shell := newShell(t, server)
	record := server.Calls()[0].Record()

	require.Equal(t, string(record)+"\n", shell.succeed("call", server.Calls()[0].ID), "a program gets the record as it is")

	shell.stdoutTerminal = true
	out := shell.succeed("call", server.Calls()[0].ID)
	require.False(t, strings.ContainsAny(out, controls), "%q", out)
	require.Contains(t, out, "\n  \"EngineDetails\": {\n")
	require.JSONEq(t, string(record), out)

	shell.stdoutTerminal = false
	table := shell.succeed("call", server.Calls()[0].ID, "--format", "table")
	require.False(t, strings.ContainsAny(table, controls), "%q", table)
	require.Contains(t, table, `mallory\u001b]0;owned\u0007@example.com`)
	require.Contains(t, table, `warning: A\u009b1: one\u001b[2J two\u202ethree`)
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
`, "\n"), shell.succeed("call", server.Calls()[0].ID, "--format", "table"))
}

// A record that isn't as it should be is printed all the same.
func TestCallWithAProblem(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id = "123e4567-e89b-12d3-a456-426614174000"
	for data, problem := range map[string]string{
		`{"EngineCallId":"` + id + `","LogTime":"yesterday"}`:     "$.LogTime: ",
		`{"EngineCallId":"123e4567-e89b-12d3-a456-426614174999"}`: "$.EngineCallId: the record of another call ",
	} {
		server.Fault(sparktest.GetCall, sparktest.Times(2), testfault.Body(200, "application/json", `{"status":"Success","response_data":`+data+`}`))
		outcome := shell.run("call", id)
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, data+"\n", outcome.out)
		require.Contains(t, outcome.errors, "sparklog: call "+id+" was printed as it came, but with 1 problem, the first: "+problem)
		outcome = shell.run("call", id, "--format", "table")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.out, "  problem: "+problem)
	}
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

func TestMessagesOfThePlatformContainNoControlCharacters(t *testing.T) {
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
