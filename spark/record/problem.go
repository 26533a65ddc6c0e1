package record

import "fmt"

// Problem is a field of a [Call] or a [Row] that could not be read. The field
// has its zero value, all others are as good as ever, and what stood there is here.
type Problem struct {
	// Path says which field: its place in the JSON record, as in
	// $.EngineDetails.response_meta.process_time, or the name of the CSV column.
	Path string
	// Raw is what stands there: JSON text, or the text of the CSV field.
	Raw string
	// Reason says what is wrong with it.
	Reason string

	// File, Line and Column say where the field of a [Row] stands. File is empty
	// for rows that don't come from an archive; lines and columns count from 1,
	// columns as in a spreadsheet. All three are zero for a Call.
	File         string
	Line, Column int
}

// String describes the problem in one line, without the raw text, which may be
// long or confidential.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Path, p.Reason)
	}
	return fmt.Sprintf("%sline %d, column %d (%s): %s", filePrefix(p.File), p.Line, p.Column, p.Path, p.Reason)
}

func filePrefix(file string) string {
	if file == "" {
		return ""
	}
	return file + ": "
}
