package parquet

import (
	"fmt"

	format "github.com/parquet-go/parquet-go"

	"github.com/sparkgo/spark-go/spark/record"
)

// table converts calls to rows.
type table struct {
	fields          []format.Field
	inputs, outputs map[string]cell
	row             format.Row // reused
}

// cell is the place and the type of a value in a row.
type cell struct {
	index      int
	columnType columnType
}

func newTable(s *Schema) *table {
	t := &table{}
	for _, d := range details {
		t.add(d.name, d.node)
	}
	t.inputs, t.outputs = t.addSide(&s.inputs), t.addSide(&s.outputs)
	t.row = make(format.Row, len(t.fields))
	return t
}

func (t *table) addSide(s *side) map[string]cell {
	cells := map[string]cell{}
	for _, c := range s.fileColumns() {
		cells[c.value] = cell{len(t.fields), c.columnType}
		t.add(c.name, c.columnType.node())
	}
	return cells
}

func (t *table) add(name string, node format.Node) {
	t.fields = append(t.fields, format.Group{name: format.Optional(node)}.Fields()...)
}

func (t *table) schema() *format.Schema {
	return format.NewSchema("call", orderedGroup{fields: t.fields})
}

// orderedGroup is a group of columns in the order given. A format.Group sorts them by
// name.
type orderedGroup struct {
	format.Group
	fields []format.Field
}

// Fields returns the columns in their order.
func (g orderedGroup) Fields() []format.Field { return g.fields }

// rowOf returns the row of a call. It is valid until the next row.
func (t *table) rowOf(call *record.Call) (format.Row, error) {
	for i := range t.row {
		t.set(i, format.NullValue())
	}
	for i, d := range details {
		t.set(i, d.value(call))
	}
	if err := t.setAll("input", t.inputs, call.Inputs); err != nil {
		return nil, err
	}
	return t.row, t.setAll("output", t.outputs, call.Outputs)
}

func (t *table) setAll(what string, cells map[string]cell, values record.Values) error {
	for name, value := range values.All() {
		c, known := cells[name]
		v, ok := c.columnType.value(value)
		if !ok {
			return fmt.Errorf("%s %q doesn't fit the schema: let the schema learn from this call", what, name)
		}
		if known {
			t.set(c.index, v)
		}
	}
	return nil
}

// set puts a value into the row. The definition level of a value is 1, that of null 0.
func (t *table) set(index int, value format.Value) {
	level := 1
	if value.IsNull() {
		level = 0
	}
	t.row[index] = value.Level(0, level, index)
}
