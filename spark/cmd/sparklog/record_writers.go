package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
)

// lineWriter writes one record a line.
type lineWriter struct{ out *bufio.Writer }

func newLineWriter(out io.Writer) *lineWriter { return &lineWriter{bufio.NewWriter(out)} }

func (w *lineWriter) write(r entry) error {
	line, err := r.json()
	if err != nil {
		return err
	}
	_, _ = w.out.Write(line)
	return w.out.WriteByte('\n')
}

func (w *lineWriter) end() error { return w.out.Flush() }

// listWriter writes all records as one JSON list.
type listWriter struct {
	out   *bufio.Writer
	begun bool
}

func newListWriter(out io.Writer) *listWriter { return &listWriter{out: bufio.NewWriter(out)} }

func (w *listWriter) write(r entry) error {
	line, err := r.json()
	if err != nil {
		return err
	}
	before := ",\n"
	if !w.begun {
		before, w.begun = "[\n", true
	}
	_, _ = w.out.WriteString(before)
	_, err = w.out.Write(line)
	return err
}

func (w *listWriter) end() error {
	after := "\n]\n"
	if !w.begun {
		after = "[]\n"
	}
	_, _ = w.out.WriteString(after)
	return w.out.Flush()
}

// csvWriter writes one row a record, all with the same columns.
type csvWriter struct {
	out   *csv.Writer
	index map[column]int
	row   []string
}

func newCSVWriter(out io.Writer, columns []column) *csvWriter {
	w := &csvWriter{out: csv.NewWriter(out), index: map[column]int{}, row: make([]string, len(columns))}
	for i, column := range columns {
		w.index[column] = i
	}
	if len(columns) > 0 {
		_ = w.out.Write(namesOf(columns)) // an error shows again with the next row
	}
	return w
}

func (w *csvWriter) write(r entry) error {
	clear(w.row)
	for column, text := range r.cells() {
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
