//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// process is the program in a process and a directory of its own, with a bearer token
// in .env.
func process(t *testing.T, server *sparktest.Server, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Dir = t.TempDir()
	command.Env = []string{asProgram + "=1", "TMPDIR=" + t.TempDir()}
	if server != nil {
		write(t, filepath.Join(command.Dir, environmentFile), envBearerToken+"="+server.BearerToken)
	}
	return command
}

func TestDetachedJobInAnotherProcess(t *testing.T) {
	t.Parallel()
	server := sparktest.NewServer(t)
	starting := process(t, server, "export", "motor/premium", "--format", "json", "--detach")
	id, err := starting.Output()
	require.NoError(t, err)
	require.Equal(t, server.Jobs()[0]+"\n", string(id))

	saving := process(t, server, "job", "motor/premium", strings.TrimSpace(string(id)), "--format", "json", "--output", "calls.zip")
	saving.Dir = starting.Dir
	require.NoError(t, saving.Run())
	require.NotEmpty(t, zipped(t, read(t, filepath.Join(saving.Dir, "calls.zip"))))
}

func TestCtrlC(t *testing.T) {
	t.Parallel()
	server := sparktest.NewServer(t, sparktest.JobDuration(time.Hour))
	command := process(t, server, "export", "motor/premium", "--format", "json", "--output", "calls.zip")
	pipe, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewReader(pipe)
	started, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, started, "started JSON export job "+server.Jobs()[0])

	require.NoError(t, command.Process.Signal(os.Interrupt))
	after, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.Error(t, command.Wait())
	require.Equal(t, exitFailed, command.ProcessState.ExitCode())
	require.Contains(t, string(after), " of motor/premium: interrupted")
	require.Contains(t, string(after), "To resume: sparklog job motor/premium "+server.Jobs()[0]+" --format json --output calls.zip\n")
}

func TestCtrlCEndsServeWell(t *testing.T) {
	t.Parallel()
	command := process(t, nil, "serve")
	pipe, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewReader(pipe)
	_, err = lines.ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	_, err = io.Copy(io.Discard, lines)
	require.NoError(t, err)
	require.NoError(t, command.Wait())
}

func TestAReaderThatStopsReading(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	command := process(t, nil, "demo")
	var errors bytes.Buffer
	command.Stdout, command.Stderr = writer, &errors
	require.NoError(t, command.Run(), errors.String())
	require.NoError(t, writer.Close())
	require.Empty(t, errors.String())
	files, err := os.ReadDir(strings.TrimPrefix(command.Env[1], "TMPDIR="))
	require.NoError(t, err)
	require.Empty(t, files)
}
