package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/record"
)

type recordsCommand struct {
	*program
	paths  []string
	filter entryFilter
	show   pathsFlag
	offset offsetFlag
	format choiceFlag
}

func newRecords(p *program) *cobra.Command {
	r := recordsCommand{program: p, format: choiceFlag{"table", []string{"table", "ndjson", "json", "csv"}}}
	command := &cobra.Command{
		Use:   "records FILE.zip|DIR…",
		Short: "Read and filter exported calls, without a network",
		Long: `Read calls that were exported earlier, from ZIP archives and directories of mirrors.
Each call of a mirror is read once. It works offline, and in constant memory. Use - to
read a ZIP archive from standard input.

  table    one line per call, for reading; on a terminal the lines fit its width, and
           errors and warnings have lines of their own
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
and warnings of each call. Use it with --format csv for a table of inputs and outputs.`,
		Example: `  sparklog records calls.zip
  sparklog records calls.zip --format ndjson | jq .CalcTime
  sparklog records my-mirror --where inputs.policy=123 --where 'outputs.premium>1000'
  sparklog records my-mirror --from 7d --errors only
  sparklog records my-mirror --show inputs.age,outputs.premium --format csv > prices.csv`,
		Args:              oneOrMore(&r.paths),
		ValidArgsFunction: sourceCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return r.run(command.Context()) },
	}
	r.format.register(command, "format", "how to print the calls")
	command.Flags().Var(&r.show, "show", "inputs and outputs to print, by `path`, such as inputs.age,outputs.premium; can be repeated")
	r.filter.register(command)
	r.offset.registerReader(command.Flags())
	return command
}

