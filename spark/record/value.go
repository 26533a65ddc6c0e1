package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"sync"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// Value is one input or output, of any type that Excel models use: a number, a string,
// a boolean, null, a list, or an object. The zero Value means that there is no value,
// and decoding it is an error.
type Value struct{ json string }

// IsNull reports whether there is a value and it is null.
func (v Value) IsNull() bool { return v.json == "null" }

// JSON returns the value as in the record, or nil if there is none. The caller may
// change the copy.
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

// MarshalJSON returns the value as in the record.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.json == "" {
		return nil, errors.New("the zero Value can't be marshaled")
	}
	return v.JSON(), nil
}

// UnmarshalJSON accepts any JSON value, so that a Value can be a field of a struct.
func (v *Value) UnmarshalJSON(data []byte) error {
	if !json.Valid(data) {
		return errors.New("expected a value, found invalid JSON")
	}
	v.json = string(bytes.TrimSpace(data))
	return nil
}

// Values are the inputs or the outputs of a call, or one row of a [Table]: values by
// name, in the order of the record. Numbers keep every digit. The zero Values is empty.
//
// Values are decoded when you ask for them. They are safe for concurrent use.
type Values struct{ object *jsonObject }

// jsonObject is a JSON object whose members are found when they are first needed.
type jsonObject struct {
	json    string
	once    sync.Once
	entries []jsonscan.Entry
	byName  map[string]int // the last entry of each name; nil if there are few
}

// maxUnindexed is the number of members up to which comparing names is as fast as a map.
const maxUnindexed = 16

func (o *jsonObject) members() []jsonscan.Entry {
	o.once.Do(func() {
		if o.json[0] != '{' {
			return
		}
		o.entries = entriesOf(o.json, 1)
		if len(o.entries) <= maxUnindexed {
			return
		}
		o.byName = make(map[string]int, len(o.entries))
		for i, e := range o.entries {
			o.byName[e.Name(o.json)] = i
		}
	})
	return o.entries
}

// Len returns how many values there are.
func (v Values) Len() int {
	if v.object == nil {
		return 0
	}
	return len(v.object.members())
}

// Get returns the value with exactly this name, and whether it exists. A null value
// exists: see [Value.IsNull]. If several values have the name, the last one counts;
// [Values.All] yields all of them.
func (v Values) Get(name string) (Value, bool) {
	if v.object == nil {
		return Value{}, false
	}
	o := v.object
	entries := o.members()
	if o.byName != nil {
		i, ok := o.byName[name]
		if !ok {
			return Value{}, false
		}
		return Value{entries[i].Value.In(o.json)}, true
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Name(o.json) == name {
			return Value{entries[i].Value.In(o.json)}, true
		}
	}
	return Value{}, false
}

// All iterates over names and values in the order of the record, including those with
// the same name.
func (v Values) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.object == nil {
			return
		}
		for _, e := range v.object.members() {
			if !yield(e.Name(v.object.json), Value{e.Value.In(v.object.json)}) {
				return
			}
		}
	}
}

// JSON returns the values as in the record, or nil if it doesn't have any. The caller
// may change the copy.
func (v Values) JSON() json.RawMessage {
	if v.object == nil {
		return nil
	}
	return json.RawMessage(v.object.json)
}

// String returns the values as JSON, and "{}" if there are none.
func (v Values) String() string {
	if v.object == nil {
		return "{}"
	}
	return v.object.json
}

// MarshalJSON returns the values as in the record, or null.
func (v Values) MarshalJSON() ([]byte, error) {
	if v.object == nil {
		return []byte("null"), nil
	}
	return v.JSON(), nil
}

// UnmarshalJSON accepts an object, or null for no values.
func (v *Values) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case string(data) == "null":
		*v = Values{}
		return nil
	case !json.Valid(data) || data[0] != '{':
		return errors.New("values must be a JSON object")
	}
	*v = Values{&jsonObject{json: string(data)}}
	return nil
}

// entriesOf returns the members or elements of valid JSON. If the text ends before the
// JSON does, it returns those up to there.
func entriesOf(text string, depth int) []jsonscan.Entry {
	var scanner jsonscan.Scanner[string]
	_, _ = scanner.Scan(text, 0, depth)
	return scanner.Entries
}

// kindOf names the kind of a JSON value for a message.
func kindOf(value string) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}
