package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestTimesOfAShiftedExportAreLocal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newShell(t, sparktest.NewServer(t, sparktest.InMemory()))
		outcome := shell.run("export", shell.service(), "--format", "json", "--timezone-offset", "-5", "--output", "calls.zip")
		require.Contains(t, outcome.errors, "log times in the JSON files will be local times of UTC-5, but the files don't say so; use --timezone-offset -5 with records and stats too\n")
		outcome = shell.run("export", shell.service(), "--format", "csv", "--timezone-offset", "-5", "--output", "rows.zip")
		require.NotContains(t, outcome.errors, "local")

		for _, path := range []string{"calls.zip", "rows.zip"} {
			lines := strings.Split(shell.succeed("records", path, "--timezone-offset", "-5"), "\n")
			require.True(t, strings.HasPrefix(lines[0], "TIME (UTC-5)         CALL ID "), lines[0])
			require.True(t, strings.HasPrefix(lines[1], "2026-03-01 19:01:11  d9877ece-6d36-4aac-9a6f-419ec627c76b "), lines[1])
			row := rowsOf(t, shell.succeed("records", path, "--timezone-offset", "-5", "--format", "csv"))[0]
			require.Regexp(t, `^2026-03-01T19:01:11(\.788841)?-05:00$`, row["Log Time"])
			require.Equal(t, "2026-03-02T00:00:00+00:00", row["Transaction date"], "it isn't shifted")
		}

		for _, path := range []string{"calls.zip", "rows.zip"} {
			out := shell.succeed("stats", path, "--timezone-offset", "-5")
			require.Contains(t, out, " calls from 2026-03-01 19:01 to 2026-03-06 17:04 UTC-5\n")
			require.Contains(t, out, "\n  2026-03-01  ", "days are local as well")
		}

		outcome = shell.run("records", "calls.zip", "--timezone-offset", "-5", "--format", "ndjson")
		require.Equal(t, shell.succeed("records", "calls.zip", "--format", "ndjson"), outcome.out)
		require.Contains(t, outcome.errors, "\nlog times in the JSON are unchanged, in UTC-5\n")
	})
}

func TestAShiftedTimeThatNamesItsZoneIsReadAsItIs(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "1.json", `[{"EngineCallId":"a","LogTime":"2026-03-01T10:00:00+02:00"},{"EngineCallId":"b","LogTime":"2026-03-01T10:00:00Z"},{"EngineCallId":"c","LogTime":null}]`)
	out := shell.succeed("records", "calls.zip", "--timezone-offset", "2")
	require.Contains(t, out, "\n2026-03-01 10:00:00  a ")
	require.Contains(t, out, "\n2026-03-01 10:00:00  b ")
	require.Contains(t, out, "\n-                    c ")
}
