package main

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// csvColumn is a column of a CSV export. Several columns may have the same name, as
// an input and an output can.
type csvColumn struct {
	group columnGroup
	name  string
	nth   int // of this name in its group, from 0
}

// columnGroup is the place of a column among the others.
type columnGroup int

const (
	leadingColumn columnGroup = iota
	inputColumn
	outputColumn
	modelColumn // an input or an output; a CSV file doesn't say which
	trailingColumn
	namelessColumn // a field beyond the last column of its file
)

// The columns that every export has, before and after the model's own.
var (
	leadingNames = []string{
		"Description", "Log Time", "Transaction date", "Version", "Version ID", "User name", "Source system",
		"Correlation ID", "Call purpose", "Call ID", "Calc time (ms)", "Total time (ms)",
	}
	trailingNames = []string{"Error Details", "Warning Details"}
)

// columnsOf returns the columns of all entries, in the order of the export.
func columnsOf(entries iter.Seq[entry]) []csvColumn {
	var columns []csvColumn
	known := map[csvColumn]bool{}
	for entry := range entries {
		for _, cell := range entry.cells() {
			if !known[cell.csvColumn] {
				known[cell.csvColumn] = true
				columns = append(columns, cell.csvColumn)
			}
		}
	}
	slices.SortStableFunc(columns, func(a, b csvColumn) int { return int(a.group - b.group) })
	return columns
}

// columnCounter numbers columns of the same name.
type columnCounter map[csvColumn]int

func (c columnCounter) column(group columnGroup, name string) csvColumn {
	column := csvColumn{group: group, name: name}
	n := c[column]
	c[column]++
	column.nth = n
	return column
}

// csvCell is the text of an entry in a column.
type csvCell struct {
	csvColumn
	text string
}

// columnsIn returns the columns of cells.
func columnsIn(cells []csvCell) []csvColumn {
	columns := make([]csvColumn, len(cells))
	for i, cell := range cells {
		columns[i] = cell.csvColumn
	}
	return columns
}

func (c callEntry) cells() []csvCell {
	leading := []string{
		"", stamp(c.LogTime), stamp(c.TransactionDate), c.Version, c.VersionID, c.User, c.SourceSystem,
		c.CorrelationID, c.Purpose, c.ID, millis(c.CalcTime), millis(c.TotalTime),
	}
	trailing := []string{details(c.Errors), details(c.Warnings)}
	cells := make([]csvCell, 0, len(leading)+len(trailing)+c.Inputs.Len()+c.Outputs.Len())
	for i, name := range leadingNames {
		cells = append(cells, csvCell{csvColumn{group: leadingColumn, name: name}, leading[i]})
	}
	cells = appendValues(cells, inputColumn, c.Inputs)
	cells = appendValues(cells, outputColumn, c.Outputs)
	for i, name := range trailingNames {
		cells = append(cells, csvCell{csvColumn{group: trailingColumn, name: name}, trailing[i]})
	}
	return cells
}

func appendValues(cells []csvCell, group columnGroup, values record.Values) []csvCell {
	names := columnCounter{}
	for name, value := range values.All() {
		text := value.String()
		if value.IsNull() {
			text = ""
		}
		cells = append(cells, csvCell{names.column(group, name), text})
	}
	return cells
}

func (r rowEntry) cells() []csvCell {
	var cells []csvCell
	for i, text := range r.Cells() {
		column := csvColumn{group: namelessColumn, nth: i - len(r.header.columns)}
		if i < len(r.header.columns) {
			column = r.header.columns[i]
		}
		cells = append(cells, csvCell{column, text})
	}
	return cells
}

// csvHeader is the columns of a CSV file, and their names in JSON objects.
type csvHeader struct {
	names   []string // in the file
	columns []csvColumn
	keys    []string
}

func newCSVHeader(names []string) *csvHeader {
	h, seen := &csvHeader{names: names}, columnCounter{}
	for i, name := range names {
		h.columns = append(h.columns, seen.column(groupOf(names, i), name))
	}
	h.keys = namesOf(h.columns)
	return h
}

// groupOf returns the group of a column. The model's own columns may have the names of
// those that every export has, but are between them.
func groupOf(names []string, at int) columnGroup {
	same := func(name string) bool {
		return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(names[at]))
	}
	switch {
	case slices.ContainsFunc(leadingNames, same) && !slices.ContainsFunc(names[:at], same):
		return leadingColumn
	case slices.ContainsFunc(trailingNames, same) && !slices.ContainsFunc(names[at+1:], same):
		return trailingColumn
	}
	return modelColumn
}

// stamp writes a time as the platform's CSV exports do, in its own zone: UTC, unless
// the user has given an offset.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.999999999-07:00")
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64)
}

// details writes errors or warnings as the platform's CSV exports do.
func details[M fmt.Stringer](messages []M) string {
	texts := make([]string, len(messages))
	for i, message := range messages {
		texts[i] = message.String()
	}
	return strings.Join(texts, "; ")
}

// namesOf returns a unique name for each column. The columns that every export has keep
// theirs. An input and an output of one name become input_age and output_age. Any other
// column whose name is in use gets a number, as in Version (2).
func namesOf(columns []csvColumn) []string {
	names, used := make([]string, len(columns)), map[string]bool{}
	take := func(i int, name string) {
		if names[i] == "" && !used[name] {
			names[i], used[name] = name, true
		}
	}
	for i, column := range columns {
		if column.group == leadingColumn || column.group == trailingColumn {
			take(i, column.name)
		}
	}
	wanted := wantedNames(columns)
	for i, name := range wanted {
		take(i, name)
	}
	numbers := map[string]int{}
	for i, name := range wanted {
		for names[i] == "" {
			numbers[name]++
			take(i, fmt.Sprintf("%s (%d)", name, numbers[name]+1))
		}
	}
	return names
}

// wantedNames returns the names that columns have if they are unique.
func wantedNames(columns []csvColumn) []string {
	exists := map[csvColumn]bool{}
	for _, column := range columns {
		exists[csvColumn{group: column.group, name: column.name}] = true
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.name
		switch {
		case column.group == namelessColumn, column.name == "":
			names[i] = "column without a name"
		case column.group == inputColumn && exists[csvColumn{group: outputColumn, name: column.name}]:
			names[i] = "input_" + column.name
		case column.group == outputColumn && exists[csvColumn{group: inputColumn, name: column.name}]:
			names[i] = "output_" + column.name
		}
	}
	return names
}
