package record

import (
	"fmt"
	"strings"
	"time"
)

// row decodes the record that was scanned last.
func (r *rowReader) row() *Row {
	row := &Row{File: r.file, Line: r.line, header: r.header, cells: r.scanner.cells()}

	row.Description = r.fixed(row, columnDescription)
	row.LogTime = r.time(row, columnLogTime)
	row.TransactionDate = r.time(row, columnTransactionDate)
	row.Version = r.fixed(row, columnVersion)
	row.VersionID = r.fixed(row, columnVersionID)
	row.User = r.fixed(row, columnUser)
	row.SourceSystem = r.fixed(row, columnSourceSystem)
	row.CorrelationID = r.fixed(row, columnCorrelationID)
	row.Purpose = r.fixed(row, columnPurpose)
	row.CallID = r.fixed(row, columnCallID)
	row.CalcTime = r.millis(row, columnCalcTime)
	row.TotalTime = r.millis(row, columnTotalTime)
	row.ErrorDetails = r.fixed(row, columnErrorDetails)
	row.WarningDetails = r.fixed(row, columnWarningDetails)

	row.checkLength()
	for _, fault := range r.scanner.faults {
		row.problem(fault.field, fault.reason)
	}
	return row
}

// fixed returns the text of a fixed column, empty where the row doesn't have it.
func (r *rowReader) fixed(row *Row, column fixedColumn) string {
	at, ends := r.header.fixed[column], r.scanner.ends
	switch {
	case at < 0 || at >= len(ends):
		return ""
	case at == 0:
		return row.cells.packed[:ends[0]]
	}
	return row.cells.packed[ends[at-1]+1 : ends[at]]
}

func (r *rowReader) time(row *Row, column fixedColumn) time.Time {
	text := strings.TrimSpace(r.fixed(row, column))
	if text == "" {
		return time.Time{}
	}
	t, err := parseTimestamp(text)
	if err != nil {
		row.problem(r.header.fixed[column], err.Error())
	}
	return t
}

// millis decodes a number, with a decimal comma if that may be.
func (r *rowReader) millis(row *Row, column fixedColumn) time.Duration {
	text := strings.TrimSpace(r.fixed(row, column))
	if text == "" {
		return 0
	}
	if r.comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	duration, err := parseMillis(text)
	if err != nil {
		row.problem(r.header.fixed[column], err.Error())
	}
	return duration
}

// checkLength reports fields that are missing, and those beyond the last column
// unless they are empty, as spreadsheets leave them.
func (r *Row) checkLength() {
	columns := len(r.header.names)
	if r.cells.len() < columns {
		r.problem(r.cells.len(), fmt.Sprintf("the row ends after %d of %d fields", r.cells.len(), columns))
	}
	for i := columns; i < r.cells.len(); i++ {
		if r.cells.at(i) != "" {
			r.problem(i, fmt.Sprintf("a field beyond the %d columns of the header", columns))
		}
	}
}

// problem notes what is wrong with the field at an index, which may lie beyond the
// row or the header.
func (r *Row) problem(field int, reason string) {
	r.problems = append(r.problems, r.problemOf(field, reason))
}

func (r *Row) problemOf(field int, reason string) Problem {
	p := Problem{Reason: reason, File: r.File, Line: r.Line, Column: field + 1}
	if field < len(r.header.names) {
		p.Path = r.header.names[field]
	}
	if field < r.cells.len() {
		p.Raw = r.cells.at(field)
	}
	for _, before := range r.cells.all()[:min(field, r.cells.len())] {
		p.Line += lineBreaks(before)
	}
	return p
}
