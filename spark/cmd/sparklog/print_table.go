package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
)

// tableWriter writes calls for reading, each on a line.
type tableWriter struct {
	out       *bufio.Writer
	columns   []tableColumn
	width     int  // of the terminal; 0 if nothing is cut off
	noteBelow bool // errors and warnings have a line of their own
	begun     bool // the header is written
}

// tableColumn is a column of the table. Its width suits most exports, because the widest
// text would be known only at the end.
type tableColumn struct {
	name  string
	width int // 0 for the last one, which takes what it needs
	align func(text string, width int) string
	text  func(callFields) string
}

var (
	idColumn       = tableColumn{"CALL ID", 36, textwidth.Left, func(c callFields) string { return c.id }}
	userColumn     = tableColumn{"USER", 28, textwidth.Left, func(c callFields) string { return c.user }}
	versionColumn  = tableColumn{"VERSION", 9, textwidth.Left, func(c callFields) string { return c.version }}
	calcTimeColumn = tableColumn{"CALC TIME", 9, textwidth.Right, func(c callFields) string { return c.calcTime.String() }}
	noteColumn     = tableColumn{"ERRORS AND WARNINGS", 0, textwidth.Left, callFields.note}
)

func timeColumn(zone *time.Location) tableColumn {
	name := "TIME (" + zone.String() + ")"
	return tableColumn{name, max(len(time.DateTime), len(name)), textwidth.Left, func(c callFields) string { return timeOf(c.time, zone) }}
}

func (p pathsFlag) columns() []tableColumn {
	var columns []tableColumn
	for i, path := range p {
		name := printable(path.String())
		columns = append(columns, tableColumn{name, max(12, textwidth.Of(name)), textwidth.Right, func(c callFields) string { return textOf(c.shownAt(i)) }})
	}
	return columns
}

// newTableWriter returns a writer that cuts nothing off. Errors and warnings are at the
// end of the line.
func newTableWriter(out io.Writer, zone *time.Location, show pathsFlag) *tableWriter {
	columns := []tableColumn{timeColumn(zone), idColumn, userColumn, versionColumn, calcTimeColumn}
	w := &tableWriter{out: bufio.NewWriter(out), columns: append(append(columns, show.columns()...), noteColumn)}
	w.begin()
	return w
}

// newListWriter returns a writer that cuts texts off to fit the width of a terminal,
// unless it is 0. The call ID is at the end of the line, and never cut off.
func newListWriter(out io.Writer, zone *time.Location, show pathsFlag, width int) *tableWriter {
	at, user, version, id := timeColumn(zone), userColumn, versionColumn, idColumn
	calcTime, shown := []tableColumn{calcTimeColumn}, show.columns()
	version.width = 7
	spare := -1 // columns of the terminal
	if width > 0 {
		spare = width - id.width
		for _, column := range slices.Concat([]tableColumn{at, user, version}, calcTime, shown) {
			spare -= column.width + 2
		}
	}
	if spare >= 0 {
		version.width += min(spare, 8)
	} else {
		calcTime = nil // there is no room for it
		user.width += max(min(spare+calcTimeColumn.width+2, 0), -16)
	}
	id.width = 0
	columns := slices.Concat([]tableColumn{at, user, version}, calcTime, shown, []tableColumn{id})
	return &tableWriter{out: bufio.NewWriter(out), columns: columns, width: width, noteBelow: true}
}

func (w *tableWriter) write(call printedCall) error {
	if !w.begun {
		w.begin()
	}
	fields := call.fields()
	w.writeLine(func(column tableColumn) string { return printable(column.text(fields)) })
	if note := fields.note(); w.noteBelow && note != "" {
		_, _ = fmt.Fprintf(w.out, "  %s\n", w.cut(note, w.width-3))
	}
	return nil
}

// begin writes the header.
func (w *tableWriter) begin() {
	w.begun = true
	w.writeLine(func(column tableColumn) string { return column.name })
}

func (w *tableWriter) writeLine(textIn func(tableColumn) string) {
	var cells []string
	for _, column := range w.columns {
		cells = append(cells, column.align(w.cut(textIn(column), column.width), column.width))
	}
	_, _ = fmt.Fprintln(w.out, strings.TrimRight(strings.Join(cells, "  "), " ")) // Flush returns an error again
}

func (w *tableWriter) cut(text string, width int) string {
	if w.width == 0 || width == 0 {
		return text
	}
	return textwidth.Cut(text, width)
}

func (w *tableWriter) end() error { return w.out.Flush() }

// timeOf writes a time for reading, and a dash for none.
func timeOf(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format(time.DateTime)
}
