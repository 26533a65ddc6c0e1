package record

import (
	"fmt"
	"iter"
	"slices"
	"time"
	"unicode/utf8"
)

// Row is one call of a CSV export. [Archive.Rows] and [ReadRows] yield rows.
//
// The fields are the columns that every export has. The model's inputs and outputs
// are columns with names of their own: see [Row.Get] and [Row.All]. A field is zero if
// the file doesn't have its column, or if the column is empty. A field that can't be
// read is zero as well, and [Row.Problems] reports it. A Row is safe for concurrent
// use as long as nobody sets fields.
type Row struct {
	// File is the name of the file in the archive; empty outside of one.
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

	header   *rowHeader
	cells    []string
	problems []Problem
}

// Get returns the text of the model's column with exactly this name, digit for digit
// as in the file, and whether the row has that column. If several columns have the
// name, as an input and an output may, the last one counts, as in [Values.Get];
// [Row.All] yields all of them.
func (r *Row) Get(name string) (string, bool) {
	if r.header == nil {
		return "", false
	}
	at, ok := r.header.model[name]
	if !ok || at >= len(r.cells) {
		return "", false
	}
	return r.cells[at], true
}

// All iterates over the model's columns, by name and text, in the order of the file,
// including those with the same name. Text beyond the last column of the header has an
// empty name.
func (r *Row) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range len(r.cells) {
			name := ""
			if i < len(r.header.names) {
				if r.header.isFixed[i] {
					continue
				}
				name = r.header.names[i]
			}
			if !yield(name, r.cells[i]) {
				return
			}
		}
	}
}

// Columns returns the names of all columns of the file, as its header has them. The
// caller may change the copy.
func (r *Row) Columns() []string {
	if r.header == nil {
		return nil
	}
	return slices.Clone(r.header.names)
}

// Cells returns the text of all fields of the row, without the quotes of CSV. There
// may be fewer or more fields than columns. The caller may change the copy.
func (r *Row) Cells() []string { return slices.Clone(r.cells) }

// Problems lists what could not be read, with file, line and column. It returns nil if
// there is nothing to report.
func (r *Row) Problems() []Problem {
	problems := slices.Clone(r.problems)
	for i, text := range r.cells {
		if !utf8.ValidString(text) {
			problems = append(problems, r.problemAt(i, "text that is not UTF-8; its bytes are unchanged"))
		}
	}
	return problems
}

// addProblem adds a problem with the field at an index. The index may lie beyond the
// row or the header.
func (r *Row) addProblem(field int, reason string) {
	r.problems = append(r.problems, r.problemAt(field, reason))
}

func (r *Row) problemAt(field int, reason string) Problem {
	p := Problem{Reason: reason, File: r.File, Line: r.Line, Column: field + 1}
	if field < len(r.header.names) {
		p.Path = r.header.names[field]
	}
	if field < len(r.cells) {
		p.Raw = r.cells[field]
	}
	for _, before := range r.cells[:min(field, len(r.cells))] {
		p.Line += lineBreaks(before)
	}
	return p
}

// checkLength reports missing fields, and fields beyond the last column unless they
// are empty, as spreadsheets write them.
func (r *Row) checkLength() {
	columns := len(r.header.names)
	if len(r.cells) < columns {
		r.addProblem(len(r.cells), fmt.Sprintf("the row ends after %d of %d fields", len(r.cells), columns))
	}
	for i := columns; i < len(r.cells); i++ {
		if r.cells[i] != "" {
			r.addProblem(i, fmt.Sprintf("a field beyond the %d columns of the header", columns))
		}
	}
}
