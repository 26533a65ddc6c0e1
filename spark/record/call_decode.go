package record

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/internal/timetext"
)

// recordDepth is how deep the known members of a record are nested:
// EngineDetails.request_meta.version.
const recordDepth = 3

// callMember is the number of a known member of a record.
type callMember uint8

// maxCallMembers is more than there are known members.
const maxCallMembers = 64

// callDecoder decodes the known members of a record into the fields of a call. Its
// methods string, time, millis and so on decode one field from the first member of
// several that has something readable.
type callDecoder struct {
	text    string
	entries []jsonscan.Entry
	found   [maxCallMembers]int32 // the number of each member's entry, counted from 1; 0 for none
	source  *callSource
	values  int  // how many of the source's values are in use
	lossy   bool // the text contains invalid Unicode
}

func (d *callDecoder) string(members []callMember) string {
	for _, m := range members {
		value, ok := d.value(m)
		if !ok {
			continue
		}
		text, ok := d.scalar(value)
		if !ok {
			d.unreadable(m, "expected a string, found "+kindOf(value))
		} else if text != "" {
			return text
		}
	}
	return ""
}

func (d *callDecoder) time(members []callMember) time.Time {
	return firstReadable(d, members, timetext.ParseTimestamp)
}

func (d *callDecoder) millis(members []callMember) time.Duration {
	return firstReadable(d, members, timetext.ParseMillis)
}

func (d *callDecoder) bool(members []callMember) bool {
	return firstReadable(d, members, func(text string) (bool, error) {
		switch {
		case strings.EqualFold(text, "false"):
			return false, nil
		case strings.EqualFold(text, "true"):
			return true, nil
		}
		return false, errors.New("neither true nor false")
	})
}

// firstReadable parses the text of the first member that has a scalar that can be
// parsed. White space around the text doesn't matter.
func firstReadable[T any](d *callDecoder, members []callMember, parse func(string) (T, error)) T {
	for _, m := range members {
		text, ok := d.value(m)
		if !ok {
			continue
		}
		if text[0] == '"' {
			text = strings.TrimSpace(d.unquote(text))
		}
		if text == "" {
			continue
		}
		parsed, err := parse(text)
		if err == nil {
			return parsed
		}
		d.unreadable(m, err.Error())
	}
	return *new(T)
}

// strings decodes a list of strings. A single string is a list of one.
func (d *callDecoder) strings(members []callMember) []string {
	m := members[0]
	value, ok := d.value(m)
	if !ok {
		return nil
	}
	if value[0] != '[' {
		if text := d.string(members); text != "" {
			return []string{text}
		}
		return nil
	}
	var list []string
	for _, e := range entriesOf(value, 1) {
		text, ok := d.scalar(e.Value.In(value))
		if !ok {
			d.unreadable(m, "not a list of strings")
			return nil
		}
		list = append(list, text)
	}
	return list
}

// json copies a value of an unknown kind.
func (d *callDecoder) json(members []callMember) json.RawMessage {
	value, ok := d.value(members[0])
	if !ok {
		return nil
	}
	return json.RawMessage(value)
}

// namedValues takes the value as it is. Values decodes it when it is asked for.
func (d *callDecoder) namedValues(members []callMember) Values {
	value, ok := d.value(members[0])
	if !ok {
		return Values{}
	}
	d.object(members[0])
	o := &d.source.values[d.values]
	d.values++
	o.json = value
	return Values{o}
}

// object reports a member that is something else than the object that it should be.
func (d *callDecoder) object(m callMember) {
	if value, ok := d.value(m); ok && value[0] != '{' {
		d.unreadable(m, "expected an object, found "+kindOf(value))
	}
}

// value returns the JSON text of a member, and whether it exists and is not null.
func (d *callDecoder) value(m callMember) (value string, ok bool) {
	n := d.found[m]
	if n == 0 {
		return "", false
	}
	value = d.entries[n-1].Value.In(d.text)
	return value, value != "null"
}

// scalar returns the text of a string or a number, and whether value is one.
func (d *callDecoder) scalar(value string) (text string, ok bool) {
	switch c := value[0]; {
	case c == '"':
		return d.unquote(value), true
	case c == '-' || '0' <= c && c <= '9':
		return value, true
	}
	return "", false
}

// unquote decodes a JSON string.
func (d *callDecoder) unquote(value string) string {
	inside := value[1 : len(value)-1]
	if !d.lossy && strings.IndexByte(inside, '\\') < 0 {
		return inside
	}
	return jsonscan.Unquote(inside)
}

// unreadable reports a member. It does so once, even if several fields use the member.
func (d *callDecoder) unreadable(m callMember, reason string) {
	path := d.path(m)
	for _, known := range d.source.problems {
		if known.Path == path {
			return
		}
	}
	d.problem(path, d.entries[d.found[m]-1].Value.In(d.text), reason)
}

// path returns the place of a member, such as $.EngineDetails.response_meta.version. The
// members around it are the nearest entries before it that are less deep.
func (d *callDecoder) path(m callMember) string {
	path, depth := "", recordDepth+1
	for _, e := range slices.Backward(d.entries[:d.found[m]]) {
		if int(e.Depth) < depth {
			path, depth = "."+e.Name(d.text)+path, int(e.Depth)
		}
	}
	return "$" + path
}

func (d *callDecoder) problem(path, raw, reason string) {
	d.source.problems = append(d.source.problems, Problem{Path: path, Raw: raw, Reason: reason})
}

// warnings decodes the model's warnings. They come in the same forms as errors, with
// fewer members.
func (d *callDecoder) warnings(members []callMember) []ModelWarning {
	var warnings []ModelWarning
	for _, e := range d.errors(members) {
		warnings = append(warnings, ModelWarning{SourcePath: e.SourcePath, Message: e.reason()})
	}
	return warnings
}

// errors decodes the model's errors: null, a string, an object, or a list of these.
func (d *callDecoder) errors(members []callMember) []ModelError {
	m := members[0]
	value, ok := d.value(m)
	if !ok || value == `""` || value == "{}" {
		return nil
	}
	if value[0] != '[' {
		return []ModelError{d.error(m, "", value)}
	}
	var all []ModelError
	for i, element := range entriesOf(value, 1) {
		if item := element.Value.In(value); item != "null" {
			all = append(all, d.error(m, "["+strconv.Itoa(i)+"]", item))
		}
	}
	return all
}

// error decodes one error. The index is its place in the list, such as [2], if it is in
// one.
func (d *callDecoder) error(m callMember, index, item string) ModelError {
	path := func() string { return d.path(m) + index }
	switch item[0] {
	case '"':
		return ModelError{Message: d.unquote(item)}
	case '{':
	default:
		d.problem(path(), item, "expected an object, found "+kindOf(item))
		return ModelError{Message: item}
	}
	var e ModelError
	known := false
	for _, member := range entriesOf(item, 1) {
		name, value := member.Name(item), member.Value.In(item)
		var field *string
		switch name {
		case "source_path":
			field = &e.SourcePath
		case "message":
			field = &e.Message
		case "error_category":
			field = &e.Category
		case "error_type":
			field = &e.Type
		case "additional_details":
			e.AdditionalDetails = nil
			if value != "null" {
				e.AdditionalDetails = json.RawMessage(value)
			}
		default:
			continue
		}
		known = true
		if field == nil || value == "null" {
			continue
		}
		text, ok := d.scalar(value)
		if !ok {
			d.problem(path()+"."+name, value, "expected a string, found "+kindOf(value))
			text = value
		}
		*field = text
	}
	if !known {
		d.problem(path(), item, "an object without any known member")
		e.Message = item
	}
	return e
}
