package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// printedCall is a call as the formats print it.
type printedCall interface {
	// fields returns what tables show.
	fields() callFields
	// json returns an object on one line.
	json() ([]byte, error)
	// cells returns the columns and texts of CSV.
	cells() []csvCell
}

// entry is one call of an archive, from a JSON or a CSV file.
type entry interface {
	printedCall
	// value returns an input or an output by name.
	value(section, name string) (record.Value, bool)
	// values yields the outputs and the inputs.
	values() iter.Seq2[valuePath, record.Value]
	// Problems returns the fields that can't be read.
	Problems() []record.Problem
}

// callFields are the fields of a call that tables and summaries show.
type callFields struct {
	time                                 time.Time
	id, user, version                    string
	purpose, sourceSystem, correlationID string
	calcTime, totalTime                  time.Duration
	errors, warnings                     string
	shown                                []any // of --show: a record.Value, or nil for none
}

// shownAt returns the value at a path of --show, or nil if there is none.
func (c callFields) shownAt(i int) any {
	if c.shown == nil { // the call could not be fetched
		return nil
	}
	return c.shown[i]
}

// note returns the errors and warnings on one line.
func (c callFields) note() string {
	var notes []string
	if c.errors != "" {
		notes = append(notes, "error: "+printable(c.errors))
	}
	if c.warnings != "" {
		notes = append(notes, "warning: "+printable(c.warnings))
	}
	return strings.Join(notes, "; ")
}

// archiveEntries returns the entries of an archive.
func archiveEntries(archive *record.Archive) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if archive.HasCalls() || !archive.HasRows() {
			for e, err := range callEntries(archive.Calls()) {
				if !yield(e, err) {
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

// callEntries returns the entries of calls.
func callEntries(calls iter.Seq2[*record.Call, error]) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for call, err := range calls {
			if !yield(callEntry{call}, err) {
				return
			}
		}
	}
}

// callEntry is a record of a JSON file.
type callEntry struct{ *record.Call }

func (c callEntry) fields() callFields {
	return callFields{
		c.LogTime, c.ID, c.User, c.Version, c.Purpose, c.SourceSystem, c.CorrelationID,
		c.CalcTime, c.TotalTime, details(c.Errors), details(c.Warnings), nil,
	}
}

// json returns the platform's own record.
func (c callEntry) json() ([]byte, error) {
	var line bytes.Buffer
	err := json.Compact(&line, c.JSON())
	return line.Bytes(), err
}

// in returns the inputs or the outputs.
func (c callEntry) in(section string) record.Values {
	if section == inputsSection {
		return c.Inputs
	}
	return c.Outputs
}

func (c callEntry) value(section, name string) (record.Value, bool) { return c.in(section).Get(name) }

func (c callEntry) values() iter.Seq2[valuePath, record.Value] {
	return func(yield func(valuePath, record.Value) bool) {
		for _, section := range []string{outputsSection, inputsSection} {
			for name, value := range c.in(section).All() {
				if !yield(valuePath{section, name}, value) {
					return
				}
			}
		}
	}
}

// rowEntry is a row of a CSV file. The file doesn't say which of the model's columns are
// inputs, and which texts are numbers.
type rowEntry struct {
	*record.Row
	header *csvHeader // of its file
}

func (r rowEntry) fields() callFields {
	return callFields{
		r.LogTime, r.CallID, r.User, r.Version, r.Purpose, r.SourceSystem, r.CorrelationID,
		r.CalcTime, r.TotalTime, r.ErrorDetails, r.WarningDetails, nil,
	}
}

// json returns an object of texts.
func (r rowEntry) json() ([]byte, error) {
	texts, names := r.Cells(), r.header.keys
	if len(texts) > len(names) {
		names = namesOf(columnsIn(r.cells())) // the row has fields beyond its columns
	}
	return jsonObject(names, texts)
}

// value returns the value in a column. If an input and an output have the same name, the
// input comes first.
func (r rowEntry) value(section, name string) (value record.Value, ok bool) {
	for column, text := range r.All() {
		if column != name {
			continue
		}
		value, ok = cellValue(text), true
		if section == inputsSection {
			break
		}
	}
	return value, ok
}

func (r rowEntry) values() iter.Seq2[valuePath, record.Value] {
	return func(yield func(valuePath, record.Value) bool) {
		for name, text := range r.All() {
			if !yield(valuePath{outputsSection, name}, cellValue(text)) {
				return
			}
		}
	}
}

// cellValue returns the JSON that a field of a CSV file contains, or else its text.
func cellValue(text string) (value record.Value) {
	text = strings.TrimSpace(text)
	if text == "" {
		text = "null"
	}
	if value.UnmarshalJSON([]byte(text)) != nil {
		quoted, _ := json.Marshal(text) // which can't fail for a string
		_ = value.UnmarshalJSON(quoted)
	}
	return value
}

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
