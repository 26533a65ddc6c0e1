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

// fixedNames are the names of the fixed columns. Upper and lower case don't count,
// the platform mixes them.
var fixedNames = [fixedColumns]string{
	"Description", "Log Time", "Transaction date", "Version", "Version ID", "User name", "Source system",
	"Correlation ID", "Call purpose", "Call ID", "Calc time (ms)", "Total time (ms)", "Error Details", "Warning Details",
}

// header is the first row of a CSV file: which column holds what.
type header struct {
	names   []string
	fixed   [fixedColumns]int // index of each fixed column, -1 for none
	isFixed []bool            // by index: the column is a fixed one
	model   map[string]int    // index of the first of the model's columns of each name
}

var errHeader = errors.New("the first line has none of the columns of a call export, such as Call ID or Log Time")

// newHeader finds the columns. The model's columns stand between the fixed ones
// and may have the same names: of those that stand before them the first counts,
// of the two that stand after them the last.
func newHeader(names []string) *header {
	h := &header{names: names, isFixed: make([]bool, len(names)), model: make(map[string]int, len(names))}
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
		if _, known := h.model[name]; !known && !h.isFixed[i] {
			h.model[name] = i
		}
	}
	return h
}

// known counts the fixed columns that the header has.
func (h *header) known() int {
	n := 0
	for _, at := range h.fixed {
		if at >= 0 {
			n++
		}
	}
	return n
}
