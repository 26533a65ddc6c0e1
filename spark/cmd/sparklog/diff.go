package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

type diffCommand struct {
	*program
	connection
	a, b      string
	by        choice
	tolerance tolerance
	ignore    fields
	format    choice
	exitCode  bool
}

func newDiff(p *program) *cobra.Command {
	d := diffCommand{
		program: p,
		by:      choice{"id", []string{"id", "inputs", "correlation-id"}},
		format:  choice{"text", []string{"text", "json"}},
	}
	command := &cobra.Command{
		Use:   "diff CALL_ID CALL_ID | diff A.zip B.zip",
		Short: "Compare two calls, or two archives call by call",
		Long: `Compare two calls: outputs, errors, warnings, inputs and metadata. Numbers are
compared digit for digit, so 1.0 is 1, and the rows of tables by their key. Of a
call with several records it takes the last; CALL_ID#0 is the first.

Or compare two archives of JSON, or the directories of two mirrors, call by call and
without a network. A - reads an archive from standard input. Calls that belong
together have

  id              the same call ID
  inputs          the same inputs: this shows what a new version changed
  correlation-id  the same correlation ID

and with the latter two the metadata isn't compared. Little memory is needed: while
the command runs, a temporary file holds the calls of the first archive, unpacked.

The exit status is 0 even if something differs. With --exit-code it is 1 then. If
records or fields can't be read, they are reported on standard error, everything
else is compared, and the exit status is 1.`,
		Example: `  sparklog diff 123e4567-e89b-12d3-a456-426614174000 123e4567-e89b-12d3-a456-426614174001
  sparklog diff 123e4567-e89b-12d3-a456-426614174000#0 123e4567-e89b-12d3-a456-426614174000#1 --tolerance 0.005
  sparklog diff old.zip new.zip --by inputs --tolerance 0.1% --ignore outputs.RunDate
  sparklog diff old.zip new.zip --format json | jq .fields`,
		Args:              takes(argument{"CALL_ID or A.zip", &d.a}, argument{"the second CALL_ID or B.zip", &d.b}),
		ValidArgsFunction: archivesAndFolders,
		RunE: func(command *cobra.Command, _ []string) error {
			return d.run(command.Context(), command.Flags().Changed("by"))
		},
	}
	addChoice(command, &d.by, "by", "which calls of two archives belong together")
	command.Flags().Var(&d.tolerance, "tolerance", "how far numbers may be apart and still be equal: a `number`, or a share such as 0.1%; may be given twice, a difference within either one is ignored")
	command.Flags().Var(&d.ignore, "ignore", "`field` to leave out, such as metadata, 'metadata.Log time' or outputs.Table[].RunDate; can be repeated")
	command.Flags().BoolVar(&d.exitCode, "exit-code", false, "end with exit status 1 if anything differs, as git diff does")
	addChoice(command, &d.format, "format", "how to print what differs")
	d.connection.flags(command)
	return command
}

func archivesAndFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func (d *diffCommand) run(ctx context.Context, chosen bool) error {
	switch archives := isSource(d.a); {
	case archives != isSource(d.b):
		return usagef("%s and %s: expected two call IDs, or two archives or mirrors that exist", d.a, d.b)
	case d.a == stdinPath && d.b == stdinPath:
		return usagef("only one of two archives can come from standard input")
	case archives:
		return d.archives(ctx)
	case chosen:
		return usagef("--by is for archives; two calls are compared as they are")
	default:
		return d.calls(ctx)
	}
}

