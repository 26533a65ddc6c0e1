package spark

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// row decodes the record that was scanned last.
func (r *rowReader) row() *Row {
	row := &Row{File: r.file, Line: r.line, header: r.header, cells: r.scanner.cells()}

	row.Description = row.fixed(columnDescription)
	row.LogTime = row.time(columnLogTime)
	row.TransactionDate = row.time(columnTransactionDate)
	row.Version = row.fixed(columnVersion)
	row.VersionID = row.fixed(columnVersionID)
	row.User = row.fixed(columnUser)
	row.SourceSystem = row.fixed(columnSourceSystem)
	row.CorrelationID = row.fixed(columnCorrelationID)
	row.Purpose = row.fixed(columnPurpose)
	row.CallID = row.fixed(columnCallID)
	row.CalcTime = row.millis(columnCalcTime, r.comma)
	row.TotalTime = row.millis(columnTotalTime, r.comma)
	row.ErrorDetails = row.fixed(columnErrorDetails)
	row.WarningDetails = row.fixed(columnWarningDetails)

	row.checkLength()
	for _, fault := range r.scanner.faults {
		row.problem(fault.field, fault.reason)
	}
	if !utf8.Valid(r.scanner.text) {
		row.checkUTF8()
	}
	return row
}

// fixed returns the text of a fixed column, empty where the row doesn't have it.
func (r *Row) fixed(column fixedColumn) string {
	if at := r.header.fixed[column]; at >= 0 && at < r.cells.len() {
		return r.cells.at(at)
	}
	return ""
}

func (r *Row) time(column fixedColumn) time.Time {
	text := strings.TrimSpace(r.fixed(column))
	if text == "" {
		return time.Time{}
	}
	t, err := parseTimestamp(text)
	if err != nil {
		r.problem(r.header.fixed[column], err.Error())
	}
	return t
}

// millis decodes a number, with a decimal comma if that may be.
func (r *Row) millis(column fixedColumn, comma bool) time.Duration {
	text := strings.TrimSpace(r.fixed(column))
	if text == "" {
		return 0
	}
	if comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	duration, err := parseMillis(text)
	if err != nil {
		r.problem(r.header.fixed[column], err.Error())
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

func (r *Row) checkUTF8() {
	for i, text := range r.cells.all() {
		if !utf8.ValidString(text) {
			r.problem(i, "text that is not UTF-8; it is kept byte for byte")
		}
	}
}

// problem reports the field at an index, which may lie beyond the row or the header.
func (r *Row) problem(field int, reason string) {
	p := FieldProblem{Reason: reason, File: r.File, Line: r.Line, Column: field + 1}
	if field < len(r.header.names) {
		p.Path = r.header.names[field]
	}
	if field < r.cells.len() {
		p.Raw = r.cells.at(field)
	}
	for _, before := range r.cells.all()[:min(field, r.cells.len())] {
		p.Line += lineBreaks(before)
	}
	r.problems = append(r.problems, p)
}
