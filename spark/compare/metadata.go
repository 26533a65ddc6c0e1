package compare

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// message is a warning or an error as it is compared, with the reason where the
// record has no message.
type message struct {
	SourcePath        string          `json:"source_path,omitempty"`
	Message           string          `json:"message,omitempty"`
	Category          string          `json:"error_category,omitempty"`
	Type              string          `json:"error_type,omitempty"`
	AdditionalDetails json.RawMessage `json:"additional_details,omitempty"`
}

func warnings(c *record.Call) []record.ModelError {
	list := make([]record.ModelError, len(c.Warnings))
	for i, w := range c.Warnings {
		list[i] = record.ModelError{SourcePath: w.SourcePath, Message: w.Message}
	}
	return list
}

func (d *differ) messages(section Section, a, b []record.ModelError) {
	if len(a) == 0 && len(b) == 0 {
		return
	}
	d.root(section, messagesText(a), messagesText(b))
}

func messagesText(list []record.ModelError) string {
	messages := make([]message, len(list))
	for i, e := range list {
		messages[i] = message{e.SourcePath, reason(e), e.Category, e.Type, valid(e.AdditionalDetails)}
	}
	return marshal(messages)
}

// reason returns what an error says, without the place that it is about.
func reason(e record.ModelError) string {
	e.SourcePath = ""
	return e.String()
}

// valid keeps JSON that a program has set by hand from being taken for more than it is.
func valid(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || json.Valid(raw) {
		return raw
	}
	return json.RawMessage(marshal(string(raw)))
}

func marshal(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("compare: " + err.Error()) // all of it is plain data
	}
	return string(data)
}

// The fields of a call that aren't metadata.
var sections = []string{"Inputs", "Outputs", "Warnings", "Errors"}

// metadata compares all other fields of the calls.
func (d *differ) metadata(a, b *record.Call) {
	if d.ignored[string(Metadata)] {
		return
	}
	d.section = Metadata
	before, after := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	request := reflect.TypeFor[record.RequestMeta]()
	for i := range before.NumField() {
		field := before.Type().Field(i)
		switch {
		case !field.IsExported() || slices.Contains(sections, field.Name):
		case field.Type == request:
			d.request(before, after, before.Field(i), after.Field(i))
		default:
			d.field(fieldName(field), before.Field(i), after.Field(i))
		}
	}
}

// request compares what the callers asked for. What merely repeats a field of the
// calls isn't reported twice.
func (d *differ) request(callA, callB, a, b reflect.Value) {
	if d.ignored[string(Metadata)+".Request"] {
		return
	}
	for i := range a.NumField() {
		field := a.Type().Field(i)
		before, after := a.Field(i), b.Field(i)
		ownA, ownB := callA.FieldByName(field.Name), callB.FieldByName(field.Name)
		if ownA.IsValid() && sameText(before, ownA) && sameText(after, ownB) {
			continue
		}
		d.field("Request."+fieldName(field), before, after)
	}
}

// fieldName returns the name of a field of a call for reading, with its unit: as a
// CSV export has it, or else the words of its name in Go.
func fieldName(field reflect.StructField) string {
	switch field.Name {
	case "ID":
		return "Call ID"
	case "User":
		return "User name"
	case "Purpose":
		return "Call purpose"
	}
	name := words(field.Name)
	if field.Type == reflect.TypeFor[time.Duration]() {
		name += " (ms)"
	}
	return name
}

// words takes a name in Go apart: TransactionDate is Transaction date, and VersionID
// is Version ID.
func words(name string) string {
	isLower := func(i int) bool { return i < len(name) && name[i] >= 'a' }
	var b strings.Builder
	for i := range len(name) {
		if i == 0 || isLower(i) || !isLower(i-1) && !isLower(i+1) {
			b.WriteByte(name[i])
			continue
		}
		letter := name[i : i+1]
		if isLower(i + 1) {
			letter = strings.ToLower(letter)
		}
		b.WriteString(" " + letter)
	}
	return b.String()
}

func sameText(a, b reflect.Value) bool { return fieldText(a) == fieldText(b) }

func (d *differ) field(name string, a, b reflect.Value) {
	textA, textB, field := fieldText(a), fieldText(b), string(Metadata)+"."+name
	if textA == textB || d.ignored[field] {
		return
	}
	before, after := d.parse(textA, field), d.parse(textB, field)
	d.node(place{path: name, field: name}, &before, &after)
}

// fieldText returns a field as JSON. A zero field is missing, since a call doesn't
// tell more of it. Durations are in milliseconds, as in the record.
func fieldText(v reflect.Value) string {
	if v.IsZero() {
		return ""
	}
	switch field := v.Interface().(type) {
	case time.Duration:
		return millis(field)
	case time.Time:
		return marshal(field.Format(time.RFC3339Nano))
	case json.RawMessage:
		return string(valid(field))
	default:
		return marshal(field)
	}
}

// millis returns a duration in milliseconds, exactly.
func millis(d time.Duration) string {
	nanoseconds, _ := decimal.Parse(strconv.FormatInt(int64(d), 10))
	return nanoseconds.Shift(-6).String()
}
