package sparktest

import (
	"bytes"
	"encoding/json"
)

// A value is one named input or output. A list of them keeps their order.
type value struct {
	name string
	json json.RawMessage
}

// jsonObject returns a JSON object of names and values in turn.
func jsonObject(namesAndValues ...any) json.RawMessage {
	var buf bytes.Buffer
	for i := 0; i < len(namesAndValues); i += 2 {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		buf.WriteByte(separator)
		buf.Write(encode(namesAndValues[i]))
		buf.WriteByte(':')
		buf.Write(encode(namesAndValues[i+1]))
	}
	buf.WriteByte('}')
	return buf.Bytes()
}

// members returns the members of a JSON object with every digit; ok is false if
// it isn't one.
func members(object json.RawMessage) (list []value, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if start, _ := decoder.Token(); start != json.Delim('{') || !json.Valid(object) {
		return nil, false
	}
	for decoder.More() {
		name, _ := decoder.Token() // valid JSON has no errors
		v := value{name: name.(string)}
		decoder.Decode(&v.json)
		list = append(list, v)
	}
	return list, true
}

// text returns the value as in a CSV cell: strings without quotes, null empty,
// other values as JSON.
func (v value) text() string {
	if bytes.Equal(v.json, []byte("null")) {
		return ""
	}
	var s string
	if json.Unmarshal(v.json, &s) == nil {
		return s
	}
	return string(v.json)
}
