package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// tableLine is a record in the table.
type tableLine struct {
	time              time.Time
	id, user, version string
	calcTime          time.Duration
	note              string // of errors and warnings
}

func (c callRecord) line() tableLine {
	return tableLine{c.LogTime, c.ID, c.User, c.Version, c.CalcTime, noteOf(details(c.Errors), details(c.Warnings))}
}

func (r rowRecord) line() tableLine {
	return tableLine{r.LogTime, r.CallID, r.User, r.Version, r.CalcTime, noteOf(r.ErrorDetails, r.WarningDetails)}
}

func noteOf(errors, warnings string) string {
	var notes []string
	if errors != "" {
		notes = append(notes, "error: "+errors)
	}
	if warnings != "" {
		notes = append(notes, "warning: "+warnings)
	}
	return strings.Join(notes, "; ")
}

// tableFormat has widths that suit most exports: the widest cell would be known
// only at the end of an archive.
const (
	tableFormat = "%-19s  %-36s  %-28s  %-9s  %9s  %s"
	userWidth   = 28
	noteWidth   = 80
)

// tableWriter writes records for reading.
type tableWriter struct {
	out *bufio.Writer
	fit func(text string, width int) string
}

// newTableWriter writes a table of times in a zone. For a terminal, what is wider than
// its column is cut off; elsewhere nothing is.
func newTableWriter(out io.Writer, zone *time.Location, terminal bool) *tableWriter {
	w := &tableWriter{bufio.NewWriter(out), clip}
	if !terminal {
		w.fit = func(text string, _ int) string { return text }
	}
	w.print("TIME ("+zone.String()+")", "CALL ID", "USER", "VERSION", "CALC TIME", "ERRORS AND WARNINGS")
	return w
}

func (w *tableWriter) print(cells ...any) {
	// An error shows again at the end.
	_, _ = fmt.Fprintln(w.out, strings.TrimRight(fmt.Sprintf(tableFormat, cells...), " "))
}

func (w *tableWriter) write(r entry) error {
	line := r.line()
	w.print(
		timeOf(line.time), plain(line.id), w.fit(plain(line.user), userWidth), plain(line.version),
		line.calcTime, w.fit(plain(line.note), noteWidth),
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
