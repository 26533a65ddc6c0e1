package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// program is one run of sparklog: what surrounds it, and what holds for every
// command.
type program struct {
	stdin                          io.Reader
	stdout, stderr                 io.Writer
	stdoutTerminal, stderrTerminal bool
	width                          func() int // of the terminal, in columns

	httpClient *http.Client       // nil: the library's own
	emulator   []sparktest.Option // of the emulators that commands start

	out            *output // results; all else goes to stderr
	quiet, verbose bool
	started        bool // the command line was understood
}

// run returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.out = &output{to: p.stdout, failed: cancel}
	if p.stdoutTerminal {
		p.out.to = &terminalWriter{to: p.stdout}
	}
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.out)
	root.SetErr(p.stderr)
	command, err := root.ExecuteContextC(ctx)
	return p.end(command, err)
}

// note tells people what is going on.
func (p *program) note(format string, args ...any) {
	if !p.quiet {
		p.warn(format, args...)
	}
}

// warn tells what must not be missed.
func (p *program) warn(format string, args ...any) {
	fmt.Fprintln(p.stderr, plain(fmt.Sprintf(format, args...)))
}

func (p *program) logger() *slog.Logger {
	if !p.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
