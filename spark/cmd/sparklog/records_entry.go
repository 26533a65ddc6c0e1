package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/sparkgo/spark-go/spark/record"
)

// entry is one call of an archive, from a JSON or a CSV file.
type entry interface {
	// json returns the record on one line.
	json() ([]byte, error)
	// cells returns the columns and texts, as a CSV export has them.
	cells() []csvCell
	// line returns what the table shows.
	line() tableLine
	// problems returns the call's ID and the fields that can't be read.
	problems() (string, []record.Problem)
}

// entriesOf reads the entries of an archive.
func entriesOf(archive *record.Archive) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if archive.HasCalls() || !archive.HasRows() {
			for call, err := range archive.Calls() {
				if !yield(callEntry{call}, err) {
					return
				}
			}
		}
		if !archive.HasRows() {
			return
		}
		header := newCSVHeader(nil)
		for row, err := range archive.Rows() {
			if err == nil && !slices.Equal(header.names, row.Columns()) {
				header = newCSVHeader(row.Columns())
			}
			if !yield(rowEntry{row, header}, err) {
				return
			}
		}
	}
}

// callEntry is a record of a JSON file.
type callEntry struct{ *record.Call }

func (c callEntry) json() ([]byte, error) {
	var line bytes.Buffer
	err := json.Compact(&line, c.JSON())
	return line.Bytes(), err
}

func (c callEntry) line() tableLine {
	return tableLine{c.LogTime, c.ID, c.User, c.Version, c.CalcTime, nil, details(c.Errors), details(c.Warnings)}
}

func (c callEntry) problems() (string, []record.Problem) { return c.ID, c.Problems() }

// rowEntry is a row of a CSV file.
type rowEntry struct {
	*record.Row
	header *csvHeader // of its file
}

// json returns an object of texts, because a CSV file doesn't say which of them are
// numbers.
func (r rowEntry) json() ([]byte, error) { return jsonObject(r.keys(), r.Cells()) }

// jsonObject returns an object of values by name, on one line.
func jsonObject[V any](names []string, values []V) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	write := func(value any, end byte) error {
		if err := encoder.Encode(value); err != nil {
			return err
		}
		line.Truncate(line.Len() - 1)
		line.WriteByte(end)
		return nil
	}
	line.WriteByte('{')
	for i, value := range values {
		if err := errors.Join(write(names[i], ':'), write(value, ',')); err != nil {
			return nil, err
		}
	}
	return append(bytes.TrimSuffix(line.Bytes(), []byte(",")), '}'), nil
}

// keys returns the names of the row's fields. It may have more fields than columns.
func (r rowEntry) keys() []string {
	if len(r.Cells()) <= len(r.header.keys) {
		return r.header.keys
	}
	var columns []csvColumn
	for _, cell := range r.cells() {
		columns = append(columns, cell.csvColumn)
	}
	return namesOf(columns)
}

func (r rowEntry) line() tableLine {
	return tableLine{r.LogTime, r.CallID, r.User, r.Version, r.CalcTime, nil, r.ErrorDetails, r.WarningDetails}
}

func (r rowEntry) problems() (string, []record.Problem) { return r.CallID, r.Problems() }
