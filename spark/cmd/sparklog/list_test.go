package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// newListShell returns a shell a day after the emulator's history.
func newListShell(t *testing.T, options ...sparktest.Option) *shell {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)))
	return newShell(t, sparktest.NewServer(t, append(options, sparktest.InMemory(), sparktest.JobDuration(time.Minute))...))
}

func TestList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		outcome := shell.run("list", shell.service())
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Equal(t, "60 calls in the last seven days\n", outcome.errors)
		lines := strings.Split(strings.TrimSuffix(outcome.out, "\n"), "\n")
		require.Equal(t, "TIME (UTC)           USER                          VERSION  CALL ID", lines[0])
		require.Equal(t, "2026-03-06 20:08:50  béatrice.müller@example.com   2.0.0    2285d3db-fa01-430e-b181-28cfce2cb182", lines[2])
		var ids, logged []string
		for _, line := range lines[1:] {
			ids = append(ids, line[len(line)-36:])
		}
		for _, call := range shell.server.Calls() {
			logged = append(logged, call.ID)
		}
		slices.Reverse(logged)
		require.Equal(t, slices.Compact(logged), ids, "the newest first, and a call with several records once")

		shell.stdoutTerminal, shell.width = true, 80
		for line := range strings.Lines(shell.succeed("list", shell.service())) {
			require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), 80)
		}
		outcome = shell.run("list", shell.service(), "--to", "2026-02-01")
		require.Equal(t, exitDone, outcome.status)
		require.Empty(t, outcome.out)
		require.Equal(t, "no calls from 2026-01-25 23:59:59.999 to 2026-02-01 23:59:59.999 UTC\n", outcome.errors)
	})
}

// A long version doesn't push the call ID over the edge of a terminal.
func TestListFitsTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const id = "123e4567-e89b-12d3-a456-426614174000"
		shell := newListShell(t, sparktest.Service("motor", "premium", sparktest.Call{
			ID: id, User: "李小龍とても長い名前の利用者@example.com", Version: "10.20.30-beta", Time: time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC),
		}))
		for width, want := range map[int]string{
			0:   "2026-03-07 12:00:00  李小龍とても長い名前の利用者@example.com  10.20.30-beta  " + id,
			80:  "2026-03-07 12:00:00  李小龍とて…   10.20.…  " + id,
			120: "2026-03-07 12:00:00  李小龍とても長い名前の利用…   10.20.30-beta           0s  " + id,
		} {
			shell.stdoutTerminal, shell.width = width > 0, width
			outcome := shell.run("list", shell.service(), "--limit", "1")
			lines := strings.Split(outcome.out, "\n")
			require.Equal(t, want, strings.TrimRight(lines[1], " "), width)
			if width > 0 {
				require.Equal(t, textwidth.Of(lines[0])-len("CALL ID")+len(id), textwidth.Of(lines[1]))
			}
			require.Equal(t, "1 call in the last seven days; there may be more than --limit 1\n", outcome.errors)
		}
	})
}

func TestListPrintsWhatItHasBeforeAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t, sparktest.Service("motor", "premium", sparktest.Generate(sparktest.History{Calls: 150})...))
		shell.server.Fault(sparktest.Search, sparktest.After(1), sparktest.Always(), sparktest.Status(400))
		outcome := shell.run("list", shell.service(), "--format", "ndjson")
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, 100, strings.Count(outcome.out, "\n"))
		require.Contains(t, outcome.errors, "search calls: 400 Bad Request")
	})
}

// If no call could be fetched, it isn't known which values there are.
func TestListShowsWhatCannotBeFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		shell.server.Fault(sparktest.GetCall, sparktest.Always(), sparktest.Status(404))
		outcome := shell.run("list", shell.service(), "--show", "outputs.Annual Premium", "--limit", "2")
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, 3, strings.Count(outcome.out, "\n"))
		require.NotContains(t, outcome.errors, "no call has")
	})
}

func TestListFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t, sparktest.Service("a/b", "c d"))
		const id = "123e4567-e89b-12d3-a456-426614174000"
		for flags, sent := range map[string]string{
			"": `{"search":[{"field":"StartDate","value":"2026-03-01T00:00:00.000Z"}],"page":1,"pageSize":100,"sort":"-updated"}`,
			"--from 2026-03-02 --to 2026-03-03 --zone Europe/Zurich --oldest-first": `{"search":[{"field":"StartDate","value":"2026-03-01T23:00:00.000Z"},{"field":"EndDate","value":"2026-03-03T22:59:59.999Z"}],"page":1,"pageSize":100,"sort":"updated"}`,
			"--user ada --purpose Quote --search SPARK --version-id " + id:          `{"search":[{"field":"StartDate","value":"2026-03-01T00:00:00.000Z"},{"field":"version","id":"` + id + `"},{"field":"CallPurpose","value":"Quote"},{"field":"username","value":"ada"},{"field":"search","value":"SPARK"}],"page":1,"pageSize":100,"sort":"-updated"}`,
		} {
			shell.succeed(append([]string{"list", "--folder", "a/b", "--service", "c d"}, strings.Fields(flags)...)...)
			requests := shell.server.Requests(sparktest.Search)
			require.JSONEq(t, sent, string(requests[len(requests)-1].Body), flags)
			require.Contains(t, requests[len(requests)-1].Path, "/a%2Fb/engines/c%20d/")
		}
	})
}

