package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// asProgram makes the test binary the program itself, for tests that need a
// process of their own.
const asProgram = "SPARKLOG_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	goleak.VerifyTestMain(m)
}

// shell runs commands in this process, in a directory of its own.
type shell struct {
	t                              *testing.T
	ctx                            context.Context
	server                         *sparktest.Server
	stdin                          string
	stdoutTerminal, stderrTerminal bool
	width                          int
}

// newShell returns a shell with the base URL and the bearer token of a server.
func newShell(t *testing.T, server *sparktest.Server) *shell {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range variables {
		setenv(t, name, "")
	}
	s := &shell{t: t, ctx: t.Context(), server: server, width: 100}
	if server != nil {
		setenv(t, envBaseURL, server.BaseURL)
		setenv(t, envBearerToken, server.BearerToken)
	}
	return s
}

// setenv sets a variable for the test, or makes sure that it isn't set.
func setenv(t *testing.T, name, value string) {
	t.Helper()
	t.Setenv(name, value)
	if value == "" {
		require.NoError(t, os.Unsetenv(name))
	}
}

// outcome is how a command ended.
type outcome struct {
	status      int
	out, errors string
	took        time.Duration
}

func (s *shell) program() *program {
	p := &program{
		stdin:          strings.NewReader(s.stdin),
		stdoutTerminal: s.stdoutTerminal, stderrTerminal: s.stderrTerminal,
		width: func() int { return s.width },
	}
	if s.server != nil {
		p.httpClient = s.server.Client()
	}
	return p
}

func (s *shell) run(args ...string) outcome {
	s.t.Helper()
	var out, errors bytes.Buffer
	p := s.program()
	p.stdout, p.stderr = &out, &errors
	for _, name := range variables { // the environment of the process as it was
		defer os.Setenv(name, os.Getenv(name))
	}
	start := time.Now()
	status := p.run(s.ctx, args)
	return outcome{status, out.String(), errors.String(), time.Since(start)}
}

// succeed runs a command that succeeds, and returns what it prints.
func (s *shell) succeed(args ...string) string {
	s.t.Helper()
	outcome := s.run(args...)
	require.Equal(s.t, exitDone, outcome.status, outcome.errors)
	return outcome.out
}

// service is the argument that names the server's service.
func (s *shell) service() string { return s.server.Folder + "/" + s.server.Service }

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

// names lists the files in the working directory.
func names(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
