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

func isObject(v json.RawMessage) bool {
	return json.Valid(v) && bytes.HasPrefix(bytes.TrimSpace(v), []byte("{"))
}

// compact returns valid JSON without the space between its tokens.
func compact(v json.RawMessage) json.RawMessage {
	var buf bytes.Buffer
	json.Compact(&buf, v)
	return buf.Bytes()
}

// members returns the members of a JSON object with every digit.
func members(object json.RawMessage) (list []value) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	decoder.Token() // the brace; an object has no errors
	for decoder.More() {
		name, _ := decoder.Token()
		v := value{name: name.(string)}
		decoder.Decode(&v.json)
		list = append(list, v)
	}
	return list
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
