package record

import "fmt"

// Table is a value that is a list of rows. Each row is an object with its cells by
// column.
type Table struct {
	// Columns are the names of all columns, in the order in which they first appear.
	Columns []string
	// Rows are the rows, each with its cells in its own order. A row may be without
	// some columns.
	Rows []Values
}

// Table returns the value as a table. Null is a table without rows, and a row of null
// has no cells. Any other value than a list of objects is an error.
func (v Value) Table() (Table, error) {
	if v.IsNull() {
		return Table{}, nil
	}
	if v.json == "" {
		return Table{}, ErrNoValue
	}
	if v.json[0] != '[' {
		return Table{}, fmt.Errorf("expected a table, found %s", kindOf(v.json))
	}
	elements := entriesOf(v.json, 1)
	table := Table{Rows: make([]Values, len(elements))}
	rows := make([]jsonObject, len(elements))
	known := map[string]bool{}
	for i, element := range elements {
		row := element.Value.In(v.json)
		if row == "null" {
			continue
		}
		if row[0] != '{' {
			return Table{}, fmt.Errorf("expected a table, but row %d is %s, not an object", i, kindOf(row))
		}
		rows[i].json = row
		table.Rows[i] = Values{&rows[i]}
		table.Columns = appendNew(table.Columns, known, &rows[i])
	}
	return table, nil
}

// appendNew appends the names of a row that are not known yet and marks them as known.
func appendNew(columns []string, known map[string]bool, row *jsonObject) []string {
	for i, e := range row.members() {
		name := e.Name(row.json)
		if i < len(columns) && columns[i] == name { // rows are usually alike
			continue
		}
		if !known[name] {
			known[name] = true
			columns = append(columns, name)
		}
	}
	return columns
}
