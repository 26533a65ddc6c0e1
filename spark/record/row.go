package record

import (
	"iter"
	"slices"
	"time"
	"unicode/utf8"
)

// Row is one call in a CSV export. It comes from [Archive.Rows] or [ReadRows].
//
// The fields are those columns that every export has; the model's inputs and
// outputs are columns by name, see [Row.Get] and [Row.All]. A field is zero where
// the file has no such column or nothing in it. One that holds something
// unreadable is zero as well, and [Row.Problems] tells about it. A Row is ready for
// concurrent use as long as nobody sets fields.
type Row struct {
	// File is the name of the file in the archive, empty outside of one.
	File string
	// Line is the line of the file on which the row begins, counted from 1.
	Line int

	Description     string
	LogTime         time.Time // in UTC
	TransactionDate time.Time // in UTC
	Version         string
	VersionID       string
	User            string
	SourceSystem    string
	CorrelationID   string
	Purpose         string
	CallID          string
	CalcTime        time.Duration
	TotalTime       time.Duration
	ErrorDetails    string
	WarningDetails  string

	header   *header
	cells    cells
	problems []Problem
}

// Get returns the text of the model's column with exactly this name, digit for
// digit as the file has it, and whether the row has it. Should several columns
// have the name, as an input and an output may, it is the first; [Row.All] has all.
func (r *Row) Get(name string) (string, bool) {
	if r.header == nil {
		return "", false
	}
	at, ok := r.header.model[name]
	if !ok || at >= r.cells.len() {
		return "", false
	}
	return r.cells.at(at), true
}

// All iterates over the model's columns, name and text, in the order of the file.
// Text in fields beyond the last column of the header has an empty name.
func (r *Row) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range r.cells.len() {
			name := ""
			if i < len(r.header.names) {
				if r.header.isFixed[i] {
					continue
				}
				name = r.header.names[i]
			}
			if !yield(name, r.cells.at(i)) {
				return
			}
		}
	}
}

// Columns returns the names of all columns of the file, as its header has them.
// The caller may change the copy that it gets.
func (r *Row) Columns() []string {
	if r.header == nil {
		return nil
	}
	return slices.Clone(r.header.names)
}

// Cells returns the text of all fields of the row, without the quotes of CSV. There
// may be fewer or more than columns. The caller may change the copy that it gets.
func (r *Row) Cells() []string { return r.cells.all() }

// Problems lists what could not be read, with file, line and column. Nil means
// that all is as the file has it.
func (r *Row) Problems() []Problem {
	problems := slices.Clone(r.problems)
	if utf8.ValidString(r.cells.texts()) {
		return problems
	}
	for i, text := range r.cells.all() {
		if !utf8.ValidString(text) {
			problems = append(problems, r.problemOf(i, "text that is not UTF-8; it is kept byte for byte"))
		}
	}
	return problems
}
