package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// ErrNoValue means that a call has no input or output with the name.
var ErrNoValue = errors.New("no value of this name")

// ValueAs decodes the value with this name as a T: a number type, [json.Number] for all
// digits, a string, a struct, a slice of structs for a table, or anything else that
// encoding/json can decode into. If there is no such value, the error matches
// [ErrNoValue] and names the values that there are. [Value.Decode] describes how null
// is decoded.
//
// A float64 can't represent most decimal fractions. To calculate exactly, use *[big.Rat]:
//
//	sum := new(big.Rat)
//	premium, err := record.ValueAs[*big.Rat](call.Outputs, "Premium") // nil for null
//	if err == nil && premium != nil {
//		sum.Add(sum, premium)
//	}
//	fmt.Println(sum.FloatString(2))
func ValueAs[T any](values Values, name string) (T, error) {
	var result T
	value, ok := values.Get(name)
	if !ok {
		return result, fmt.Errorf("value %q: %w%s", name, ErrNoValue, values.alternatives(name))
	}
	if err := value.Decode(&result); err != nil {
		return *new(T), fmt.Errorf("value %q: %w", name, err)
	}
	return result, nil
}

// alternatives lists the names that there are instead of a missing one.
func (v Values) alternatives(missing string) string {
	const maxNames = 10
	var names []string
	for name := range v.All() {
		if strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(missing)) {
			return fmt.Sprintf("; did you mean %q?", name)
		}
		names = append(names, fmt.Sprintf("%.60q", name))
	}
	switch n := len(names); {
	case n == 0:
		return "; there are no values"
	case n > maxNames:
		return fmt.Sprintf("; there are %s and %d more", strings.Join(names[:maxNames], ", "), n-maxNames)
	}
	return "; there are " + strings.Join(names, ", ")
}

// Decode decodes the value into what target points to, by the rules of encoding/json
// with two exceptions:
//
//   - Null is never decoded as zero. It is an error, at any depth, unless it is decoded
//     into a pointer, an interface, a map, a slice or a [json.Unmarshaler] other than
//     [time.Time] and [big.Int]. Unmarshalers of other packages may ignore null and stay
//     zero; decode into a pointer to them.
//   - Numbers that are decoded into an interface become a [json.Number].
//
// A number can also be decoded into a [big.Rat], exactly; see [ValueAs].
func (v Value) Decode(target any) error {
	if v.json == "" {
		return ErrNoValue
	}
	switch target := target.(type) {
	case *big.Rat:
		if !v.IsNull() {
			return v.decodeRat(target)
		}
	case **big.Rat:
		if *target = nil; v.IsNull() {
			return nil
		}
		*target = new(big.Rat)
		return v.decodeRat(*target)
	}
	return decodeExact(v.json, target)
}

// Decode decodes all values into the struct or map that target points to. Names match
// fields regardless of case, as in encoding/json, and the rules for null and for numbers
// are those of [Value.Decode]: use a pointer for a field that may be null. An error
// about null names the field. If there are no values, target is not changed.
func (v Values) Decode(target any) error {
	if v.object == nil {
		return nil
	}
	return decodeExact(v.object.json, target)
}

// decodeRat refuses numbers that take unreasonable memory, such as 1e999999999.
func (v Value) decodeRat(target *big.Rat) error {
	const maxDigits = 10_000
	number, ok := decimal.Parse(v.json)
	if !ok {
		return fmt.Errorf("expected a number, found %s", kindOf(v.json))
	}
	if number.IntegerDigits() > maxDigits || number.FractionDigits() > maxDigits {
		return fmt.Errorf("the number takes more than %d digits; decode it into a json.Number", maxDigits)
	}
	target.SetString(number.String())
	return nil
}

// decodeExact decodes valid JSON. A number becomes a float64 only if target asks for
// it, and null becomes zero nowhere.
func decodeExact(text string, target any) error {
	if t := reflect.TypeOf(target); t != nil && t.Kind() == reflect.Pointer {
		if err := checkNulls(text, t.Elem(), ""); err != nil {
			return err
		}
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(target)
}

var (
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	// ignoreNull are unmarshalers of the standard library that stay zero.
	ignoreNull = []reflect.Type{reflect.TypeFor[time.Time](), reflect.TypeFor[big.Int]()}
)

// checkNulls returns an error if text contains a null that would be decoded into a t, or
// into a part of a t, that can't represent null. The path is where t is in the target.
func checkNulls(text string, t reflect.Type, path string) error {
	if !strings.Contains(text, "null") || reflect.PointerTo(t).Implements(unmarshaler) && !slices.Contains(ignoreNull, t) {
		return nil
	}
	isNull := text == "null"
	switch kind := t.Kind(); {
	case kind == reflect.Interface, isNull && (kind == reflect.Pointer || kind == reflect.Map || kind == reflect.Slice):
		return nil
	case kind == reflect.Pointer:
		return checkNulls(text, t.Elem(), path)
	case isNull:
		if path != "" {
			path = fmt.Sprintf("field %q: ", path)
		}
		return fmt.Errorf("%sthe value is null, which %[2]s can't represent; decode into *%[2]s", path, t)
	}
	for i, e := range entriesOf(text, 1) {
		value := e.Value.In(text)
		if !strings.Contains(value, "null") {
			continue
		}
		var part reflect.Type
		at := strings.TrimPrefix(path+"."+e.Name(text), ".")
		switch kind := t.Kind(); {
		case text[0] == '[' && (kind == reflect.Slice || kind == reflect.Array):
			part, at = t.Elem(), fmt.Sprintf("%s[%d]", path, i)
		case text[0] == '{' && kind == reflect.Map:
			part = t.Elem()
		case text[0] == '{' && kind == reflect.Struct:
			part = fieldType(t, e.Name(text))
		}
		if part == nil {
			continue
		}
		if err := checkNulls(value, part, at); err != nil {
			return err
		}
	}
	return nil
}

// fieldType returns the type of the field into which encoding/json decodes a member, or
// nil if there is none.
func fieldType(t reflect.Type, name string) reflect.Type {
	var exact, folded reflect.StructField
	for _, field := range reflect.VisibleFields(t) {
		tag := field.Tag.Get("json")
		tagName, _, _ := strings.Cut(tag, ",")
		isEmbedded := field.Anonymous && tagName == "" && (field.Type.Kind() == reflect.Struct || field.Type.Kind() == reflect.Pointer)
		if tag == "-" || !field.IsExported() || isEmbedded {
			continue // the fields of an embedded struct are visible themselves
		}
		fieldName := cmp.Or(tagName, field.Name)
		if fieldName == name && (exact.Type == nil || len(field.Index) < len(exact.Index)) {
			exact = field
		}
		if strings.EqualFold(fieldName, name) && (folded.Type == nil || len(field.Index) < len(folded.Index)) {
			folded = field
		}
	}
	if exact.Type != nil {
		return exact.Type
	}
	return folded.Type
}
