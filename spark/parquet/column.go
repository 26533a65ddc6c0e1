package parquet

import (
	"strconv"

	format "github.com/parquet-go/parquet-go"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// column is what is known of an input or an output: which JSON types its values
// have had, and how large its numbers were. Learning more only ever widens it.
type column struct {
	// Value is the name of the input or output, Name that of the column.
	Value string `json:"value"`
	Name  string `json:"name"`

	Booleans bool `json:"booleans,omitempty"`
	Strings  bool `json:"strings,omitempty"`
	Numbers  bool `json:"numbers,omitempty"`
	Nested   bool `json:"nested,omitempty"`
	// NotInteger and NotDouble say that there were numbers that these can't hold.
	NotInteger bool `json:"not_integer,omitempty"`
	NotDouble  bool `json:"not_double,omitempty"`
	// Whole and Fraction are the most digits before and after the point.
	Whole    int `json:"whole,omitempty"`
	Fraction int `json:"fraction,omitempty"`
}

// learn widens the column by a value, as JSON.
func (c *column) learn(text string) {
	switch text[0] {
	case 'n':
	case 't', 'f':
		c.Booleans = true
	case '"':
		c.Strings = true
	case '{', '[':
		c.Nested = true
	default:
		c.learnNumber(text)
	}
}

func (c *column) learnNumber(text string) {
	c.Numbers = true
	n, ok := decimal.Parse(text)
	_, integer := integerOf(text, n)
	c.NotInteger = c.NotInteger || !ok || !integer
	c.NotDouble = c.NotDouble || !ok || !isDouble(text, n)
	if !ok {
		c.Whole = tooManyDigits
	}
	c.Whole = max(c.Whole, int(min(n.WholeDigits(), tooManyDigits)))
	c.Fraction = max(c.Fraction, int(min(n.FractionDigits(), tooManyDigits)))
}

// tooManyDigits stands for all numbers of digits that no type but text can hold.
const tooManyDigits = 1 << 20

// merge widens the column by what is known of the same one elsewhere.
func (c *column) merge(other column) {
	c.Booleans = c.Booleans || other.Booleans
	c.Strings = c.Strings || other.Strings
	c.Numbers = c.Numbers || other.Numbers
	c.Nested = c.Nested || other.Nested
	c.NotInteger = c.NotInteger || other.NotInteger
	c.NotDouble = c.NotDouble || other.NotDouble
	c.Whole, c.Fraction = max(c.Whole, other.Whole), max(c.Fraction, other.Fraction)
}

// columnType is the Parquet type of a column.
type columnType struct {
	kind  kind
	scale int // of a decimal
}

type kind int

const (
	none kind = iota // nothing but null so far
	boolean
	text
	integer
	double
	exactDecimal
	numberText
	jsonText
)

// columnType is the first that holds all values exactly.
func (c *column) columnType() columnType {
	types := 0
	for _, had := range []bool{c.Booleans, c.Strings, c.Numbers, c.Nested} {
		if had {
			types++
		}
	}
	switch {
	case types == 0:
		return columnType{kind: none}
	case types > 1 || c.Nested:
		return columnType{kind: jsonText}
	case c.Booleans:
		return columnType{kind: boolean}
	case c.Strings:
		return columnType{kind: text}
	case !c.NotInteger:
		return columnType{kind: integer}
	case !c.NotDouble:
		return columnType{kind: double}
	case c.Whole+c.Fraction <= decimalDigits:
		return columnType{kind: exactDecimal, scale: c.Fraction}
	}
	return columnType{kind: numberText}
}

// node is the type in a Parquet schema.
func (t columnType) node() format.Node {
	switch t.kind {
	case boolean:
		return format.Leaf(format.BooleanType)
	case integer:
		return format.Int(64)
	case double:
		return format.Leaf(format.DoubleType)
	case exactDecimal:
		return format.Decimal(t.scale, decimalDigits, format.FixedLenByteArrayType(decimalBytes))
	case jsonText:
		return format.JSON()
	}
	return format.Encoded(format.String(), &format.RLEDictionary)
}

// value turns JSON into a value of this type. The second result is false where the
// type can't hold it: the column never learnt of such a value.
func (t columnType) value(raw string, unquoted func() string) (format.Value, bool) {
	if raw == "null" {
		return format.NullValue(), true
	}
	switch t.kind {
	case boolean:
		return format.BooleanValue(raw == "true"), raw == "true" || raw == "false"
	case text:
		return bytesValue(unquoted()), raw[0] == '"'
	case jsonText:
		return bytesValue(raw), true
	case none:
		return format.NullValue(), false
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return format.NullValue(), false
	}
	return t.number(raw)
}

func (t columnType) number(raw string) (format.Value, bool) {
	if t.kind == numberText {
		return bytesValue(raw), true
	}
	n, ok := decimal.Parse(raw)
	if !ok {
		return format.NullValue(), false
	}
	switch t.kind {
	case integer:
		value, ok := integerOf(raw, n)
		return format.Int64Value(value), ok
	case double:
		value, err := strconv.ParseFloat(raw, 64)
		return format.DoubleValue(value), err == nil && isDouble(raw, n)
	}
	value, ok := decimalOf(n, t.scale)
	return format.FixedLenByteArrayValue(value), ok
}
