package main

import (
	"encoding/json"
	"fmt"
)

// summary is some values of a call by name, in JSON objects and CSV files. The names
// are those of the columns in Parquet files.
type summary []namedValue

type namedValue struct {
	name  string
	value any // a string, a json.Number or a record.Value; nil for no value
}

func (s summary) json() ([]byte, error) {
	names, values := make([]string, len(s)), make([]any, len(s))
	for i, each := range s {
		names[i], values[i] = each.name, each.value
	}
	return jsonObject(names, values)
}

func (s summary) cells() []csvCell {
	var cells []csvCell
	for _, each := range s {
		cells = append(cells, csvCell{csvColumn{group: modelColumn, name: each.name}, textOf(each.value)})
	}
	return cells
}

func (s summary) columns() []csvColumn {
	var columns []csvColumn
	for _, cell := range s.cells() {
		columns = append(columns, cell.csvColumn)
	}
	return columns
}

func textOf(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// shownEntry is an entry of which only some inputs and outputs are printed.
type shownEntry struct {
	entry
	paths []valuePath
}

func (s shownEntry) json() ([]byte, error) { return s.summary().json() }
func (s shownEntry) cells() []csvCell      { return s.summary().cells() }

func (s shownEntry) summary() summary {
	line := s.entry.line()
	all := summary{
		{"log_time", stamp(line.time)}, {"version", line.version}, {"user", line.user}, {"call_id", line.id},
		{"calc_time_ms", json.Number(millis(line.calcTime))},
	}
	for _, path := range s.paths {
		all = append(all, namedValue{path.String(), valueAt(s.entry, path)})
	}
	return append(all, namedValue{"errors", line.errors}, namedValue{"warnings", line.warnings})
}

func (s shownEntry) line() tableLine {
	line := s.entry.line()
	for _, path := range s.paths {
		line.shown = append(line.shown, textOf(valueAt(s.entry, path)))
	}
	return line
}
