package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
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
	by       string
	options  compare.Options
	format   string
	exitCode bool
}

func newDiff(p *program) *cobra.Command {
	d := diffCommand{program: p}
	command := &cobra.Command{
		Use:   "diff CALL_ID CALL_ID | diff A.zip B.zip",
		Short: "Compare two calls, or two archives call by call",
		Long: `Compare two calls: outputs, errors, warnings, inputs and metadata. Numbers are
compared digit for digit, so that 1.0 equals 1, and the rows of tables by their key. If
a call has several records, the last one is compared; use CALL_ID#0 for the first.

Or compare two archives of JSON, or the directories of two mirrors, call by call and
without a network. Use - to read one archive from standard input. Two calls are compared
with each other if they have

  id              the same call ID
  inputs          the same inputs: this shows what a new version changed
  correlation-id  the same correlation ID

With inputs and correlation-id, the metadata isn't compared. To save memory, the first
archive is unpacked to a temporary file.

The exit status is 0 even if the calls differ; with --exit-code it is 1 if they do. If
records or fields can't be read, they are reported on standard error, everything else is
compared, and the exit status is 1 in any case.`,
		Example: `  sparklog diff 123e4567-e89b-12d3-a456-426614174000 123e4567-e89b-12d3-a456-426614174001
  sparklog diff 123e4567-e89b-12d3-a456-426614174000#0 123e4567-e89b-12d3-a456-426614174000#1 --tolerance 0.005
  sparklog diff old.zip new.zip --by inputs --tolerance 0.1% --ignore outputs.RunDate
  sparklog diff old.zip new.zip --format json | jq .fields`,
		Args:              exactly("CALL_ID or A.zip", "the second CALL_ID or B.zip"),
		ValidArgsFunction: sourceCompletions,
		RunE: func(command *cobra.Command, args []string) error {
			return d.run(command.Context(), args, command.Flags().Changed("by"))
		},
	}
	flags := command.Flags()
	choiceKind("id", "inputs", "correlation-id").add(flags, &d.by, "by", "id", "how calls of the two archives are matched")
	flags.Func("tolerance", "ignore differences up to this `number`, or percentage such as 0.1%; may be given twice (a number and a percentage); a difference within either one is ignored", d.setTolerance)
	flags.Func("ignore", "`field` to ignore, such as metadata, 'metadata.Log time' or outputs.Table[].RunDate; can be repeated", d.addIgnored)
	flags.BoolVar(&d.exitCode, "exit-code", false, "exit with status 1 if anything differs, as git diff does")
	choiceKind("text", "json").add(flags, &d.format, "format", "text", "how to print the differences")
	p.registerBaseURL(flags)
	return command
}

func (d *diffCommand) run(ctx context.Context, names []string, byGiven bool) error {
	switch archives := isSource(names[0]); {
	case archives != isSource(names[1]):
		return usagef("%s and %s: expected two call IDs, or two archives or mirrors that exist", names[0], names[1])
	case archives:
		return d.archives(ctx, names)
	case byGiven:
		return usagef("--by is for archives; omit it to compare two calls")
	default:
		return d.calls(ctx, names)
	}
}

