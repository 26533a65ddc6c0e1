package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// Value is one input or output, of any type that Excel models use: a number, a
// string, a boolean, null, a list, or an object. Its zero value is no value at all;
// decoding it is an error.
type Value struct{ json string }

// IsNull tells whether the value is there and null.
func (v Value) IsNull() bool { return v.json == "null" }

// JSON returns the value as the record has it, nil for no value. The caller may
// change the copy that it gets.
func (v Value) JSON() json.RawMessage {
	if v.json == "" {
		return nil
	}
	return json.RawMessage(v.json)
}

// String returns the text of a string, and the JSON of any other value.
func (v Value) String() string {
	if strings.HasPrefix(v.json, `"`) {
		return jsonscan.Unquote(v.json[1 : len(v.json)-1])
	}
	return v.json
}

// Decode decodes the value into what target points to, by the rules of
// encoding/json, except that null is an error where target couldn't tell it from
// zero. Numbers that go into an any arrive as [json.Number]. A number also goes into
// a [big.Rat], exactly; see [ValueAs].
func (v Value) Decode(target any) error {
	if v.json == "" {
		return ErrNoValue
	}
	if v.IsNull() && !holdsNull(target) {
		return fmt.Errorf("null, which %[1]T can't tell from zero: decode into a pointer to %[1]T", reflect.ValueOf(target).Elem().Interface())
	}
	switch target := target.(type) {
	case *big.Rat:
		return v.decodeRat(target)
	case **big.Rat:
		if *target = nil; v.IsNull() {
			return nil
		}
		*target = new(big.Rat)
		return v.decodeRat(*target)
	}
	return decodeExact(v.json, target)
}

// decodeRat refuses numbers that take unreasonable memory, such as 1e999999999.
func (v Value) decodeRat(target *big.Rat) error {
	const maxDigits = 10_000
	number, ok := decimal.Parse(v.json)
	if !ok {
		return fmt.Errorf("%s where a number should be", kindOf(v.json))
	}
	if number.IntegerDigits() > maxDigits || number.FractionDigits() > maxDigits {
		return fmt.Errorf("the number takes more than %d digits; decode it into a json.Number", maxDigits)
	}
	target.SetString(number.String())
	return nil
}

// MarshalJSON gives the value as the record has it.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.json == "" {
		return nil, errors.New("a Value that is none can't be marshaled")
	}
	return v.JSON(), nil
}

// UnmarshalJSON takes any JSON value, so that a Value can be a field of a struct.
func (v *Value) UnmarshalJSON(data []byte) error {
	if !json.Valid(data) {
		return errors.New("invalid JSON where a value should be")
	}
	v.json = string(bytes.TrimSpace(data))
	return nil
}

// holdsNull tells whether null can be seen in what target points to. It is true
// for a target that is no such pointer, which decoding will complain about.
func holdsNull(target any) bool {
	if _, ok := target.(json.Unmarshaler); ok {
		return true
	}
	t := reflect.TypeOf(target)
	if t == nil || t.Kind() != reflect.Pointer || reflect.ValueOf(target).IsNil() {
		return true
	}
	switch t.Elem().Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return true
	}
	return false
}

// decodeExact decodes without ever turning a number into a float64 unasked.
func decodeExact(text string, target any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(target)
}
