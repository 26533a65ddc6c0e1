package record

import (
	"errors"
	"fmt"
	"strings"
)

// ErrCorrupt means that a file is damaged, cut short, or not a ZIP archive at all.
// Download it again.
var ErrCorrupt = errors.New("the file is damaged or not a ZIP archive")

// corruptError matches ErrCorrupt and says in its own words what is wrong.
type corruptError struct{ error }

func (c corruptError) Is(target error) bool { return target == ErrCorrupt }
func (c corruptError) Unwrap() error        { return c.error }

// ReadError reports a place in a file of exported calls that could not be read. The
// errors of [Archive.Calls], [Archive.Rows], [ReadCalls] and [ReadRows] are of this
// type.
type ReadError struct {
	// File is the name of the file in the archive; empty outside of one.
	File string
	// Record is the number of the record, or of the row, counted from 1. It is 0
	// if the error isn't about one of them but about a file or a CSV header.
	Record int
	// Offset is the byte of the unpacked JSON file where the record begins, or
	// where the JSON is wrong, counted from 0.
	Offset int64
	// Line is the line of the CSV file, counted from 1; 0 for JSON.
	Line int
	// Err says what is wrong.
	Err error
}

// Error says in one line what could not be read, where, and why.
func (e *ReadError) Error() string {
	var place []string
	if e.File != "" {
		place = append(place, e.File)
	}
	switch {
	case e.Line > 0:
		place = append(place, fmt.Sprintf("line %d", e.Line))
	case e.Record > 0:
		place = append(place, fmt.Sprintf("record %d at byte %d", e.Record, e.Offset))
	case e.File == "":
		place = append(place, "archive")
	}
	return fmt.Sprintf("read %s: %v", strings.Join(place, ", "), e.Err)
}

// Unwrap returns what is wrong.
func (e *ReadError) Unwrap() error { return e.Err }

// Problem reports a field of a [Call] or a [Row] that could not be read. That field
// has its zero value; all other fields can be relied on.
type Problem struct {
	// Path names the field by its place in the JSON record, such as
	// $.EngineDetails.response_meta.process_time, or by the name of its CSV column.
	Path string
	// Raw is the JSON text of the field in the record, or the text of the CSV field.
	Raw string
	// Reason says what is wrong with it.
	Reason string

	// File, Line and Column say where the field of a [Row] is. File is empty for
	// rows that don't come from an archive. Lines and columns count from 1, columns
	// as in a spreadsheet. All three are zero for a Call.
	File         string
	Line, Column int
}

// String describes the problem in one line, without the raw text, which may be
// long or confidential.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Path, p.Reason)
	}
	file := ""
	if p.File != "" {
		file = p.File + ": "
	}
	return fmt.Sprintf("%sline %d, column %d (%s): %s", file, p.Line, p.Column, p.Path, p.Reason)
}