// isSource reports whether a name is that of an archive or a mirror and not a call ID.
func isSource(name string) bool {
	if name == stdinPath || strings.HasSuffix(strings.ToLower(name), ".zip") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func (d *diffCommand) calls(ctx context.Context, names []string) error {
	var ids [2]string
	var indexes [2]spark.IndexOption
	for i, name := range names {
		id, index, found := strings.Cut(name, "#")
		ids[i] = id
		if !found {
			continue
		}
		number, err := strconv.Atoi(index)
		if err != nil || number < 0 {
			return usagef("%s: %q is not the number of a record, such as 0", name, index)
		}
		indexes[i] = spark.WithIndex(number)
	}
	client, err := d.connect()
	if err != nil {
		return err
	}
	var calls [2]*record.Call
	for i, id := range ids {
		if calls[i], err = client.GetCall(ctx, id, indexes[i]); err != nil {
			return err
		}
	}
	diff := compare.Calls(calls[0], calls[1], d.options)
	if diff.Empty() && d.stdoutTerminal {
		d.note("the calls are equal")
	}
	if err := d.printResult(diff, d.format); err != nil {
		return err
	}
	return d.finish(diff.Empty(), problemsOf(ids[0], calls[0], "compared"), problemsOf(ids[1], calls[1], "compared"))
}

func (d *diffCommand) archives(ctx context.Context, names []string) error {
	both, err := d.openSources(names, 0)
	if err != nil {
		return err
	}
	defer both.close()
	a, b := both[:1], both[1:]
	key := map[string]compare.Key{"id": compare.ByID, "inputs": compare.ByInputs, "correlation-id": compare.ByCorrelationID}[d.by]
	if d.by != "id" {
		d.options.Ignore = append(d.options.Ignore, string(compare.Metadata))
	}
	var unreadA, unreadB unreadParts
	report, err := compare.Archives(d.readable(ctx, a, &unreadA), d.readable(ctx, b, &unreadB), key, d.options)
	if err != nil {
		return err
	}
	if err := d.printResult(report, d.format); err != nil {
		return err
	}
	return d.finish(report.Empty(),
		unreadA.err(a, "compared "+counted(report.CallsA, "call")),
		unreadB.err(b, "compared "+counted(report.CallsB, "call")))
}

// readable reads the calls of a source. On the first pass it reports and counts what
// can't be read.
func (d *diffCommand) readable(ctx context.Context, from callSources, unread *unreadParts) iter.Seq2[*record.Call, error] {
	first := true
	return func(yield func(*record.Call, error) bool) {
		defer func() { first = false }()
		for entry, err := range from.entries(ctx) {
			if err != nil && first {
				d.warn("sparklog: %s: %s", from, describe(err))
				unread.addPlace(err)
			}
			if err != nil {
				continue
			}
			call, err := from.callOf(entry)
			if err == nil && first {
				unread.addFields(call.ID, call.Problems())
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

// finish returns the error that the run ends with after the differences have been
// printed: what could not be read of either side, or errDiffers if that is asked for.
func (d *diffCommand) finish(equal bool, unreadA, unreadB error) error {
	if unreadA != nil && unreadB != nil {
		d.warn("sparklog: %s", unreadA)
		return unreadB
	}
	if unread := cmp.Or(unreadA, unreadB); unread != nil || equal || !d.exitCode {
		return unread
	}
	return errDiffers
}

// setTolerance takes a number or a percentage.
func (d *diffCommand) setTolerance(value string) error {
	number, relative := strings.CutSuffix(strings.TrimSpace(value), "%")
	bound := &d.options.Tolerance.Absolute
	if relative {
		// The exponent avoids a division, by which 0.7% would not become 0.007.
		bound, number = &d.options.Tolerance.Relative, number+"e-2"
	}
	parsed, err := strconv.ParseFloat(number, 64)
	if err != nil || parsed < 0 || math.IsNaN(parsed) || math.IsInf(parsed, 0) {
		return errors.New("expected a number such as 0.005, or a percentage such as 0.1%")
	}
	*bound = parsed
	return nil
}

// addIgnored adds the value of an --ignore flag.
func (d *diffCommand) addIgnored(field string) error {
	section, _, _ := strings.Cut(strings.ReplaceAll(field, "[", "."), ".")
	switch compare.Section(section) {
	case compare.Outputs, compare.Errors, compare.Warnings, compare.Inputs, compare.Metadata:
		d.options.Ignore = append(d.options.Ignore, field)
		return nil
	}
	return fmt.Errorf("unknown field %q; a field starts with outputs, errors, warnings, inputs or metadata", section)
}
