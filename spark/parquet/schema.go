package parquet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// Schema is the columns that a file needs for the inputs and outputs of a service. The
// zero value has none. It learns from calls and marshals to JSON. It isn't safe for
// concurrent use.
type Schema struct {
	inputs, outputs side
}

// side is the columns of the inputs or of the outputs.
type side struct {
	columns []column
	indexes map[string]int // by name of the input or output; nil if it isn't up to date
}

const inputPrefix, outputPrefix = "input_", "output_"

// Learn widens the schema so that it fits a call.
func (s *Schema) Learn(call *record.Call) {
	s.inputs.learn(inputPrefix, call.Inputs)
	s.outputs.learn(outputPrefix, call.Outputs)
}

// Merge widens the schema so that it fits all calls that the other one fits.
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

// column returns the column of an input or output, and adds it if it is new.
func (s *side) column(prefix, value string) *column {
	if s.indexes == nil {
		s.indexes = map[string]int{}
		for i, c := range s.columns {
			s.indexes[c.Value] = i
		}
	}
	i, ok := s.indexes[value]
	if !ok {
		i = len(s.columns)
		s.indexes[value] = i
		s.columns = append(s.columns, column{Value: value, Name: s.uniqueName(prefix + value)})
	}
	return &s.columns[i]
}

// uniqueName appends a number to a name if another column has it. Many readers don't
// distinguish upper and lower case.
func (s *side) uniqueName(name string) string {
	for n, unique := 2, name; ; n++ {
		if !slices.ContainsFunc(s.columns, func(c column) bool { return strings.EqualFold(c.Name, unique) }) {
			return unique
		}
		unique = fmt.Sprintf("%s_%d", name, n)
	}
}

// Equal reports whether files of both schemas have the same columns: the same names and
// types in the same order.
func (s *Schema) Equal(other *Schema) bool {
	return slices.Equal(s.inputs.fileColumns(), other.inputs.fileColumns()) && slices.Equal(s.outputs.fileColumns(), other.outputs.fileColumns())
}

// fileColumn is a column of a file.
type fileColumn struct {
	value, name string
	columnType  columnType
}

// fileColumns returns the columns that aren't null in all calls.
func (s *side) fileColumns() []fileColumn {
	var columns []fileColumn
	for i := range s.columns {
		c := &s.columns[i]
		if t := c.columnType(); t.kind != kindNull {
			columns = append(columns, fileColumn{c.Value, c.Name, t})
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
	var decoded schemaJSON
	if err := json.Unmarshal(data, &decoded); err != nil {
		return err
	}
	*s = Schema{side{columns: decoded.Inputs}, side{columns: decoded.Outputs}}
	return nil
}
