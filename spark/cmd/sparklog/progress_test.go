package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// frames returns what a terminal showed, one line after the other.
func frames(errors string) []string { return strings.Split(errors, "\r") }

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(2*time.Hour))
		server.Fault(sparktest.File, sparktest.Slow(1000, time.Second))
		shell := newShell(t, server)
		shell.stderrTerminal = true
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Empty(t, outcome.out)

		shown := frames(outcome.errors)
		require.Greater(t, len(shown), 2*60*60, "it moves each second")
		for _, pattern := range []string{
			`^exporting  \[#+\.+\]  [\d.]+ %  1h\d+m left *$`,
			`^exporting  \[#+\.+\]  [\d.]+ %  \d+m\d+s left *$`,
			`^downloading  \[#+\.+\]  \d+\.\d KB of \d+\.\d KB  \d+s left *$`,
			`^downloading  checking \d+\.\d KB *$`,
		} {
			require.True(t, slices.ContainsFunc(shown, regexp.MustCompile(pattern).MatchString), pattern)
		}
		for _, frame := range shown {
			require.LessOrEqual(t, len(strings.TrimRight(frame, " \n")), 100)
		}
		require.Regexp(t, `\r +\rsaved calls\.zip, [\d.]+ KB\n$`, outcome.errors, "the bar is gone in the end")
	})
}

func TestProgressFitsANarrowTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		shell := newShell(t, server)
		shell.stderrTerminal, shell.width = true, 20
		outcome := shell.run("job", shell.service(), strings.TrimSpace(shell.succeed("export", shell.service(), "--format", "json", "--detach")), "--format", "json", "-q")
		require.Empty(t, outcome.errors)
		outcome = shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		for _, frame := range frames(outcome.errors)[1:] {
			frame, _, _ = strings.Cut(frame, "saved")
			require.Less(t, len([]rune(frame)), 20)
		}
	})
}

func TestNoProgressWithoutATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		shell := newShell(t, server)
		shell.stdoutTerminal = true
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.NotContains(t, outcome.errors, "\r")
		shell.stderrTerminal = true
		outcome = shell.run("export", shell.service(), "--format", "json", "--output", "quiet.zip", "--quiet")
		require.Empty(t, outcome.errors)
	})
}

func TestAnInterruptedBarIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		shell := newShell(t, server)
		shell.stderrTerminal = true
		outcome := shell.interrupted(time.Minute, "export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Regexp(t, `\r +\rsparklog: JSON export job .* interrupted.*\nTo resume: .*\n$`, outcome.errors)
	})
}