// isSource reports whether a name is that of an archive or a mirror, not a call ID.
func isSource(name string) bool {
	if name == stdinPath || strings.HasSuffix(strings.ToLower(name), ".zip") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func (d *diffCommand) options() compare.Options {
	return compare.Options{Tolerance: d.tolerance.Tolerance, Ignore: d.ignore}
}

func (d *diffCommand) calls(ctx context.Context) error {
	var names [2]callName
	for i, text := range []string{d.a, d.b} {
		var err error
		if names[i], err = parseCallName(text); err != nil {
			return err
		}
	}
	client, err := d.connect(d.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	var calls [2]*record.Call
	for i, name := range names {
		if calls[i], err = client.Call(ctx, name.id, name.record...); err != nil {
			return err
		}
	}
	diff := compare.Calls(calls[0], calls[1], d.options())
	if diff.Empty() && d.stdoutTerminal {
		d.note("the calls are equal")
	}
	if err := d.print(diff); err != nil {
		return err
	}
	return d.finish(diff.Empty(), problemsOf(names[0].id, calls[0], "compared"), problemsOf(names[1].id, calls[1], "compared"))
}

// callName is CALL_ID, or CALL_ID#INDEX for one record of a call with several.
type callName struct {
	id     string
	record []spark.CallOption
}

func parseCallName(text string) (callName, error) {
	id, index, several := strings.Cut(text, "#")
	if !several {
		return callName{id: id}, nil
	}
	number, err := strconv.Atoi(index)
	if err != nil || number < 0 {
		return callName{}, usagef("%s: %q is not the number of a record, such as 0", text, index)
	}
	return callName{id, []spark.CallOption{spark.Index(number)}}, nil
}

func (d *diffCommand) archives(ctx context.Context) error {
	a, err := d.openSource(ctx, d.a)
	if err != nil {
		return err
	}
	defer a.close()
	b, err := d.openSource(ctx, d.b)
	if err != nil {
		return err
	}
	defer b.close()
	options, key := d.options(), compare.ByID
	switch d.by.value {
	case "inputs":
		key = compare.ByInputs
	case "correlation-id":
		key = compare.ByCorrelationID
	}
	if d.by.value != "id" {
		options.Ignore = append(options.Ignore, string(compare.Metadata))
	}
	var unreadA, unreadB unread
	report, err := compare.Archives(d.readable(ctx, a, &unreadA), d.readable(ctx, b, &unreadB), key, options)
	if err != nil {
		return err
	}
	if err := d.print(report); err != nil {
		return err
	}
	return d.finish(report.Empty(),
		unreadA.err(a, "compared "+counted(report.CallsA, "call")),
		unreadB.err(b, "compared "+counted(report.CallsB, "call")))
}

// readable reads the calls of a source. It reports and counts what can't be read, the
// first time that they are read.
func (d *diffCommand) readable(ctx context.Context, from *source, unread *unread) iter.Seq2[*record.Call, error] {
	first := true
	return func(yield func(*record.Call, error) bool) {
		defer func() { first = false }()
		for entry, err := range from.records(ctx) {
			if err != nil && first {
				d.warn("sparklog: %s: %s", from, describe(err))
				unread.place(err)
			}
			if err != nil {
				continue
			}
			call, err := from.callOf(entry)
			if err == nil && first {
				unread.fieldsOf(entry)
			}
			if !yield(call, err) || err != nil {
				return
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}

// errDiffers ends a run of diff --exit-code, which has printed what differs.
var errDiffers = errors.New("something differs")

// finish returns what the run ends with after what differs has been printed: what could
// not be read of either side, or errDiffers where that is asked for.
func (d *diffCommand) finish(equal bool, unreadA, unreadB error) error {
	switch {
	case unreadA != nil && unreadB != nil:
		d.warn("sparklog: %s", unreadA)
		return unreadB
	case unreadA != nil || unreadB != nil:
		return cmp.Or(unreadA, unreadB)
	case equal || !d.exitCode:
		return nil
	}
	return errDiffers
}

// print prints what differs.
func (d *diffCommand) print(result fmt.Stringer) error {
	if d.format.value == "json" {
		data, err := json.Marshal(result)
		if err != nil {
			return err
		}
		return d.printRecord(data)
	}
	_, err := fmt.Fprint(d.out, result)
	return err
}
