package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// newMirrorShell stands in the middle of the emulator's history.
func newMirrorShell(t *testing.T, opts ...sparktest.Option) *shell {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)))
	return newShell(t, sparktest.NewServer(t, append(opts, sparktest.InMemory())...))
}

// storedCalls returns how many records the directory of a mirror has.
func storedCalls(t *testing.T, dir string) int {
	t.Helper()
	opened, err := mirror.Open(dir)
	require.NoError(t, err)
	n := 0
	for _, err := range opened.Calls() {
		require.NoError(t, err)
		n++
	}
	return n
}

func TestMirror(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-01")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Empty(t, outcome.out)
		require.Regexp(t, `^fetched 4 windows; history now holds \d+ calls\n$`, outcome.errors)
		require.NotZero(t, storedCalls(t, "history"))

		time.Sleep(24 * time.Hour)
		outcome = shell.run("mirror", shell.service(), "history", "--parquet")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Regexp(t, `^fetched 3 windows; `, outcome.errors)
		tables, err := filepath.Glob("history/parquet/*.parquet")
		require.NoError(t, err)
		require.Len(t, tables, 5)
		require.Len(t, shell.server.Jobs(), 7)
	})
}

func TestMirrorWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "9d", "--window", "1w", "--look-back", "0s", "--quiet")
		require.Len(t, shell.server.Jobs(), 2)
		shell.succeed("mirror", shell.service(), "history", "--look-back", "0s", "--quiet")
		require.Len(t, shell.server.Jobs(), 3)
		shell.succeed("mirror", "--folder", shell.server.Folder, "--service", shell.server.Service, "history", "--look-back", "2w", "--quiet")
		require.Len(t, shell.server.Jobs(), 5)
	})
}

func TestMirrorOverlapAndParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t, sparktest.JobDuration(time.Hour))
		began := time.Now()
		shell.succeed("mirror", shell.service(), "history", "--since", "3d", "--parallel", "4", "--overlap", "15h", "--quiet")
		require.Less(t, time.Since(began), 2*time.Hour)
		starts := map[string]bool{}
		for _, request := range shell.server.Requests(sparktest.StartExport) {
			var export gen.ExportJSONRequest
			require.NoError(t, json.Unmarshal(request.Body, &export))
			starts[*export.RequestData.StartDate] = true
		}
		require.Len(t, starts, 4)
		require.True(t, starts["2026-03-02T09:00:00.000Z"], "%v", starts)
	})
}

func TestMirrorOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.stderrTerminal = true
		outcome := shell.run("mirror", shell.service(), "history", "--since", "3d")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Contains(t, outcome.errors, "[############............]  2 of 4 windows  ")
	})
}

func TestAnInterruptedMirrorIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t, sparktest.JobDuration(time.Hour))
		var cancel context.CancelFunc
		shell.ctx, cancel = context.WithTimeoutCause(t.Context(), 90*time.Minute, context.Canceled)
		defer cancel()
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-01")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "To resume: run the same command again; what has been fetched is kept in history\n")

		shell.ctx = t.Context()
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01")
		require.NotZero(t, storedCalls(t, "history"))
		require.LessOrEqual(t, len(shell.server.Jobs()), 4+2)
	})
}

func TestMirrorReportsFailedWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		broken := shell.server.Fault(sparktest.JobStatus, sparktest.Always(), sparktest.ErrorStatus())
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-01")
		require.Equal(t, exitFailed, outcome.status)
		require.Regexp(t, `^(window 2026-03-0\d: no usable response since .*\n){4}fetched 0 windows; history now holds 0 calls\n(sparklog: window 2026-03-0\d: JSON export job .*\n){4}sparklog: 4 windows have problems\n`, outcome.errors)
		require.Contains(t, outcome.errors, "\nTo resume: run the same command again; what has been fetched is kept in history\n")

		broken.Remove()
		shell.succeed("mirror", shell.service(), "history", "--quiet")
		require.NotZero(t, storedCalls(t, "history"))
	})
}

func TestMirrorRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t, sparktest.Service("motor", "premium"), sparktest.Service("motor", "basic"))
		shell.succeed("mirror", "motor/premium", "history", "--since", "2026-03-01", "--quiet")
		write(t, "notes.txt", "mine")
		for line, problem := range map[string]string{
			"mirror motor/basic history": "sparklog: mirror motor/basic in history: the directory contains another service, motor/premium of " +
				shell.server.BaseURL + "; give another directory\n",
			"mirror motor/basic . --since 1d": "sparklog: mirror motor/basic in .: not a mirror: the directory has no mirror.json but contains history/mirror.json; give a new or an empty directory\n",
		} {
			outcome := shell.run(strings.Fields(line)...)
			require.Equal(t, exitFailed, outcome.status)
			require.Equal(t, problem, outcome.errors)
		}
	})
}

func TestMirrorWithAClockThatWasWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01", "--quiet")
		write(t, "history/mirror.json", strings.ReplaceAll(read(t, "history/mirror.json"), `"as_of": "2026-`, `"as_of": "2027-`))
		outcome := shell.run("mirror", shell.service(), "history")
		require.Equal(t, exitFailed, outcome.status)
		require.Regexp(t, `^sparklog: mirror motor/premium in history: the clock is behind the last update: it says 2026-03-04T12:00:\d\dZ, but the directory was updated at 2027-03-04T12:00:\d\dZ; `+
			`correct the clock, or if it was wrong at that time, use --clock-was-wrong once\n$`, outcome.errors)
		shell.succeed("mirror", shell.service(), "history", "--clock-was-wrong", "--quiet")
		shell.succeed("mirror", shell.service(), "history", "--quiet")
	})
}

func TestMirrorOfAnUnknownService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		outcome := shell.run("mirror", "motor/premum", "history", "--since", "2026-03-01")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "404 Not Found")
		require.NotContains(t, outcome.errors, "To resume")
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
	})
}

func TestMirrorReportsWhatCanNotBeDecoded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := sparktest.Call{Raw: []byte(`[]`), Time: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
		shell := newMirrorShell(t, sparktest.Service("motor", "premium", broken))
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-01")
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, `fetched 4 windows; history now holds 0 calls
sparklog: mirror motor/premium in history: window 2026-03-02: part of the export can't be decoded: read premium_1.json, record 1 at byte 1: `+
			`expected a record (a JSON object), found a list (1 in all); everything else is kept, and the next run fetches the window again
To resume: run the same command again; what has been fetched is kept in history
`, outcome.errors)
	})
}

// The platform logs local times without a zone, nine hours ahead of UTC.
func TestMirrorOfLocalTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []sparktest.Call
		for _, call := range sparktest.Generate(sparktest.History{Calls: 500}) {
			call.Raw = fmt.Appendf(nil, `{"EngineCallId":%q,"LogTime":%q}`, call.ID, call.Time.Add(9*time.Hour).Format("2006-01-02T15:04:05"))
			calls = append(calls, call)
		}
		shell := newMirrorShell(t, sparktest.Service("motor", "premium", calls...))
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-02", "--parallel", "1")
		require.Equal(t, exitFailed, outcome.status)
		require.Regexp(t, `(?m)^sparklog: window 2026-03-02: the export contains calls outside the requested time: \d+ of \d+ \(requested: 2026-03-01T23:55:00Z to 2026-03-03T00:05:00Z\); `+
			`\d+ of them were missing in their own windows and have been added there; the log times seem to be local times, 9 h ahead of UTC: use --overlap 15h$`, outcome.errors)
		require.NotContains(t, outcome.errors, "To resume")
		all := storedCalls(t, "history")

		shell.succeed("mirror", shell.service(), "other", "--since", "2026-03-02", "--overlap", "15h", "--quiet")
		require.Equal(t, storedCalls(t, "other"), all)
	})
}

func TestMirrorReplacesDamagedFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01", "--parquet", "--quiet")
		for _, path := range []string{"history/zip/2026-03-02.1.zip", "history/parquet/2026-03-02.parquet"} {
			damageUnnoticed(t, path)
		}
		outcome := shell.run("stats", "history")
		require.Equal(t, exitFailed, outcome.status)
		require.Regexp(t, `^sparklog: window 2026-03-02: .*the file is damaged: `, outcome.errors)
		require.Contains(t, outcome.errors, "; run sparklog mirror --verify\n")

		outcome = shell.run("mirror", shell.service(), "history", "--verify")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Contains(t, outcome.errors, "replaced 2 files in history, removed or damaged since the last update\n")
		shell.succeed("stats", "history")
		opened, err := mirror.Open("history")
		require.NoError(t, err)
		require.NoError(t, opened.Verify(t.Context()))
	})
}

// damageUnnoticed writes over the middle of a file and leaves its size and time.
func damageUnnoticed(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	data := []byte(read(t, path))
	copy(data[len(data)/2:], "sixteen bytes!!!")
	write(t, path, string(data))
	require.NoError(t, os.Chtimes(path, time.Time{}, info.ModTime()))
}

func TestMirrorWithALaterSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01", "--quiet")
		outcome := shell.run("mirror", shell.service(), "history", "--since", "2026-03-03")
		require.Equal(t, exitDone, outcome.status)
		require.Contains(t, outcome.errors, "\n--since 2026-03-03 changes nothing; history contains the calls since 2026-03-01\n")
		outcome = shell.run("mirror", shell.service(), "history", "--since", "2026-02-28")
		require.NotContains(t, outcome.errors, "changes nothing")
	})
}
