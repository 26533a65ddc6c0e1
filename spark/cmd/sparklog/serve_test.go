package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// served is an emulator that another run of the program serves.
type served struct {
	lines  []string
	stop   context.CancelFunc
	status chan int
}

func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	p := (&shell{}).program()
	p.stdout, p.stderr = in, new(bytes.Buffer)
	s := &served{stop: cancel, status: make(chan int, 1)}
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

	setenv(t, spark.EnvBearerToken, server.value("bearer token"))
	for _, kind := range []string{"call ID", "call ID with warnings", "call ID with errors", "call ID with several records"} {
		require.Contains(t, shell.must("call", server.value(kind)), server.value(kind))
	}
	require.Contains(t, shell.must("call", server.value("call ID with errors"), "--format", "table"), "error: ")
	shell.must("export", server.value("folder")+"/"+server.value("service"), "--format", "json", "--output", "calls.zip")

	setenv(t, spark.EnvBaseURL, server.lines[0])
	setenv(t, spark.EnvBearerToken, server.value("bearer token without permission"))
	require.Contains(t, shell.run("call", server.value("call ID")).errors, "permission")
	setenv(t, spark.EnvAPIKey, server.value("API key without permission"))
	require.Contains(t, shell.run("call", server.value("call ID")).errors, "permission")
	setenv(t, spark.EnvAPIKey, server.value("API key"))
	shell.must("call", server.value("call ID"))
	setenv(t, spark.EnvClientID, server.value("client ID"))
	setenv(t, spark.EnvClientSecret, server.value("client secret"))
	shell.must("call", server.value("call ID"))

	server.stop()
	require.Equal(t, exitDone, <-server.status)
}

func TestServeWithoutCalls(t *testing.T) {
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
