package parquet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// Schema is what is known of the inputs and outputs of a service: which columns
// they need, and of which types. Its zero value knows nothing. It learns from
// calls, and what it has learnt can be kept as JSON. It is not for concurrent use.
type Schema struct {
	inputs, outputs side
}

// side is the inputs or the outputs.
type side struct {
	columns []column
	byValue map[string]int
}

const inputPrefix, outputPrefix = "input_", "output_"

// Learn widens the schema so that it holds a call.
func (s *Schema) Learn(call *record.Call) {
	s.inputs.learn(inputPrefix, call.Inputs)
	s.outputs.learn(outputPrefix, call.Outputs)
}

// Merge widens the schema so that it holds whatever the other one does.
func (s *Schema) Merge(other *Schema) {
	s.inputs.merge(inputPrefix, other.inputs)
	s.outputs.merge(outputPrefix, other.outputs)
}

func (s *side) learn(prefix string, values record.Values) {
	for name, value := range values.All() {
		s.column(prefix, name).learn(string(value.JSON()))
	}
}

func (s *side) merge(prefix string, other side) {
	for _, c := range other.columns {
		s.column(prefix, c.Value).merge(c)
	}
}

// column finds the column of a value, or adds one.
func (s *side) column(prefix, value string) *column {
	if i, ok := s.byValue[value]; ok {
		return &s.columns[i]
	}
	if s.byValue == nil {
		s.byValue = map[string]int{}
	}
	s.byValue[value] = len(s.columns)
	s.columns = append(s.columns, column{Value: value, Name: s.freeName(prefix + value)})
	return &s.columns[len(s.columns)-1]
}

// freeName numbers a name that another column has but for upper and lower case,
// which many readers don't tell apart.
func (s *side) freeName(name string) string {
	for n, free := 2, name; ; n++ {
		if !s.has(free) {
			return free
		}
		free = fmt.Sprintf("%s_%d", name, n)
	}
}

func (s *side) has(name string) bool {
	for _, c := range s.columns {
		if strings.EqualFold(c.Name, name) {
			return true
		}
	}
	return false
}

// Equal reports whether both schemas make files of the same columns, by name, type and
// order.
func (s *Schema) Equal(other *Schema) bool {
	return slices.Equal(s.inputs.made(), other.inputs.made()) && slices.Equal(s.outputs.made(), other.outputs.made())
}

// madeColumn is a column as a file has it.
type madeColumn struct {
	name  string
	typed columnType
}

func (s *side) made() []madeColumn {
	var columns []madeColumn
	for i := range s.columns {
		if typed := s.columns[i].columnType(); typed.kind != none {
			columns = append(columns, madeColumn{s.columns[i].Name, typed})
		}
	}
	return columns
}

type schemaJSON struct {
	Inputs  []column `json:"inputs"`
	Outputs []column `json:"outputs"`
}

// MarshalJSON implements json.Marshaler.
func (s *Schema) MarshalJSON() ([]byte, error) {
	return json.Marshal(schemaJSON{s.inputs.columns, s.outputs.columns})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Schema) UnmarshalJSON(data []byte) error {
	var from schemaJSON
	if err := json.Unmarshal(data, &from); err != nil {
		return err
	}
	*s = Schema{newSide(from.Inputs), newSide(from.Outputs)}
	return nil
}

func newSide(columns []column) side {
	s := side{columns: columns, byValue: map[string]int{}}
	for i, c := range columns {
		s.byValue[c.Value] = i
	}
	return s
}