func TestListInOtherFormats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		args := []string{"list", shell.service(), "--limit", "2", "--oldest-first", "--show", "outputs.Annual Premium", "--format"}
		require.Equal(t, `log_time,user,version,purpose,source_system,correlation_id,calc_time_ms,total_time_ms,outputs.Annual Premium,errors,warnings,call_id
2026-03-02T00:01:11.788841+00:00,ada.okafor@example.com,1.4.2,Spark - API Tester,SPARK,,41,108,615.88864036849250894,,,d9877ece-6d36-4aac-9a6f-419ec627c76b
2026-03-02T02:03:08.676427+00:00,béatrice.müller@example.com,1.4.2,Quote,Broker Portal,,16,34,1785.43500554721118691,,,0e427b01-e9fa-49a3-9e4c-b12690cafb7a
`, shell.succeed(append(args, "csv")...))
		lines := strings.Split(shell.succeed(append(args, "ndjson")...), "\n")
		require.Equal(t, `{"log_time":"2026-03-02T00:01:11.788841+00:00","user":"ada.okafor@example.com","version":"1.4.2","purpose":"Spark - API Tester","source_system":"SPARK","correlation_id":"",`+
			`"calc_time_ms":41,"total_time_ms":108,"outputs.Annual Premium":615.88864036849250894,"errors":"","warnings":"","call_id":"d9877ece-6d36-4aac-9a6f-419ec627c76b"}`, lines[0])
		require.JSONEq(t, "["+lines[0]+","+lines[1]+"]", shell.succeed(append(args, "json")...))
		require.Len(t, shell.server.Requests(sparktest.GetCall), 6)
		require.Equal(t, "[]\n", shell.succeed("list", shell.service(), "--user", "nobody", "--format", "json"))
	})
}

func TestListShowsValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		missing := shell.server.Calls()[1].ID
		shell.server.Fault(sparktest.GetCall, sparktest.Always(), sparktest.Status(404), sparktest.When(func(r *http.Request) bool {
			return strings.Contains(r.URL.Path, missing)
		}))
		outcome := shell.run("list", shell.service(), "--oldest-first", "--show", "outputs.Annual Premium,inputs.Region")
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, 60, strings.Count(outcome.out, "\n2026-"))
		require.Contains(t, outcome.out, "\n2026-03-02 00:01:11  ada.okafor@example.com        1.4.2     615.88864036849250894         London  d9877ece-6d36-4aac-9a6f-419ec627c76b\n")
		require.Contains(t, outcome.errors, "1 place of motor/premium can't be read, the first: ")

		outcome = shell.run("list", shell.service(), "--limit", "3", "--show", "outputs.premium")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "sparklog: no call has outputs.premium; there are outputs.Annual Premium, ")
	})
}

func TestListOfCallsWithErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		outcome := shell.run("list", shell.service(), "--errors", "only", "--from", "2026-03-05", "--show", "inputs.Driver Age", "--search", "Broker Portal")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Equal(t, `TIME (UTC)           USER                          VERSION  inputs.Driver Age  CALL ID
2026-03-06 02:00:41  béatrice.müller@example.com   2.0.0                   83  19db0d7a-b37d-46bc-b6de-b9b6a3a79400
  error: Rating!D19: No rate was found for the vehicle's group.
`, outcome.out)
		require.Equal(t, "the platform can't filter its list by errors and warnings, so the calls are exported\n1 call from 2026-03-05 00:00 UTC\n", outcome.errors)
		require.Empty(t, shell.server.Requests(sparktest.Search, sparktest.GetCall))

		first := shell.server.Calls()[0]
		require.Contains(t, shell.succeed("list", shell.service(), "--warnings", "none", "--limit", "5", "--search", first.ID), first.ID)
		requests := shell.server.Requests(sparktest.StartExport)
		var sent gen.ExportJSONRequest
		require.NoError(t, json.Unmarshal(requests[1].Body, &sent))
		require.Equal(t, "2026-03-01T00:01", (*sent.RequestData.StartDate)[:16], "seven days")
		require.Equal(t, []string{first.ID}, sent.RequestData.CallIds)
		lines := strings.Split(shell.succeed("list", shell.service(), "--errors", "none", "--limit", "2", "--oldest-first"), "\n")
		require.Contains(t, lines[1], "2026-03-02 00:01:11")
		require.Contains(t, lines[2], "2026-03-02 02:03:08")
		lines = strings.Split(shell.succeed("list", shell.service(), "--errors", "none", "--limit", "2"), "\n")
		require.Contains(t, lines[1], "2026-03-06 22:04:33")
		require.Contains(t, lines[2], "2026-03-06 18:01:46")
	})
}

func TestListThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newListShell(t)
		shell.server.Fault(sparktest.Search, sparktest.Always(), sparktest.Status(404))
		outcome := shell.run("list", shell.service())
		require.Equal(t, exitFailed, outcome.status)
		require.Empty(t, outcome.out)
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
		require.Contains(t, outcome.errors, "404 Not Found")
	})
}
