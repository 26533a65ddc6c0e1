package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRecordsOfAMirrorComeOnceEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01")
		calls := storedCalls(t, "history")
		for _, format := range []string{"ndjson", "csv"} {
			outcome := shell.run("records", "history", "--format", format)
			require.Equal(t, exitDone, outcome.status)
			require.Equal(t, fmt.Sprintf("%d records\n", calls), outcome.errors)
		}
		var ids []string
		for _, row := range rowsOf(t, shell.succeed("records", "history", "--format", "csv")) {
			ids = append(ids, row["Call ID"])
		}
		var logged []string
		for _, call := range shell.server.Calls() {
			if call.Time.Before(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)) {
				logged = append(logged, call.ID)
			}
		}
		require.ElementsMatch(t, logged, ids)
	})
}

// What a mirror still has to fetch is missing from what is printed, which mustn't
// pass for all of it.
func TestAMirrorThatIsNotCompleteFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell := newMirrorShell(t)
		shell.succeed("mirror", shell.service(), "history", "--since", "2026-03-01")
		archives, err := filepath.Glob("history/zip/2026-03-02*.zip")
		require.NoError(t, err)
		require.Len(t, archives, 1)
		require.NoError(t, os.Remove(archives[0]))
		outcome := shell.run("records", "history", "--format", "ndjson")
		require.Equal(t, exitFailed, outcome.status)
		require.NotEmpty(t, outcome.out)
		require.Contains(t, outcome.errors, "sparklog: 1 place of history can't be read, the first: window 2026-03-02: ")
		require.Contains(t, outcome.errors, fmt.Sprintf("; printed %d records\n", strings.Count(outcome.out, "\n")))
	})
}

func TestSourcesNameFilesThatAreNotRead(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "beside.zip", "a.json", `[{"EngineCallId":"a"}]`, "readme.txt", "hi", "__MACOSX/._a.json", "Mac", "__MACOSX/._b.csv", "Mac")
	zipFile(t, "macos.zip", "a.csv", "Call ID\na\n", "._a.json", "Mac", "readme.txt", "hi")
	zipFile(t, "mixed.zip", "a.json", `[{"EngineCallId":"a"}]`, "b.csv", "Call ID\nb\n", "inner.zip", "an archive")
	zipFile(t, "nested.zip", "inner.zip", "an archive")
	for _, command := range []string{"records", "stats"} {
		outcome := shell.run(command, "beside.zip")
		require.Equal(t, exitDone, outcome.status)
		require.Equal(t, 1, strings.Count(outcome.errors, "is not read"))
		require.Contains(t, outcome.errors, "readme.txt in beside.zip is not read, because it is neither JSON nor CSV\n")
		shell.succeed(command, "macos.zip")
		for _, path := range []string{"nested.zip", "mixed.zip"} {
			outcome = shell.run(command, path)
			require.Equal(t, exitFailed, outcome.status)
			require.Equal(t, 1, strings.Count(outcome.errors, "sparklog: read inner.zip: an archive within the archive is not read"))
			require.Contains(t, outcome.errors, "sparklog: 1 place of "+path+" can't be read")
		}
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	shell := newShell(t, nil)
	write(t, "page.zip", "<html>sign in</html>")
	zipFile(t, "photos.zip", "a.jpg", "x")
	require.NoError(t, os.MkdirAll("hist/zip", 0o700))
	require.NoError(t, os.Mkdir("empty", 0o700))
	zipFile(t, "hist/zip/2026-01-01.1.zip", "a.json", "[]")
	for path, says := range map[string]string{
		"nowhere.zip":  "sparklog: nowhere.zip: no such file\n",
		"page.zip":     "sparklog: page.zip is not a ZIP archive (it looks like HTML); give the ZIP archive that was exported\n",
		"photos.zip":   "sparklog: photos.zip contains neither JSON nor CSV files, so it isn't an export of calls\n",
		"empty":        "sparklog: empty is a directory but not a mirror; give one ZIP archive, such as calls.zip, or the directory of a mirror\n",
		"hist":         "sparklog: hist is a directory but not a mirror; give one ZIP archive, such as hist/zip/2026-01-01.1.zip, or the directory of a mirror\n",
		"-":            "sparklog: standard input is not a ZIP archive (it is empty); give",
		"page.zip/any": "sparklog: page.zip/any: ",
	} {
		for _, command := range []string{"records", "stats"} {
			outcome := shell.run(command, path)
			require.Equal(t, exitFailed, outcome.status)
			require.Contains(t, outcome.errors, says)
			require.Empty(t, outcome.out)
			require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
		}
	}
}
