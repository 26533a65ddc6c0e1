package parquet

import (
	"math/big"
	"strconv"
	"strings"

	format "github.com/parquet-go/parquet-go"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// column is what is known of an input or output: the JSON types of its values, and how
// large its numbers are. Learning more only ever widens it.
type column struct {
	// Value is the name of the input or output, Name that of the column.
	Value string `json:"value"`
	Name  string `json:"name"`

	Booleans bool `json:"booleans,omitempty"`
	Strings  bool `json:"strings,omitempty"`
	Numbers  bool `json:"numbers,omitempty"`
	Nested   bool `json:"nested,omitempty"`
	// NotInteger and NotDouble report that some numbers don't fit these types.
	NotInteger bool `json:"not_integer,omitempty"`
	NotDouble  bool `json:"not_double,omitempty"`
	// Whole and Fraction are the largest numbers of digits before and after the decimal
	// point.
	Whole    int `json:"whole,omitempty"`
	Fraction int `json:"fraction,omitempty"`
}

// learn widens the column so that it fits a value.
func (c *column) learn(json string) {
	switch json[0] {
	case 'n':
	case 't', 'f':
		c.Booleans = true
	case '"':
		c.Strings = true
	case '{', '[':
		c.Nested = true
	default:
		c.learnNumber(json)
	}
}

// tooManyDigits stands for more digits than any type but STRING allows.
const tooManyDigits = 1 << 20

func (c *column) learnNumber(json string) {
	c.Numbers = true
	n, ok := decimal.Parse(json)
	if !ok {
		c.NotInteger, c.NotDouble, c.Whole = true, true, tooManyDigits
		return
	}
	_, isInt64 := int64Of(json, n)
	c.NotInteger = c.NotInteger || !isInt64
	if !c.NotDouble {
		_, isDouble := doubleOf(json, n)
		c.NotDouble = !isDouble
	}
	c.Whole = max(c.Whole, int(min(n.IntegerDigits(), tooManyDigits)))
	c.Fraction = max(c.Fraction, int(min(n.FractionDigits(), tooManyDigits)))
}

// merge widens the column by what another schema knows of it.
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
	kind  typeKind
	scale int // of a decimal
}

type typeKind int

const (
	kindNull typeKind = iota // no other value so far
	kindBoolean
	kindString
	kindInt64
	kindDouble
	kindDecimal
	kindNumberString
	kindJSON
)

// columnType returns the first type that fits all values exactly.
func (c *column) columnType() columnType {
	jsonTypes := 0
	for _, found := range []bool{c.Booleans, c.Strings, c.Numbers, c.Nested} {
		if found {
			jsonTypes++
		}
	}
	switch {
	case jsonTypes == 0:
		return columnType{kind: kindNull}
	case jsonTypes > 1 || c.Nested:
		return columnType{kind: kindJSON}
	case c.Booleans:
		return columnType{kind: kindBoolean}
	case c.Strings:
		return columnType{kind: kindString}
	case !c.NotInteger:
		return columnType{kind: kindInt64}
	case !c.NotDouble:
		return columnType{kind: kindDouble}
	case c.Whole+c.Fraction <= decimalDigits:
		return columnType{kind: kindDecimal, scale: c.Fraction}
	}
	return columnType{kind: kindNumberString}
}

// node returns the type as Parquet schemas have it.
func (t columnType) node() format.Node {
	switch t.kind {
	case kindBoolean:
		return format.Leaf(format.BooleanType)
	case kindInt64:
		return format.Int(64)
	case kindDouble:
		return format.Leaf(format.DoubleType)
	case kindDecimal:
		return format.Decimal(t.scale, decimalDigits, format.FixedLenByteArrayType(decimalBytes))
	case kindJSON:
		return format.JSON()
	}
	return format.Encoded(format.String(), &format.RLEDictionary)
}

// value returns a value in this type. It isn't ok if the type doesn't fit: the schema
// hasn't learnt from this value.
func (t columnType) value(value record.Value) (v format.Value, ok bool) {
	json := string(value.JSON())
	switch {
	case json == "null":
		return format.NullValue(), true
	case t.kind == kindJSON:
		return bytesValue(json), true
	case t.kind == kindBoolean:
		return format.BooleanValue(json == "true"), json == "true" || json == "false"
	case t.kind == kindString:
		return bytesValue(value.String()), json[0] == '"'
	case json[0] != '-' && (json[0] < '0' || json[0] > '9'):
		return format.NullValue(), false
	case t.kind == kindNumberString:
		return bytesValue(json), true
	}
	n, ok := decimal.Parse(json)
	if !ok {
		return format.NullValue(), false
	}
	switch t.kind {
	case kindInt64:
		number, ok := int64Of(json, n)
		return format.Int64Value(number), ok
	case kindDouble:
		number, ok := doubleOf(json, n)
		return format.DoubleValue(number), ok
	case kindDecimal:
		number, ok := decimalOf(n, t.scale)
		return format.FixedLenByteArrayValue(number), ok
	}
	return format.NullValue(), false
}

// int64Of returns a number as an INT64. It isn't ok if the number isn't one, as minus
// zero.
func int64Of(json string, n decimal.Decimal) (value int64, ok bool) {
	if !n.IsInteger() || n.IsZero() && strings.HasPrefix(json, "-") {
		return 0, false
	}
	return n.Int64()
}

// doubleOf returns a number as a DOUBLE. It isn't ok if that changes a digit.
func doubleOf(json string, n decimal.Decimal) (value float64, ok bool) {
	value, err := strconv.ParseFloat(json, 64)
	if err != nil {
		return 0, false
	}
	exact, _ := decimal.Parse(strconv.FormatFloat(value, 'e', -1, 64))
	return value, exact == n
}

// A decimal of decimalDigits digits has decimalBytes bytes.
const decimalDigits, decimalBytes = 38, 16

// decimalOf returns a number in units of 10^-scale, as a big-endian two's complement.
// It isn't ok if the number has too many digits for a decimal of this scale.
func decimalOf(n decimal.Decimal, scale int) (value []byte, ok bool) {
	if n.FractionDigits() > int64(scale) || n.IntegerDigits() > int64(decimalDigits-scale) {
		return nil, false
	}
	units, _ := new(big.Int).SetString(n.Shift(scale).String(), 10)
	if units.Sign() < 0 {
		units.Add(units, new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes))
	}
	return units.FillBytes(make([]byte, decimalBytes)), true
}
