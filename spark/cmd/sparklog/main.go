// Command sparklog works with the API Call History of Coherent Spark from the
// command line.
//
//	sparklog list      lists the calls of a service, without an export
//	sparklog call      fetches one call: its inputs, outputs, errors and warnings
//	sparklog excel     saves the Excel workbook of a call
//	sparklog export    exports the calls of a service as a ZIP archive
//	sparklog job       waits for an export that was started earlier, and saves it
//	sparklog records   reads exported calls, without a network
//	sparklog mirror    keeps all calls of a service since a day in a local directory
//	sparklog diff      compares two calls, or two archives call by call
//	sparklog stats     summarizes a service's calls: counts, errors and response times
//	sparklog serve     runs an emulator of the platform
//	sparklog auth      checks the credential
//	sparklog demo      runs the other commands one after another
//
// sparklog COMMAND --help explains a command.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/sparkgo/spark-go/spark"
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
	// has cleaned up. With it, that is a failed write like any other.
	signal.Ignore(syscall.SIGPIPE)
	// A context of its own, because errors repeat the cause of the signal's.
	ctx, cancel := context.WithCancel(context.Background())
	signaled, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(signaled, func() {
		cancel()
		stop() // a second Ctrl-C ends the program at once
		time.AfterFunc(stopWithin, func() {
			fmt.Fprintln(os.Stderr, "sparklog: interrupted")
			os.Exit(exitFailed)
		})
	})
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		stderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		width:          terminalWidth,
	}
	os.Exit(p.run(ctx, os.Args[1:]))
}

func terminalWidth() int {
	for _, file := range []*os.File{os.Stdout, os.Stderr} {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "sparklog",
		Short: "Work with the API Call History of Coherent Spark",
		Long: `Work with the API Call History of Coherent Spark: list and fetch calls, get
their Excel workbooks, export months of them at a time, and read, compare and summarize
what was exported.

Set environment variables to authenticate, or write the same lines to a file named
.env in the working directory. The environment takes precedence over the file.

  CSPARK_BEARER_TOKEN                    a token from the user menu; it is enough on its own
  CSPARK_API_KEY                         an API key
  CSPARK_CLIENT_ID, CSPARK_CLIENT_SECRET OAuth 2.0 client credentials
  CSPARK_OAUTH_PATH                      a JSON file with client credentials
  CSPARK_BASE_URL                        the tenant, such as
                                         https://excel.uat.us.coherent.global/my-tenant

sparklog auth check prints which of them is used, and whether it works.
In .env, put a value that contains $ or # in single quotes.

Exit status: 0 done, 1 failed, 2 wrong usage.`,
		Example: `  sparklog demo
  sparklog list my-folder/my-service --from today
  sparklog call 123e4567-e89b-12d3-a456-426614174000
  sparklog export my-folder/my-service --from 7d --output calls.zip
  sparklog records calls.zip
  sparklog stats calls.zip --html calls.html`,
		Version:       spark.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	flags := root.PersistentFlags()
	flags.BoolVarP(&p.quiet, "quiet", "q", p.quiet, "print results and errors only")
	flags.BoolVarP(&p.verbose, "verbose", "v", p.verbose, "log each request to standard error")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.PersistentPreRunE = func(command *cobra.Command, _ []string) error {
		if err := onlyOne(command.Flags(), "quiet", "verbose"); err != nil {
			return err
		}
		p.started = true
		return nil
	}
	root.AddCommand(newList(p), newCall(p), newExcel(p), newExport(p), newJob(p), newRecords(p), newDiff(p), newStats(p), newMirror(p), newServe(p), newDemo(p), newAuth(p))
	for _, command := range root.Commands() {
		command.Flags().SortFlags = false
		p.complete(command)
	}
	return root
}

func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	root.SuggestionsMinimumDistance = 2 // letters
	if similar := root.SuggestionsFor(args[0]); len(similar) > 0 {
		return fmt.Errorf("unknown command %q; did you mean %s?", args[0], strings.Join(similar, " or "))
	}
	return fmt.Errorf("unknown command %q", args[0])
}

// flagError returns an error in the words of this program for one of the flag
// library.
func flagError(err error) error {
	var (
		unknown *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		syntax  *pflag.InvalidSyntaxError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		return usagef("unknown flag %s", dashed(unknown))
	case errors.As(err, &empty):
		return usagef("%s needs a value", dashed(empty))
	case errors.As(err, &syntax):
		return usagef("%q is not a flag", syntax.GetSpecifiedFlag())
	case errors.As(err, &invalid):
		return usagef("invalid --%s %q: %s", invalid.GetFlag().Name, invalid.GetValue(), expected(invalid.Unwrap()))
	}
	return err
}

// dashed returns the flag that an error is about, as it was given.
func dashed(err interface {
	GetSpecifiedName() string
	GetSpecifiedShortnames() string
}) string {
	if err.GetSpecifiedShortnames() != "" {
		return "-" + err.GetSpecifiedName()
	}
	return "--" + err.GetSpecifiedName()
}

// expected returns what a flag takes instead of a value that can't be parsed.
func expected(err error) string {
	var number *strconv.NumError
	switch {
	case !errors.As(err, &number):
		return err.Error()
	case number.Func == "ParseBool":
		return "expected true or false"
	case number.Func == "ParseUint":
		return "expected a whole number from 0"
	}
	return "expected a whole number"
}
