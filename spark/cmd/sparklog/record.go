package main

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"

	"github.com/sparkgo/spark-go/spark/record"
)

// record is one call of an archive, out of a JSON or a CSV file.
type entry interface {
	// json is the record on one line.
	json() ([]byte, error)
	// cells are its columns and texts, as a CSV export has them.
	cells() iter.Seq2[column, string]
	// line is the record in the table.
	line() tableLine
	// problems are the fields that can't be read.
	problems() []string
}

// recordsOf reads the records of an archive.
func recordsOf(archive *record.Archive) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if archive.HasCalls() || !archive.HasRows() {
			for call, err := range archive.Calls() {
				if !yield(callRecord{call}, err) {
					return
				}
			}
		}
		if archive.HasRows() {
			header := newHeader(nil)
			for row, err := range archive.Rows() {
				if err == nil && !slices.Equal(header.names, row.Columns()) {
					header = newHeader(row.Columns())
				}
				entry := rowRecord{row, header}
				if !yield(entry, err) {
					return
				}
			}
		}
	}
}

// callRecord is a record of a JSON file.
type callRecord struct{ *record.Call }

func (c callRecord) json() ([]byte, error) {
	var line bytes.Buffer
	err := json.Compact(&line, c.JSON())
	return line.Bytes(), err
}

func (c callRecord) problems() []string {
	return describeProblems(c.ID, c.Problems())
}

// rowRecord is a row of a CSV file.
type rowRecord struct {
	*record.Row
	header *header // of its file
}

// json is an object of texts: a CSV file doesn't say which of them are numbers.
func (r rowRecord) json() ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	write := func(text string, end byte) error {
		if err := encoder.Encode(text); err != nil {
			return err
		}
		line.Truncate(line.Len() - 1)
		line.WriteByte(end)
		return nil
	}
	line.WriteByte('{')
	keys := r.keys()
	for i, text := range r.Cells() {
		if err := write(keys[i], ':'); err != nil {
			return nil, err
		}
		if err := write(text, ','); err != nil {
			return nil, err
		}
	}
	return append(bytes.TrimSuffix(line.Bytes(), []byte(",")), '}'), nil
}

// keys returns the names of the row's fields, of which it may have more than columns.
func (r rowRecord) keys() []string {
	if len(r.Cells()) <= len(r.header.keys) {
		return r.header.keys
	}
	var columns []column
	for column := range r.cells() {
		columns = append(columns, column)
	}
	return namesOf(columns)
}

func (r rowRecord) problems() []string {
	return describeProblems(r.CallID, r.Problems())
}

func describeProblems(callID string, problems []record.FieldProblem) []string {
	var texts []string
	for _, problem := range problems {
		text := problem.String()
		if callID != "" {
			text = "call " + callID + ": " + text
		}
		texts = append(texts, text)
	}
	return texts
}
