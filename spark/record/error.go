package record

import (
	"fmt"
	"strings"
)

// ReadError is a place in a file of exported calls that could not be read. Errors
// out of [Archive.Calls], [Archive.Rows], [ReadCalls] and [ReadRows] are of this
// type.
type ReadError struct {
	// File is the name of the file in the archive; empty outside of one.
	File string
	// Record is the number of the record, or of the row, counted from 1. It is 0
	// for what is not about one: a file that can't be opened, or a CSV header.
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
