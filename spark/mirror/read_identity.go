package mirror

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/record"
)

// recordKey identifies a record. Records of one v4 call may be equal and share a key,
// so keys are counted.
type recordKey [16]byte

// isIn reports whether the key is in a part, if all keys are divided into several parts.
func (k recordKey) isIn(part, parts uint64) bool {
	return binary.LittleEndian.Uint64(k[:])%parts == part
}

// keyOf returns the key of a record's content. It doesn't depend on what the platform may
// write in another way in the next export: white space, the order of members, escapes, the
// form of numbers and timestamps, and members that it sometimes leaves out.
func keyOf(call *record.Call) recordKey {
	content := make([]byte, 0, 4<<10) // enough for most
	if call.LogTime.IsZero() {
		content, _ = appendValue(content, string(call.JSON()))
	} else {
		content = binary.AppendVarint(content, call.LogTime.Unix())
		content = binary.AppendVarint(content, int64(call.LogTime.Nanosecond()))
		content = appendText(content, call.ID)
		content, _ = appendValue(content, call.Inputs.String())
		content, _ = appendValue(content, call.Outputs.String())
		messages, _ := json.Marshal([]any{call.Warnings, call.Errors})
		content, _ = appendValue(content, string(messages))
	}
	sum := sha256.Sum256(content)
	return recordKey(sum[:])
}

// appendValue appends the first value of valid JSON in a form that is the same for all
// ways to write it, and returns the JSON that follows. No form is the beginning of
// another one.
func appendValue(content []byte, text string) (_ []byte, rest string) {
	text = skipSeparators(text)
	switch text[0] {
	case '{':
		return appendMembers(content, text[1:])
	case '[':
		content = append(content, '[')
		for text = skipSeparators(text[1:]); text[0] != ']'; text = skipSeparators(text) {
			content, text = appendValue(content, text)
		}
		return append(content, ']'), text[1:]
	case '"':
		decoded, rest := cutString(text)
		return appendText(append(content, '"'), decoded), rest
	}
	end := strings.IndexAny(text, " \t\r\n,]}")
	if end < 0 {
		end = len(text)
	}
	word, rest := text[:end], text[end:]
	if number, ok := decimal.Parse(word); ok {
		word = number.String()
	}
	return appendText(append(content, '0'), word), rest
}

// appendMembers appends the members of an object by name. Members of the same name stay
// in their order.
func appendMembers(content []byte, text string) (_ []byte, rest string) {
	type member struct {
		name       string
		start, end int
	}
	var members []member
	content = append(content, '{')
	first := len(content)
	for text = skipSeparators(text); text[0] != '}'; text = skipSeparators(text) {
		m := member{start: len(content) - first}
		m.name, text = cutString(text)
		content, text = appendValue(appendText(content, m.name), text)
		m.end = len(content) - first
		members = append(members, m)
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	unsorted := slices.Clone(content[first:])
	content = content[:first]
	for _, m := range members {
		content = append(content, unsorted[m.start:m.end]...)
	}
	return append(content, '}'), text[1:]
}

// cutString returns the string that text begins with, decoded, and what follows it. A
// string with characters that can't be decoded stays as it is, with its quote.
func cutString(text string) (decoded, rest string) {
	end := 1
	for text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	decoded = jsonscan.Unquote(text[1:end])
	if strings.ContainsRune(decoded, utf8.RuneError) {
		decoded = text[:end]
	}
	return decoded, text[end+1:]
}

// skipSeparators skips what may stand between two values or names.
func skipSeparators(text string) string {
	for text[0] <= ' ' || text[0] == ',' || text[0] == ':' {
		text = text[1:]
	}
	return text
}

func appendText(content []byte, text string) []byte {
	return append(binary.AppendUvarint(content, uint64(len(text))), text...)
}
