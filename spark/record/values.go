package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// ErrNoValue means that a call has no input or output of the name asked for.
var ErrNoValue = errors.New("no value of this name")

// Values are the inputs or the outputs of a call, or one row of a [Table]: values
// by name, in the order of the document. Numbers keep every digit. The zero Values
// has none.
//
// Nothing is decoded before it is asked for. Values are ready for concurrent use.
type Values struct{ members *members }

// members is an object whose members are looked up when first needed.
type members struct {
	json    string
	once    sync.Once
	entries []jsonscan.Entry
	byName  map[string]int // the last entry of each name; nil where there are few
}

// few is the number of members up to which comparing names is as fast as a map.
const few = 16

func (m *members) index() []jsonscan.Entry {
	m.once.Do(func() {
		if m.json[0] != '{' {
			return
		}
		m.entries = entriesOf(m.json, 1)
		if len(m.entries) <= few {
			return
		}
		m.byName = make(map[string]int, len(m.entries))
		for i, e := range m.entries {
			m.byName[e.Name(m.json)] = i
		}
	})
	return m.entries
}

// Len returns how many values there are.
func (v Values) Len() int {
	if v.members == nil {
		return 0
	}
	return len(v.members.index())
}

// Get returns the value with exactly this name, and whether there is one: a value
// of null is there, see [Value.IsNull]. Should several have the name, it is the last.
func (v Values) Get(name string) (Value, bool) {
	if v.members == nil {
		return Value{}, false
	}
	m := v.members
	entries := m.index()
	if m.byName != nil {
		i, ok := m.byName[name]
		if !ok {
			return Value{}, false
		}
		return Value{entries[i].Value.In(m.json)}, true
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Name(m.json) == name {
			return Value{entries[i].Value.In(m.json)}, true
		}
	}
	return Value{}, false
}

// All iterates over names and values in the order of the document, those with the
// same name included.
func (v Values) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.members == nil {
			return
		}
		for _, e := range v.members.index() {
			if !yield(e.Name(v.members.json), Value{e.Value.In(v.members.json)}) {
				return
			}
		}
	}
}

// Decode decodes all values into the struct or map that target points to, by the
// rules of encoding/json: names match fields regardless of case, and null leaves a
// field as it is, so use a pointer for one that may be null. Numbers that go into
// an any arrive as [json.Number]. Without values, target stays as it is.
func (v Values) Decode(target any) error {
	if v.members == nil {
		return nil
	}
	return decodeExact(v.members.json, target)
}

// JSON returns the values as the record has them, or nil where it has none. The
// caller may change the copy that it gets.
func (v Values) JSON() json.RawMessage {
	if v.members == nil {
		return nil
	}
	return json.RawMessage(v.members.json)
}

// MarshalJSON gives the values as the record has them, or null.
func (v Values) MarshalJSON() ([]byte, error) {
	if v.members == nil {
		return []byte("null"), nil
	}
	return v.JSON(), nil
}

// UnmarshalJSON takes an object; null gives no values.
func (v *Values) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case string(data) == "null":
		*v = Values{}
		return nil
	case !json.Valid(data) || data[0] != '{':
		return errors.New("values must be a JSON object")
	}
	*v = Values{&members{json: string(data)}}
	return nil
}

// ValueAs decodes the value with this name as a T: a number type, [json.Number]
// for all its digits, a string, a struct, a slice of structs for a table, or
// whatever else encoding/json can fill. Without such a value the error matches
// [ErrNoValue] and names those there are. A null is an error too where a T couldn't
// tell it from zero; a pointer, slice, map or any can.
//
// A float64 can't hold most decimal fractions. To calculate exactly, take *[big.Rat]:
//
//	sum := new(big.Rat)
//	premium, err := record.ValueAs[*big.Rat](call.Outputs, "Premium") // nil for null
//	sum.Add(sum, premium)
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

// alternatives says which names there are instead of a missing one.
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
