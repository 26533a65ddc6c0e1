package main

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/record"
)

type recordsCommand struct {
	*program
	filter entryFilter
	show   pathsFlag
	offset utcOffset
	format string
}

func newRecords(p *program) *cobra.Command {
	r := recordsCommand{program: p}
	command := &cobra.Command{
		Use:   "records FILE.zip|DIR…",
		Short: "Read and filter exported calls, without a network",
		Long: `Read calls that were exported earlier, from ZIP archives and directories of mirrors.
Each call of a mirror is read once. It works offline, and in constant memory. Use - to
read a ZIP archive from standard input.

  table    one line per call, for reading; on a terminal, texts are cut off to fit its
           width, and errors and warnings have lines of their own
  ndjson   one record per line: the platform's own JSON, with every digit
  json     the same records as one list
  csv      one row per call, one column for each input and output

All formats can be printed from archives of JSON and of CSV. A CSV row becomes a JSON
object of texts by column. If files differ in their columns, the CSV has all of them.
Records, rows and fields that can't be read are reported on standard error, everything
else is printed, and the exit status is 1.

--where compares an input or an output, or a value inside one, such as
inputs.drivers[0].age. The operators are = != < <= > >= and ~ (contains). Numbers are
compared by their exact values; put a value in double quotes to compare it as text. A
call without the value doesn't match.

--show prints these inputs and outputs only, with the time, version, user, ID, errors
and warnings of each call. Use it with --format csv for a table of inputs and outputs.
Each value adds a column to the table, so that it may be wider than a terminal.`,
		Example: `  sparklog records calls.zip
  sparklog records calls.zip --format ndjson | jq .CalcTime
  sparklog records my-mirror --where inputs.policy=123 --where 'outputs.premium>1000'
  sparklog records my-mirror --from 7d --errors only
  sparklog records my-mirror --show inputs.age,outputs.premium --format csv > prices.csv`,
		Args:              someSources,
		ValidArgsFunction: sourceCompletions,
		RunE:              func(command *cobra.Command, args []string) error { return r.run(command.Context(), args) },
	}
	flags := command.Flags()
	callFormatKind.add(flags, &r.format, "format", "table", "how to print the calls")
	flags.Func("show", "inputs and outputs to print, by `path`, such as inputs.age,outputs.premium; can be repeated", r.show.set)
	r.filter.register(flags)
	r.offset.registerReader(flags)
	return command
}

func (r *recordsCommand) run(ctx context.Context, paths []string) error {
	if start, end := r.filter.bounds(); !end.IsZero() && end.Before(start) {
		return usagef("--to: the end lies before the start")
	}
	from, err := r.openSources(paths, r.offset)
	if err != nil {
		return err
	}
	defer from.close()
	used := usedPaths{missing: slices.Clone(r.show)}
	for _, condition := range r.filter.where {
		used.missing = append(used.missing, condition.path)
	}
	matches := r.filter.compile()
	out := r.writer(r.format, r.table(), func() []csvColumn { return r.columns(from.entries(ctx), matches) })
	var read, printed int
	var unread unreadParts
	for e, err := range from.entries(ctx) {
		if err != nil {
			r.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
			continue
		}
		read++
		unread.addFields(e.fields().id, e.Problems())
		used.add(e)
		if !matches(e) {
			continue
		}
		printed++
		if err := out.write(r.toPrint(e)); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	missing := used.err()
	if missing != nil && printed == 0 {
		return missing
	}
	if err := cmp.Or(out.end(), missing, unread.err(from, "printed "+counted(printed, "record"))); err != nil {
		return err
	}
	if r.filter.isSet() {
		r.note("%d of %s", printed, counted(read, "record"))
	} else {
		r.note("%s", counted(printed, "record"))
	}
	if r.offset != 0 && r.show == nil && strings.HasSuffix(r.format, "json") {
		r.note("log times in the JSON are unchanged, in %s", r.offset.zone())
	}
	return nil
}

// table returns the writer for the format table.
func (r *recordsCommand) table() callWriter {
	zone := cmp.Or(r.filter.zone, r.offset.zone())
	if r.stdoutTerminal {
		return newListWriter(r.out, zone, r.show, r.tableWidth())
	}
	return newTableWriter(r.out, zone, r.show)
}

// columns returns the columns for the format csv.
func (r *recordsCommand) columns(entries iter.Seq2[entry, error], matches func(entry) bool) []csvColumn {
	if r.show != nil {
		return columnsIn(r.toPrint(callEntry{new(record.Call)}).cells())
	}
	return columnsOf(func(yield func(entry) bool) {
		for e, err := range entries {
			if err == nil && matches(e) && !yield(e) {
				return
			}
		}
	})
}

// toPrint returns what is printed of an entry: all of it, unless --show is given.
func (r *recordsCommand) toPrint(e entry) printedCall {
	if r.show == nil {
		return e
	}
	call := e.fields()
	call.shown = r.show.in(e)
	return summary{call, slices.Concat(
		[]namedValue{
			{"log_time", stamp(call.time)}, {"version", call.version}, {"user", call.user}, {"call_id", call.id},
			{"calc_time_ms", json.Number(millis(call.calcTime))},
		},
		r.show.named(call),
		[]namedValue{{"errors", call.errors}, {"warnings", call.warnings}})}
}
