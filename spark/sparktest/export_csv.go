package sparktest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The columns before and after the model's own.
var (
	leadingColumns = []string{
		"Description", "Log Time", "Transaction date", "Version", "Version ID", "User name", "Source system",
		"Correlation ID", "Call purpose", "Call ID", "Calc time (ms)", "Total time (ms)",
	}
	trailingColumns = []string{"Error Details", "Warning Details"}
)

// rowsCSV returns the content of a CSV file: a header, and one row for each call.
func rowsCSV(calls []*Call, offset int) []byte {
	inputs := tabulate(calls, func(c *Call) json.RawMessage { return c.Inputs })
	outputs := tabulate(calls, func(c *Call) json.RawMessage { return c.Outputs })
	zone := time.FixedZone("", offset*3600)
	rows := [][]string{slices.Concat(leadingColumns, inputs.names, outputs.names, trailingColumns)}
	for i, call := range calls {
		trailing := []string{messageText(call.Errors), messageText(call.Warnings)}
		rows = append(rows, slices.Concat(leadingCells(call, zone), inputs.cells(i), outputs.cells(i), trailing))
	}
	var buf bytes.Buffer
	csv.NewWriter(&buf).WriteAll(rows)
	return buf.Bytes()
}

// A table contains the inputs or the outputs of several calls.
type table struct {
	names []string            // in the order in which they first appear
	rows  []map[string]string // one for each call
}

func tabulate(calls []*Call, object func(*Call) json.RawMessage) table {
	var t table
	for _, call := range calls {
		row := make(map[string]string)
		for _, v := range members(object(call)) {
			if !slices.Contains(t.names, v.name) {
				t.names = append(t.names, v.name)
			}
			row[v.name] = v.text()
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (t table) cells(row int) []string {
	cells := make([]string, len(t.names))
	for i, name := range t.names {
		cells[i] = t.rows[row][name]
	}
	return cells
}

func leadingCells(c *Call, zone *time.Location) []string {
	return []string{
		"", c.Time.In(zone).Format(csvTime), c.TransactionDate.Format(csvTime), c.Version, c.VersionID, c.User,
		c.SourceSystem, c.CorrelationID, c.Purpose, c.ID,
		fmt.Sprint(c.CalcTime.Milliseconds()), fmt.Sprint(c.TotalTime.Milliseconds()),
	}
}

func messageText(messages []Message) string {
	var texts []string
	for _, m := range messages {
		if m.SourcePath == "" {
			texts = append(texts, m.Text)
			continue
		}
		texts = append(texts, m.SourcePath+": "+m.Text)
	}
	return strings.Join(texts, "; ")
}
