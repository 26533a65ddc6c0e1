package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestAnExistingFileIsNotReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
		shell := newShell(t, server)
		for _, args := range [][]string{
			{"excel", shell.service(), server.Calls()[0].ID, "--output", "file"},
			{"export", shell.service(), "--format", "json", "--output", "file"},
		} {
			write(t, "file", "precious")
			before := len(server.Requests())
			outcome := shell.run(args...)
			require.Equal(t, exitFailed, outcome.status)
			require.Equal(t, "sparklog: file already exists; use --force to replace it\n", outcome.errors)
			require.Equal(t, "precious", read(t, "file"))
			require.Len(t, server.Requests(), before)
			shell.succeed(append(args, "--force")...)
			require.True(t, strings.HasPrefix(read(t, "file"), "PK"))
		}
	})
}

func TestAFileCreatedMeanwhileIsNotReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		shell := newShell(t, server)
		timer := time.AfterFunc(time.Minute, func() { write(t, "calls.zip", "precious") })
		defer timer.Stop()
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "sparklog: calls.zip already exists; use --force to replace it\nTo resume: sparklog job ")
		require.Equal(t, "precious", read(t, "calls.zip"))
	})
}

func TestAFileIsNotWrittenToATerminal(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	shell.stdoutTerminal = true
	outcome := shell.run("excel", shell.service(), server.Calls()[0].ID, "--output", "-")
	require.Equal(t, exitUsage, outcome.status)
	require.Contains(t, outcome.errors, "--output")
	require.Empty(t, outcome.out)
}

// No job is started whose file can't be written.
func TestUnwritableDirectoryIsNoticedBeforeAJobIsStarted(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc, where not even root can write, is only on Linux")
	}
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	outcome := shell.run("export", shell.service(), "--format", "json", "--output", "/proc/self/calls.zip")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "/proc/self can't be written to: ")
	t.Setenv("TMPDIR", "/proc/self")
	outcome = shell.run("export", shell.service(), "--format", "json", "--output", "-")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "/proc/self can't be written to: ")
	require.Empty(t, server.Jobs())
}

func TestPartFileThatCannotBeUsedIsNoticedBeforeAJobIsStarted(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	require.NoError(t, os.Mkdir("directory.zip.part", 0o700))
	require.NoError(t, os.WriteFile("mine.zip.part", []byte("precious"), 0o600))
	for _, output := range []string{"directory.zip", "mine.zip", strings.Repeat("x", 250) + ".zip"} {
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", output)
		require.Equal(t, exitFailed, outcome.status)
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"), outcome.errors)
	}
	require.Empty(t, server.Jobs())
	content, err := os.ReadFile("mine.zip.part")
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))
}

// Output that can't be written isn't a success, unless its reader doesn't want more.
func TestAWriteThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
		shell := newShell(t, server)
		shell.succeed("export", shell.service(), "--format", "json", "--output", "calls.zip")
		for _, line := range []string{"call " + server.Calls()[0].ID, "records calls.zip", "records calls.zip --format csv", "records calls.zip --format json"} {
			for err, want := range map[error]outcome{
				errDiskFull:   {status: exitFailed, errors: "sparklog: write to standard output: no space left on device\n"},
				syscall.EPIPE: {},
			} {
				p := shell.program()
				var errors bytes.Buffer
				p.stdout, p.stderr = brokenWriter{err}, &errors
				require.Equal(t, want, outcome{status: p.run(t.Context(), strings.Fields(line)), errors: errors.String()}, line)
			}
		}
	})
}
