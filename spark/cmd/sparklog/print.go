package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
)

// callWriter prints calls in one format.
type callWriter interface {
	write(printedCall) error
	// end follows the last call.
	end() error
}

// callFormatKind has the formats that [program.writer] knows.
var callFormatKind = choiceKind("table", "ndjson", "json", "csv")

// writer returns a writer for a format. The columns are those of CSV.
func (p *program) writer(format string, table callWriter, columns func() []csvColumn) callWriter {
	switch format {
	case "ndjson":
		return &jsonWriter{out: bufio.NewWriter(p.out), between: "\n", last: "\n"}
	case "json":
		return &jsonWriter{out: bufio.NewWriter(p.out), first: "[\n", between: ",\n", last: "\n]\n", empty: "[]\n"}
	case "csv":
		return newCSVWriter(p.out, columns())
	}
	return table
}

// jsonWriter writes each call on a line.
type jsonWriter struct {
	out                         *bufio.Writer
	first, between, last, empty string // before, between and after the calls, or instead of them
	begun                       bool
}

func (w *jsonWriter) write(call printedCall) error {
	line, err := call.json()
	if err != nil {
		return err
	}
	before := w.between
	if !w.begun {
		before, w.begun = w.first, true
	}
	_, _ = w.out.WriteString(before) // the next line returns an error again
	_, err = w.out.Write(line)
	return err
}

func (w *jsonWriter) end() error {
	after := w.last
	if !w.begun {
		after = w.empty
	}
	_, _ = w.out.WriteString(after) // Flush returns an error again
	return w.out.Flush()
}

// csvWriter writes each call as a row, all with the same columns.
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
		_ = w.out.Write(namesOf(columns)) // the next row returns an error again
	}
	return w
}

func (w *csvWriter) write(call printedCall) error {
	clear(w.row)
	for _, cell := range call.cells() {
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
