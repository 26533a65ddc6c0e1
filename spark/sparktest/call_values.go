package sparktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// A value is one named input or output. Lists of them keep their order, which
// a map wouldn't.
type value struct {
	name string
	json json.RawMessage
}

// object makes a JSON object of names and values in turn.
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

// members takes a JSON object apart, every digit as it was.
func members(object json.RawMessage) ([]value, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	start, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if start != json.Delim('{') {
		return nil, fmt.Errorf("%v is not the start of an object", start)
	}
	var list []value
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		v := value{name: name.(string)}
		if err := decoder.Decode(&v.json); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("something follows the object")
	}
	return list, nil
}

// text is the value as a CSV cell: strings bare, null empty, the rest JSON.
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
