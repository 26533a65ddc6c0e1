package record

import (
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/timetext"
)

// newRow makes a row out of the fields of a record. It begins on the given line.
func newRow(file string, line int, header *rowHeader, cells []string, faults []rowProblem) *Row {
	row := &Row{File: file, Line: line, header: header, cells: cells}

	row.Description = row.fixed(columnDescription)
	row.LogTime = parseFixed(row, columnLogTime, timetext.ParseTimestamp)
	row.TransactionDate = parseFixed(row, columnTransactionDate, timetext.ParseTimestamp)
	row.Version = row.fixed(columnVersion)
	row.VersionID = row.fixed(columnVersionID)
	row.User = row.fixed(columnUser)
	row.SourceSystem = row.fixed(columnSourceSystem)
	row.CorrelationID = row.fixed(columnCorrelationID)
	row.Purpose = row.fixed(columnPurpose)
	row.CallID = row.fixed(columnCallID)
	row.CalcTime = parseFixed(row, columnCalcTime, header.parseMillis)
	row.TotalTime = parseFixed(row, columnTotalTime, header.parseMillis)
	row.ErrorDetails = row.fixed(columnErrorDetails)
	row.WarningDetails = row.fixed(columnWarningDetails)

	row.checkLength()
	for _, fault := range faults {
		row.addProblem(fault.field, fault.reason)
	}
	return row
}

// fixed returns the text of a fixed column, or "" if the row doesn't have it.
func (r *Row) fixed(column fixedColumn) string {
	at := r.header.fixed[column]
	if at < 0 || at >= len(r.cells) {
		return ""
	}
	return r.cells[at]
}

// parseFixed parses the text of a fixed column. White space around it doesn't matter.
func parseFixed[T any](row *Row, column fixedColumn, parse func(string) (T, error)) T {
	text := strings.TrimSpace(row.fixed(column))
	if text == "" {
		return *new(T)
	}
	parsed, err := parse(text)
	if err != nil {
		row.addProblem(row.header.fixed[column], err.Error())
	}
	return parsed
}

func (h *rowHeader) parseMillis(text string) (time.Duration, error) {
	if h.comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	return timetext.ParseMillis(text)
}
