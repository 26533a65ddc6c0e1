package main

import "fmt"

// namesOf returns a name for each column, none of them twice. The columns that every
// export has keep theirs. An input and an output of one name become input_age and
// output_age. Any other column whose name is in use gets a number, as in Version (2).
func namesOf(columns []column) []string {
	wanted := wantedNames(columns)
	names, named := make([]string, len(columns)), make([]bool, len(columns))
	used := map[string]bool{}
	take := func(i int, name string) {
		if !named[i] && !used[name] {
			names[i], named[i], used[name] = name, true, true
		}
	}
	for i, column := range columns {
		if column.group == leadingColumn || column.group == trailingColumn {
			take(i, wanted[i])
		}
	}
	for i, name := range wanted {
		take(i, name)
	}
	numbers := map[string]int{}
	for i, name := range wanted {
		for !named[i] {
			numbers[name]++
			take(i, fmt.Sprintf("%s (%d)", name, numbers[name]+1))
		}
	}
	return names
}

// wantedNames returns the names that columns have when no other is in the way.
func wantedNames(columns []column) []string {
	inputs, outputs := map[string]bool{}, map[string]bool{}
	for _, column := range columns {
		switch column.group {
		case inputColumn:
			inputs[column.name] = true
		case outputColumn:
			outputs[column.name] = true
		}
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.name
		switch {
		case column.group == namelessColumn, column.name == "":
			names[i] = "column without a name"
		case column.group == inputColumn && outputs[column.name]:
			names[i] = "input_" + column.name
		case column.group == outputColumn && inputs[column.name]:
			names[i] = "output_" + column.name
		}
	}
	return names
}
