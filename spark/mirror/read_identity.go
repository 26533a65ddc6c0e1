package mirror

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// recordKey identifies a record. Records of one v4 call may be equal and share a key,
// so keys are counted.
type recordKey [16]byte

func newKey(data []byte) recordKey {
	sum := sha256.Sum256(data)
	return recordKey(sum[:])
}

// isIn reports whether the key belongs to one of so many parts of all keys.
func (k recordKey) isIn(part, parts uint64) bool {
	return binary.LittleEndian.Uint64(k[:])%parts == part
}

// textKey returns the key of a record's text. It is much faster than contentKey.
func textKey(call *record.Call) recordKey { return newKey(call.JSON()) }

// contentKey returns the key of a record's content. It doesn't depend on what the
// platform may write in another way in the next export: white space, the order of
// members, escapes, the form of numbers and time stamps, and members that it sometimes
// leaves out.
func contentKey(call *record.Call) recordKey {
	if call.LogTime.IsZero() {
		return newKey(appendCanonical(nil, call.JSON()))
	}
	data := binary.AppendVarint(nil, call.LogTime.Unix())
	data = binary.AppendVarint(data, int64(call.LogTime.Nanosecond()))
	data = appendText(data, call.ID)
	data = appendCanonical(data, call.Inputs.JSON())
	data = appendCanonical(data, call.Outputs.JSON())
	if len(call.Warnings)+len(call.Errors) > 0 {
		messages, _ := json.Marshal([]any{call.Warnings, call.Errors})
		data = appendCanonical(data, messages)
	}
	return newKey(data)
}

// appendCanonical appends a form of a JSON value that is the same for all ways to write
// it, or the value itself if it is empty or has characters that can't be decoded.
func appendCanonical(data, value []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	form := appendValue(nil, decoder)
	if len(value) == 0 || bytes.Contains(form, []byte("\uFFFD")) {
		form = value
	}
	return appendText(data, string(form))
}

// appendValue appends the next value. No form is the beginning of another one.
func appendValue(data []byte, decoder *json.Decoder) []byte {
	token, _ := decoder.Token() // a call contains valid JSON only
	switch token := token.(type) {
	case json.Delim:
		data = append(data, byte(token))
		if token == '[' {
			for decoder.More() {
				data = appendValue(data, decoder)
			}
		} else {
			data = appendMembers(data, decoder)
		}
		_, _ = decoder.Token()
		return append(data, '.')
	case string:
		return appendText(append(data, '"'), token)
	case json.Number:
		number := token.String()
		if parsed, ok := decimal.Parse(number); ok {
			number = parsed.String()
		}
		return appendText(append(data, '0'), number)
	default:
		other, _ := json.Marshal(token) // true, false or null
		return append(data, other...)
	}
}

// appendMembers appends the members of an object by name. Members of the same name stay
// in their order.
func appendMembers(data []byte, decoder *json.Decoder) []byte {
	type member struct{ name, value []byte }
	var members []member
	for decoder.More() {
		members = append(members, member{appendValue(nil, decoder), appendValue(nil, decoder)})
	}
	slices.SortStableFunc(members, func(a, b member) int { return bytes.Compare(a.name, b.name) })
	for _, m := range members {
		data = append(append(data, m.name...), m.value...)
	}
	return data
}

func appendText(data []byte, text string) []byte {
	return append(binary.AppendUvarint(data, uint64(len(text))), text...)
}
