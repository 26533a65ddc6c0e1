package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// served is an emulator that another run of the program serves.
type served struct {
	lines  []string
	stop   context.CancelFunc
	status chan int
	stderr bytes.Buffer // to be read when it has ended
}

func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	p := (&shell{}).program()
	s := &served{stop: cancel, status: make(chan int, 1)}
	p.stdout, p.stderr = in, &s.stderr
	go func() {
		s.status <- p.run(ctx, append([]string{"serve"}, args...))
		_ = in.Close()
	}()
	scanner := bufio.NewScanner(out)
	for s.value("calls") == "" && scanner.Scan() {
		s.lines = append(s.lines, scanner.Text())
	}
	return s
}

// value is what the line of this name says.
func (s *served) value(name string) string {
	for _, line := range s.lines {
		if value, found := strings.CutPrefix(line, name+": "); found {
			return value
		}
	}
	return ""
}

func TestServe(t *testing.T) {
	shell := newShell(t, nil)
	server := serve(t, "--calls", "24", "--seed", "7", "--job-duration", "0s", "--plain-records")
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/my-tenant$`, server.lines[0], "programs read the base URL from the first line")

	setenv(t, envBearerToken, server.value("bearer token"))
	for _, kind := range []string{"call ID", "call ID with warnings", "call ID with errors", "call ID with several records"} {
		require.Contains(t, shell.succeed("call", server.value(kind)), server.value(kind))
	}
	require.Contains(t, shell.succeed("call", server.value("call ID with errors"), "--format", "table"), "error: ")
	shell.succeed("export", server.value("folder")+"/"+server.value("service"), "--format", "json", "--output", "calls.zip")

	setenv(t, envBaseURL, server.lines[0])
	setenv(t, envBearerToken, server.value("bearer token without permission"))
	require.Contains(t, shell.run("call", server.value("call ID")).errors, "permission")
	setenv(t, envAPIKey, server.value("API key without permission"))
	require.Contains(t, shell.run("call", server.value("call ID")).errors, "permission")
	setenv(t, envAPIKey, server.value("API key"))
	shell.succeed("call", server.value("call ID"))
	setenv(t, envClientID, server.value("client ID"))
	setenv(t, envClientSecret, server.value("client secret"))
	shell.succeed("call", server.value("call ID"))

	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

func TestServeAnExport(t *testing.T) {
	shell := newShell(t, nil)
	made := serve(t, "--job-duration", "0s", "--calls", "30", "--until", "2026-06-01", "--span", "1d", "--folder", "a/b", "--service", "50%")
	require.Equal(t, "a/b", made.value("folder"))
	require.Equal(t, "50%", made.value("service"))
	require.Contains(t, made.value("first call"), "2026-05-31T00:")
	require.Contains(t, made.value("last call"), "2026-05-31T23:")
	export := func(server *served, output string) {
		setenv(t, envBaseURL, server.lines[0])
		setenv(t, envBearerToken, server.value("bearer token"))
		shell.succeed("export", "--folder", server.value("folder"), "--service", server.value("service"), "--format", "json", "--output", output)
	}
	export(made, "made.zip")

	again := serve(t, "--job-duration", "0s", "--history", "made.zip", "--records-per-file", "7", "--tenant", "other")
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/other$`, again.lines[0])
	for _, name := range []string{"folder", "service", "call ID with errors", "call ID with several records", "first call", "last call", "calls"} {
		require.NotEmpty(t, made.value(name), name)
		require.Equal(t, made.value(name), again.value(name), name)
	}
	export(again, "again.zip")
	records := shell.succeed("records", "made.zip", "--format", "ndjson")
	require.Equal(t, records, shell.succeed("records", "again.zip", "--format", "ndjson"), "each record as it was")
	require.Greater(t, strings.Count(records, `"APIVersion":"V4"`), 2, "there are several of one call")
	shell.succeed("excel", "--folder", "a/b", "--service", "50%", again.value("call ID with errors"), "--output", "call.xlsx")

	renamed := serve(t, "--job-duration", "0s", "--history", "made.zip", "--folder", "f", "--service", "s")
	require.Equal(t, "f", renamed.value("folder"))
	require.Equal(t, "s", renamed.value("service"))
	require.Equal(t, made.value("calls"), renamed.value("calls"))
	for _, server := range []*served{made, again, renamed} {
		server.stop()
		require.Equal(t, exitDone, <-server.status)
		require.NotContains(t, server.stderr.String(), "contract", "no request was wrong")
	}
}

