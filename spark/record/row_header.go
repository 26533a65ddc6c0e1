package record

import (
	"errors"
	"strings"
)

// fixedColumn is a column that every export has.
type fixedColumn int

const (
	columnDescription fixedColumn = iota
	columnLogTime
	columnTransactionDate
	columnVersion
	columnVersionID
	columnUser
	columnSourceSystem
	columnCorrelationID
	columnPurpose
	columnCallID
	columnCalcTime
	columnTotalTime
	columnErrorDetails
	columnWarningDetails
	fixedColumns
)

// fixedNames are the names of the fixed columns. Case doesn't matter, since the
// platform mixes it.
var fixedNames = [fixedColumns]string{
	"Description", "Log Time", "Transaction date", "Version", "Version ID", "User name", "Source system",
	"Correlation ID", "Call purpose", "Call ID", "Calc time (ms)", "Total time (ms)", "Error Details", "Warning Details",
}

// rowHeader is the first row of a CSV file. It says what each column contains.
type rowHeader struct {
	names   []string
	fixed   [fixedColumns]int // index of each fixed column, or -1
	isFixed []bool            // for each index whether it is that of a fixed column
	model   map[string]int    // index of the last of the model's columns of each name
	comma   bool              // numbers may have a decimal comma
}

var errHeader = errors.New("the first line has none of the columns of a call export, such as Call ID or Log Time")

// newRowHeader finds the columns. The model's columns come between the fixed ones and
// may have the same names. So the first column of a name is the fixed one, except for
// the two that come after the model's columns.
func newRowHeader(names []string) *rowHeader {
	h := &rowHeader{names: names, isFixed: make([]bool, len(names)), model: make(map[string]int, len(names))}
	for column, fixedName := range fixedNames {
		h.fixed[column] = -1
		for i, name := range names {
			if !strings.EqualFold(strings.TrimSpace(name), fixedName) {
				continue
			}
			h.fixed[column] = i
			if fixedColumn(column) < columnErrorDetails {
				break
			}
		}
		if at := h.fixed[column]; at >= 0 {
			h.isFixed[at] = true
		}
	}
	for i, name := range names {
		if !h.isFixed[i] {
			h.model[name] = i
		}
	}
	return h
}

// countFixed returns how many of the fixed columns the header has.
func (h *rowHeader) countFixed() int {
	n := 0
	for _, at := range h.fixed {
		if at >= 0 {
			n++
		}
	}
	return n
}
