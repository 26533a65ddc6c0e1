package record

import (
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/timetext"
)

// rowDecoder makes rows out of the records that its scanner scans.
type rowDecoder struct {
	file    string
	header  *rowHeader
	scanner *rowScanner
	comma   bool // numbers may have a decimal comma
}

// row decodes the record that was scanned last. It begins on the given line.
func (d *rowDecoder) row(line int) *Row {
	row := &Row{File: d.file, Line: line, header: d.header, cells: d.scanner.cells()}

	row.Description = d.string(row, columnDescription)
	row.LogTime = d.time(row, columnLogTime)
	row.TransactionDate = d.time(row, columnTransactionDate)
	row.Version = d.string(row, columnVersion)
	row.VersionID = d.string(row, columnVersionID)
	row.User = d.string(row, columnUser)
	row.SourceSystem = d.string(row, columnSourceSystem)
	row.CorrelationID = d.string(row, columnCorrelationID)
	row.Purpose = d.string(row, columnPurpose)
	row.CallID = d.string(row, columnCallID)
	row.CalcTime = d.millis(row, columnCalcTime)
	row.TotalTime = d.millis(row, columnTotalTime)
	row.ErrorDetails = d.string(row, columnErrorDetails)
	row.WarningDetails = d.string(row, columnWarningDetails)

	row.checkLength()
	for _, fault := range d.scanner.faults {
		row.addProblem(fault.field, fault.reason)
	}
	return row
}

// string returns the text of a fixed column, or "" if the row doesn't have it.
func (d *rowDecoder) string(row *Row, column fixedColumn) string {
	at := d.header.fixed[column]
	if at < 0 || at >= len(row.cells) {
		return ""
	}
	return row.cells[at]
}

func (d *rowDecoder) time(row *Row, column fixedColumn) time.Time {
	text := strings.TrimSpace(d.string(row, column))
	if text == "" {
		return time.Time{}
	}
	t, err := timetext.ParseTimestamp(text)
	if err != nil {
		row.addProblem(d.header.fixed[column], err.Error())
	}
	return t
}

func (d *rowDecoder) millis(row *Row, column fixedColumn) time.Duration {
	text := strings.TrimSpace(d.string(row, column))
	if text == "" {
		return 0
	}
	if d.comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	duration, err := timetext.ParseMillis(text)
	if err != nil {
		row.addProblem(d.header.fixed[column], err.Error())
	}
	return duration
}
