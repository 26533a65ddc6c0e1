package main

import "fmt"

// summary is a call of which only some fields are printed. In JSON and CSV they have the
// names of the columns in Parquet files.
type summary struct {
	callFields
	values []namedValue
}

type namedValue struct {
	name  string
	value any // a string, a json.Number or a record.Value; nil for no value
}

func (s summary) fields() callFields { return s.callFields }

func (s summary) json() ([]byte, error) {
	names, values := make([]string, len(s.values)), make([]any, len(s.values))
	for i, each := range s.values {
		names[i], values[i] = each.name, each.value
	}
	return jsonObject(names, values)
}

func (s summary) cells() []csvCell {
	var cells []csvCell
	for _, each := range s.values {
		cells = append(cells, csvCell{csvColumn{group: modelColumn, name: each.name}, textOf(each.value)})
	}
	return cells
}

// named returns the names and values of the inputs and outputs that a call shows.
func (p pathsFlag) named(c callFields) []namedValue {
	var values []namedValue
	for i, path := range p {
		values = append(values, namedValue{path.String(), c.shownAt(i)})
	}
	return values
}

func textOf(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