func TestServeReportsInvalidRequests(t *testing.T) {
	t.Parallel()
	server := serve(t)
	for range 2 {
		response, err := http.Get(server.lines[0] + "/api/v3/nothing")
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	server.stop()
	require.Equal(t, exitDone, <-server.status)
	require.Equal(t, 1, strings.Count(server.stderr.String(), "no operation"), server.stderr.String())
}

func TestServeFilesForTheCredentialOnly(t *testing.T) {
	shell := newShell(t, nil)
	server := serve(t, "--job-duration", "0s", "--credential-files")
	setenv(t, envBaseURL, server.lines[0])
	setenv(t, envBearerToken, server.value("bearer token"))
	// The file host has another port, so it doesn't belong to the same platform.
	outcome := shell.run("export", "motor/premium", "--format", "csv", "--output", "x.zip")
	require.Contains(t, outcome.errors, "401")
	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

func TestServeProgress(t *testing.T) {
	t.Parallel()
	percents, err := parsePercents("0, 10,80,75.5", 99)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 10, 80, 75.5}, percents)
}

func TestServeFaults(t *testing.T) {
	shell := newShell(t, nil)
	server := serve(t, "--job-duration", "0s",
		"--fault", "GetCall:503,retry-after=0s,times=2", "--fault", "GetCall:after=1,redirect",
		"--fault", "JobStatus:progress=40/100", "--fault", "StartExport:after=1,error", "--fault", "File:truncate=8000,always")
	setenv(t, envBaseURL, server.lines[0])
	setenv(t, envBearerToken, server.value("bearer token"))
	shell.succeed("call", server.value("call ID"))
	require.Contains(t, shell.run("call", server.value("call ID")).errors, "redirect")
	shell.succeed("call", server.value("call ID"))

	shell.succeed("export", "motor/premium", "--format", "csv", "--output", "resumed.zip")
	require.Contains(t, shell.run("export", "motor/premium", "--format", "csv", "--output", "x.zip").errors, "PROCESSING_FAILED")
	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

// Each word of a fault is understood, and each does something.
func TestEveryFaultOfServe(t *testing.T) {
	t.Parallel()
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.JobDuration(0))
	require.NoError(t, err)
	defer server.Close()
	for _, word := range []string{
		"503", "bare=502", "html=502", "html=200", "error", "error-member", "redirect", "expired",
		"retry-after=2s", "content-type=text/plain", "empty", "cut-short=10", "malformed", "corrupt", "progress=100/0/33.5",
		"no-url", "files-elsewhere", "no-ranges", "delay=1ns", "expire-tokens", "change-files",
		"reset", "lose", "hang", "reset-after=10", "truncate=10", "stall=10", "slow=1000", "times=3", "always", "after=1",
	} {
		fault, err := parseFault("File:" + word)
		require.NoError(t, err, word)
		require.Len(t, fault.parts, 1)
		require.Contains(t, faultHelp, strings.TrimRight(strings.Split(word, "=")[0], "0123456789"), "the help names it")
		fault.addTo(server)
	}
}

func TestServeWithoutCalls(t *testing.T) {
	t.Parallel()
	server := serve(t, "--calls", "0")
	require.Equal(t, "0", server.value("calls"))
	require.Empty(t, server.value("call ID"))
	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

func TestServeOnAnAddressInUse(t *testing.T) {
	server := serve(t)
	address, _, _ := strings.Cut(strings.TrimPrefix(server.lines[0], "http://"), "/")
	outcome := newShell(t, nil).run("serve", "--addr", address)
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, address)
	require.Equal(t, 1, strings.Count(outcome.errors, "\n"))
	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

func TestServeIsUsedFromOtherLanguages(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	bin := t.TempDir()
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "sparklog")))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv(asProgram, "1")
	snippets := strings.Split(clientHelp, "\n\n")[1:]
	for i, file := range []string{"snippet.sh", "snippet.py", "snippet.mjs"} {
		interpreter := []string{"sh", "python3", "node"}[i]
		t.Run(interpreter, func(t *testing.T) {
			for _, needed := range []string{interpreter, "curl"} {
				if _, err := exec.LookPath(needed); err != nil {
					t.Skip(needed + " isn't installed")
				}
			}
			t.Chdir(t.TempDir())
			_, snippet, _ := strings.Cut(snippets[i], "\n")
			write(t, file, strings.ReplaceAll("\n"+snippet, "\n  ", "\n"))
			out, err := exec.CommandContext(t.Context(), interpreter, file).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Contains(t, string(out), "EngineCallId")
		})
	}
}