func (r *recordsCommand) run(ctx context.Context) error {
	if start, end := r.filter.bounds(); !end.IsZero() && end.Before(start) {
		return usagef("--to: the end lies before the start")
	}
	from, err := r.openSources(ctx, r.paths, r.offset)
	if err != nil {
		return err
	}
	defer from.close()
	used := usedPaths{missing: slices.Clone(r.show)}
	for _, condition := range r.filter.where {
		used.missing = append(used.missing, condition.path)
	}
	matches := r.filter.compile()
	to := r.writer(func(yield func(entry, error) bool) {
		for e, err := range from.entries(ctx) {
			if err == nil && matches(e) && !yield(e, nil) {
				return
			}
		}
	})
	var read, printed int
	var unread unreadParts
	for e, err := range from.entries(ctx) {
		if err != nil {
			r.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
			continue
		}
		read++
		unread.addFields(e)
		used.add(e)
		if !matches(e) {
			continue
		}
		printed++
		if r.show != nil {
			e = shownEntry{e, r.show}
		}
		if err := to.write(e); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var missing error
	if read > 0 && len(used.missing) > 0 {
		missing = used.known.missing(used.missing[0])
		if printed == 0 {
			return missing
		}
	}
	if err := to.end(); err != nil || missing != nil {
		return cmp.Or(err, missing)
	}
	if err := unread.err(from, "printed "+counted(printed, "record")); err != nil {
		return err
	}
	if r.filter.isSet() {
		r.note("%d of %s", printed, counted(read, "record"))
	} else {
		r.note("%s", counted(printed, "record"))
	}
	if r.offset != 0 && r.show == nil && (r.format.value == "json" || r.format.value == "ndjson") {
		r.note("log times in the JSON are unchanged, in %s", r.offset.zone())
	}
	return nil
}

// entryWriter prints entries in one format.
type entryWriter interface {
	write(entry) error
	// end follows the last entry.
	end() error
}

func (r *recordsCommand) writer(entries iter.Seq2[entry, error]) entryWriter {
	switch r.format.value {
	case "ndjson":
		return newNDJSONWriter(r.out)
	case "json":
		return newJSONWriter(r.out)
	case "csv":
		if r.show != nil {
			return newCSVWriter(r.out, shownEntry{callEntry{new(record.Call)}, r.show}.summary().columns())
		}
		return newCSVWriter(r.out, columnsOf(entries))
	}
	zone := r.offset.zone()
	if r.filter.zone.location != nil {
		zone = r.filter.zone.location
	}
	if r.stdoutTerminal {
		return newListWriter(r.out, zone, r.show, r.tableWidth())
	}
	return newTableWriter(r.out, zone, r.show)
}

// jsonWriter writes one record per line, alone or as a list.
type jsonWriter struct {
	out                    *bufio.Writer
	before, between, after string // the first record, two records, each record
	last, empty            string // ends of a list
	begun                  bool
}

func newNDJSONWriter(out io.Writer) *jsonWriter {
	return &jsonWriter{out: bufio.NewWriter(out), after: "\n"}
}

func newJSONWriter(out io.Writer) *jsonWriter {
	return &jsonWriter{out: bufio.NewWriter(out), before: "[\n", between: ",\n", last: "\n]\n", empty: "[]\n"}
}

func (w *jsonWriter) write(e entry) error {
	line, err := e.json()
	if err != nil {
		return err
	}
	if w.begun {
		_, _ = w.out.WriteString(w.between)
	} else {
		_, _ = w.out.WriteString(w.before)
	}
	w.begun = true
	_, _ = w.out.Write(line)
	_, err = w.out.WriteString(w.after)
	return err
}

func (w *jsonWriter) end() error {
	if w.begun {
		_, _ = w.out.WriteString(w.last)
	} else {
		_, _ = w.out.WriteString(w.empty)
	}
	return w.out.Flush()
}

// csvWriter writes one row per entry, all with the same columns.
type csvWriter struct {
	out   *csv.Writer
	index map[csvColumn]int
	row   []string
}

func newCSVWriter(out io.Writer, columns []csvColumn) *csvWriter {
	w := &csvWriter{out: csv.NewWriter(out), index: map[csvColumn]int{}, row: make([]string, len(columns))}
	for i, column := range columns {
		w.index[column] = i
	}
	if len(columns) > 0 {
		_ = w.out.Write(namesOf(columns)) // the next row returns the error again
	}
	return w
}

func (w *csvWriter) write(e entry) error {
	clear(w.row)
	for _, cell := range e.cells() {
		at, ok := w.index[cell.csvColumn]
		if !ok {
			return fmt.Errorf("the calls changed while they were read: the column %q is new; try again", cell.name)
		}
		w.row[at] = cell.text
	}
	return w.out.Write(w.row)
}

func (w *csvWriter) end() error {
	w.out.Flush()
	return w.out.Error()
}

// tableLine is an entry in the table.
type tableLine struct {
	time              time.Time
	id, user, version string
	calcTime          time.Duration
	shown             []string // inputs and outputs
	errors, warnings  string
}

// note returns the errors and warnings on one line.
func (l tableLine) note() string {
	var notes []string
	if l.errors != "" {
		notes = append(notes, "error: "+printable(l.errors))
	}
	if l.warnings != "" {
		notes = append(notes, "warning: "+printable(l.warnings))
	}
	return strings.Join(notes, "; ")
}

// The columns have widths that suit most exports. The widest cell would be known only
// at the end of an archive.
const (
	userWidth  = 28
	shownWidth = 12
)

// shownColumns returns the names and widths of the columns of inputs and outputs.
func shownColumns(show []valuePath) (names []string, widths []int) {
	for _, path := range show {
		name := printable(path.String())
		names, widths = append(names, name), append(widths, max(shownWidth, textwidth.Of(name)))
	}
	return names, widths
}

// tableWriter writes each entry for reading on one line, and cuts nothing off.
type tableWriter struct {
	out       *bufio.Writer
	zone      *time.Location
	timeWidth int
	widths    []int // of inputs and outputs
}

func newTableWriter(out io.Writer, zone *time.Location, show []valuePath) *tableWriter {
	names, widths := shownColumns(show)
	head := "TIME (" + zone.String() + ")"
	w := &tableWriter{bufio.NewWriter(out), zone, max(len(time.DateTime), len(head)), widths}
	w.print(head, "CALL ID", "USER", "VERSION", "CALC TIME", names, "ERRORS AND WARNINGS")
	return w
}

func (w *tableWriter) print(at, id, user, version, calcTime string, shown []string, note string) {
	cells := []string{
		textwidth.Left(at, w.timeWidth), textwidth.Left(id, 36), textwidth.Left(user, userWidth), textwidth.Left(version, 9), textwidth.Right(calcTime, 9),
	}
	for i, text := range shown {
		cells = append(cells, textwidth.Right(text, w.widths[i]))
	}
	// Flush returns the error again.
	_, _ = fmt.Fprintln(w.out, strings.TrimRight(strings.Join(append(cells, note), "  "), " "))
}

func (w *tableWriter) write(e entry) error {
	line := e.line()
	w.print(timeOf(line.time, w.zone), printable(line.id), printable(line.user), printable(line.version), line.calcTime.String(), printables(line.shown), line.note())
	return nil
}

func (w *tableWriter) end() error { return w.out.Flush() }

// timeOf writes a time for reading, and a dash for none.
func timeOf(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format(time.DateTime)
}
