// Command sparklog works with the API Call History of Coherent Spark from the
// command line.
//
//	sparklog call      fetches what the platform keeps about a call
//	sparklog excel     saves the Excel workbook of a call
//	sparklog export    exports the calls of a service as a ZIP archive
//	sparklog job       waits for an export that was started earlier, and saves it
//	sparklog records   reads exported calls, without a network
//	sparklog mirror    keeps every call of a service since a day in a local directory
//	sparklog diff      tells what differs between two calls, or two archives
//	sparklog stats     tells what happens: calls, errors and times
//	sparklog serve     runs an emulator of the platform
//	sparklog demo      shows all of it, against an emulator or a real tenant
//
// sparklog COMMAND --help tells the rest.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// stopWithin is how long a run may take to end after it was interrupted. It
// only matters where something can't be interrupted, such as a read from a pipe
// into which nobody writes.
const stopWithin = 1500 * time.Millisecond

func main() {
	// Without this, a pipe closed by its reader would end the program before it
	// has cleaned up; so it is a failed write like any other.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second Ctrl-C ends the program at once
		time.AfterFunc(stopWithin, func() {
			fmt.Fprintln(os.Stderr, "sparklog: interrupted")
			os.Exit(exitFailed)
		})
	})
	os.Exit(newProgram().run(ctx, os.Args[1:]))
}

// newProgram is connected to the process's own streams.
func newProgram() *program {
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		stderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	p.width = func() int {
		width, _, err := term.GetSize(int(os.Stderr.Fd()))
		if err != nil || width <= 0 {
			return 80
		}
		return width
	}
	return p
}
