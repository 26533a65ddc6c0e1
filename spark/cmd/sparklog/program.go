package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// program is one run of sparklog: its surroundings, and what all commands share.
type program struct {
	stdin                          io.Reader
	stdout, stderr                 io.Writer
	stdoutTerminal, stderrTerminal bool
	width                          func() int // of the terminal, in columns

	httpClient *http.Client       // nil: the library's own
	emulator   []sparktest.Option // of the emulators that commands start

	out            *resultWriter // results; everything else goes to stderr
	quiet, verbose bool
	baseURL        string
	started        bool            // the command line was understood
	clients        []*spark.Client // that commands have used
	credential     string          // the variable that the credential comes from
	fromFile       map[string]bool // the variables that the environment file has set
}

// run returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.out = &resultWriter{to: p.stdout, failed: cancel}
	if p.stdoutTerminal {
		p.out.to = &terminalWriter{to: p.stdout}
	}
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.out)
	root.SetErr(p.stderr)
	command, err := root.ExecuteContextC(ctx)
	for _, client := range p.clients {
		client.CloseIdleConnections()
	}
	return p.end(command, err)
}

// note prints to standard error, unless --quiet is given.
func (p *program) note(format string, args ...any) {
	if !p.quiet {
		p.warn(format, args...)
	}
}

// warn prints to standard error.
func (p *program) warn(format string, args ...any) {
	fmt.Fprintln(p.stderr, printable(fmt.Sprintf(format, args...)))
}

// tableWidth returns how many columns the lines on standard output may take; 0 is any
// number.
func (p *program) tableWidth() int {
	if !p.stdoutTerminal {
		return 0
	}
	return p.width()
}

func (p *program) logger() *slog.Logger {
	if !p.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// resultWriter writes to standard output. A write that fails ends the run.
type resultWriter struct {
	to     io.Writer
	failed context.CancelFunc
	err    error
}

func (w *resultWriter) Write(data []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(data)
	if err != nil {
		w.err = err
		w.failed()
	}
	return n, err
}
