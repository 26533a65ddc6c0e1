package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

type recordsCommand struct {
	*program
	path   string
	offset offsetFlag
	format choiceFlag
}

func newRecords(p *program) *cobra.Command {
	r := recordsCommand{program: p, format: choiceFlag{"table", []string{"table", "ndjson", "json", "csv"}}}
	command := &cobra.Command{
		Use:   "records FILE.zip|DIR",
		Short: "Read exported calls, without a network",
		Long: `Read calls that were exported earlier, from a ZIP archive or the directory of a mirror.
Each call of a mirror is read once. Neither a network nor a credential is needed, and
little memory, however many calls there are. Use - to read a ZIP archive from standard
input.

  table    one line per call, for reading; a terminal shows the beginning of long texts
  ndjson   one record per line: the platform's own JSON, with every digit
  json     the same records as one list
  csv      one row per call, one column for each input and output

All formats can be printed from archives of JSON and of CSV. A CSV row becomes a JSON
object of texts by column. If files differ in their columns, the CSV has all of them.
Records, rows and fields that can't be read are reported on standard error, everything
else is printed, and the exit status is 1.`,
		Example: `  sparklog records calls.zip
  sparklog records calls.zip --format ndjson | jq .CalcTime
  sparklog records my-mirror --format csv > calls.csv`,
		Args:              exactly(argument{"FILE.zip or DIR", &r.path}),
		ValidArgsFunction: sourceCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return r.run(command.Context()) },
	}
	r.format.register(command, "format", "how to print the calls")
	r.offset.registerReader(command.Flags())
	return command
}

func (r *recordsCommand) run(ctx context.Context) error {
	from, err := r.openSource(ctx, r.path)
	if err != nil {
		return err
	}
	defer from.close()
	from.offset = r.offset
	to := r.writer(from.entries(ctx))
	var printed int
	var unread unreadParts
	for entry, err := range from.entries(ctx) {
		if err != nil {
			r.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
			continue
		}
		printed++
		unread.addFields(entry)
		if err := to.write(entry); err != nil {
			return err
		}
	}
	if err := to.end(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := unread.err(from, "printed "+counted(printed, "record")); err != nil {
		return err
	}
	r.note("%s", counted(printed, "record"))
	if r.offset != 0 && (r.format.value == "json" || r.format.value == "ndjson") {
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
		return &jsonWriter{out: bufio.NewWriter(r.out), after: "\n"}
	case "json":
		return &jsonWriter{out: bufio.NewWriter(r.out), before: "[\n", between: ",\n", last: "\n]\n", empty: "[]\n"}
	case "csv":
		return newCSVWriter(r.out, columnsOf(entries))
	}
	return newTableWriter(r.out, r.offset.zone(), r.stdoutTerminal)
}

// jsonWriter writes one record per line, alone or as a list.
type jsonWriter struct {
	out                    *bufio.Writer
	before, between, after string // the first record, two records, each record
	last, empty            string // ends of a list
	begun                  bool
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
	for column, text := range e.cells() {
		at, ok := w.index[column]
		if !ok {
			return fmt.Errorf("the calls changed while they were read, since the column %q is new; try again", column.name)
		}
		w.row[at] = text
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
	errors, warnings  string
}

// tableFormat has widths that suit most exports. The widest cell would be known
// only at the end of an archive.
const (
	tableFormat = "%-19s  %-36s  %-28s  %-9s  %9s  %s"
	userWidth   = 28
	noteWidth   = 80
)

// tableWriter writes entries for reading.
type tableWriter struct {
	out *bufio.Writer
	fit func(text string, width int) string
}

// newTableWriter writes a table of times in a zone. On a terminal, what is wider than
// its column is cut off.
func newTableWriter(out io.Writer, zone *time.Location, terminal bool) *tableWriter {
	w := &tableWriter{bufio.NewWriter(out), clip}
	if !terminal {
		w.fit = func(text string, _ int) string { return text }
	}
	w.print("TIME ("+zone.String()+")", "CALL ID", "USER", "VERSION", "CALC TIME", "ERRORS AND WARNINGS")
	return w
}

func (w *tableWriter) print(cells ...any) {
	// Flush returns the error again.
	_, _ = fmt.Fprintln(w.out, strings.TrimRight(fmt.Sprintf(tableFormat, cells...), " "))
}

func (w *tableWriter) write(e entry) error {
	line := e.line()
	var notes []string
	if line.errors != "" {
		notes = append(notes, "error: "+line.errors)
	}
	if line.warnings != "" {
		notes = append(notes, "warning: "+line.warnings)
	}
	w.print(
		timeOf(line.time), printable(line.id), w.fit(printable(line.user), userWidth), printable(line.version),
		line.calcTime, w.fit(printable(strings.Join(notes, "; ")), noteWidth),
	)
	return nil
}

func (w *tableWriter) end() error { return w.out.Flush() }

// timeOf writes a time in its own zone for reading, and a dash for none.
func timeOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateTime)
}
