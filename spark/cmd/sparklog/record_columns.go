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

// column is a column of a CSV export. Several may have the same name, as an
// input and an output can.
type column struct {
	group columnGroup
	name  string
	nth   int // of this name in its group, from 0
}

// columnGroup says where a column stands among the others.
type columnGroup int

const (
	leadingColumn columnGroup = iota
	inputColumn
	outputColumn
	modelColumn // an input or an output, a CSV file doesn't say which
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

// columnsOf finds the columns of all records, in the order of the export. What
// can't be read has none.
func columnsOf(records iter.Seq2[entry, error]) []column {
	var columns []column
	known := map[column]bool{}
	for e, err := range records {
		if err != nil {
			continue
		}
		for column := range e.cells() {
			if !known[column] {
				known[column] = true
				columns = append(columns, column)
			}
		}
	}
	slices.SortStableFunc(columns, func(a, b column) int { return int(a.group - b.group) })
	return columns
}

// counting gives columns of the same name their numbers.
type counting map[column]int

func (c counting) column(group columnGroup, name string) column {
	column := column{group: group, name: name}
	n := c[column]
	c[column]++
	column.nth = n
	return column
}

func (c callRecord) cells() iter.Seq2[column, string] {
	return func(yield func(column, string) bool) {
		leading := []string{
			"", stamp(c.LogTime), stamp(c.TransactionDate), c.Version, c.VersionID, c.User, c.SourceSystem,
			c.CorrelationID, c.Purpose, c.ID, millis(c.CalcTime), millis(c.TotalTime),
		}
		trailing := []string{details(c.Errors), details(c.Warnings)}
		_ = eachFixed(leadingColumn, leadingNames, leading, yield) &&
			eachValue(inputColumn, c.Inputs, yield) &&
			eachValue(outputColumn, c.Outputs, yield) &&
			eachFixed(trailingColumn, trailingNames, trailing, yield)
	}
}

func eachFixed(group columnGroup, names, texts []string, yield func(column, string) bool) bool {
	for i, name := range names {
		if !yield(column{group: group, name: name}, texts[i]) {
			return false
		}
	}
	return true
}

func eachValue(group columnGroup, values record.Values, yield func(column, string) bool) bool {
	names := counting{}
	for name, value := range values.All() {
		text := value.String()
		if value.IsNull() {
			text = ""
		}
		if !yield(names.column(group, name), text) {
			return false
		}
	}
	return true
}

func (r rowRecord) cells() iter.Seq2[column, string] {
	return func(yield func(column, string) bool) {
		for i, text := range r.Cells() {
			column := column{group: namelessColumn, nth: i - len(r.header.columns)}
			if i < len(r.header.columns) {
				column = r.header.columns[i]
			}
			if !yield(column, text) {
				return
			}
		}
	}
}

// header is the columns of a CSV file, and the names that they have in JSON objects.
type header struct {
	names   []string // in the file
	columns []column
	keys    []string
}

func newHeader(names []string) *header {
	h, seen := &header{names: names}, counting{}
	for i, name := range names {
		h.columns = append(h.columns, seen.column(groupOf(names, i), name))
	}
	h.keys = namesOf(h.columns)
	return h
}

// groupOf tells the columns of every export from the model's own, which may have
// the same names but stand between them.
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

// stamp writes a time as the CSV exports of the platform have it, in its own zone:
// UTC, unless the user has named an offset.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.999999999-07:00")
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64)
}

// details writes errors or warnings as the CSV exports of the platform have them.
func details[M fmt.Stringer](messages []M) string {
	texts := make([]string, len(messages))
	for i, message := range messages {
		texts[i] = message.String()
	}
	return strings.Join(texts, "; ")
}
