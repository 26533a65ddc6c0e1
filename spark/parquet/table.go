package parquet

import (
	"fmt"

	format "github.com/parquet-go/parquet-go"
	"github.com/sparkgo/spark-go/spark/record"
)

// table makes rows of calls.
type table struct {
	fields          []format.Field
	inputs, outputs map[string]place
	buffer          format.Row
}

// place is where a value stands in a row.
type place struct {
	index int
	typed columnType
}

func newTable(s *Schema) *table {
	t := &table{}
	for _, d := range details {
		t.add(d.name, d.node)
	}
	t.inputs, t.outputs = t.addSide(s.inputs), t.addSide(s.outputs)
	t.buffer = make(format.Row, len(t.fields))
	return t
}

// addSide adds a column for each input or output that had other values than null.
func (t *table) addSide(s side) map[string]place {
	places := map[string]place{}
	for i := range s.columns {
		c := &s.columns[i]
		typed := c.columnType()
		if typed.kind == none {
			places[c.Value] = place{index: -1, typed: typed}
			continue
		}
		places[c.Value] = place{index: len(t.fields), typed: typed}
		t.add(c.Name, typed.node())
	}
	return places
}

func (t *table) add(name string, node format.Node) {
	group := format.Group{name: format.Optional(node)}
	t.fields = append(t.fields, group.Fields()...)
}

func (t *table) schema() *format.Schema {
	return format.NewSchema("call", columns{fields: t.fields})
}

// columns is a group of columns in the order in which they were added; that of
// package format orders them by name.
type columns struct {
	format.Group
	fields []format.Field
}

func (c columns) Fields() []format.Field { return c.fields }

// row makes the row of a call. It is good until the next one is made.
func (t *table) row(call *record.Call) (format.Row, error) {
	for i := range t.buffer {
		t.set(i, format.NullValue())
	}
	for i, d := range details {
		t.set(i, d.value(call))
	}
	if err := t.setAll("input", t.inputs, call.Inputs); err != nil {
		return nil, err
	}
	return t.buffer, t.setAll("output", t.outputs, call.Outputs)
}

func (t *table) setAll(what string, places map[string]place, values record.Values) error {
	for name, value := range values.All() {
		at, known := places[name]
		typed, ok := at.typed.value(string(value.JSON()), value.String)
		if !known || !ok {
			return fmt.Errorf("%s %q is not what the schema has learnt: let it learn from this call", what, name)
		}
		if at.index >= 0 {
			t.set(at.index, typed)
		}
	}
	return nil
}

// set puts a value at its place; one that is there is one level deep, null is none.
func (t *table) set(index int, value format.Value) {
	level := 1
	if value.IsNull() {
		level = 0
	}
	t.buffer[index] = value.Level(0, level, index)
}
