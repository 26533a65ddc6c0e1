package compare

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// message is a warning or an error as it is compared.
type message struct {
	SourcePath        string          `json:"source_path,omitempty"`
	Message           string          `json:"message,omitempty"`
	Category          string          `json:"error_category,omitempty"`
	Type              string          `json:"error_type,omitempty"`
	AdditionalDetails json.RawMessage `json:"additional_details,omitempty"`
}

func warnings(c *spark.Call) []spark.ModelError {
	list := make([]spark.ModelError, len(c.Warnings))
	for i, w := range c.Warnings {
		list[i] = spark.ModelError{SourcePath: w.SourcePath, Message: w.Message}
	}
	return list
}

func (d *differ) messages(section Section, a, b []spark.ModelError) {
	if len(a) == 0 && len(b) == 0 {
		return
	}
	d.root(section, messagesText(a), messagesText(b))
}

func messagesText(list []spark.ModelError) string {
	messages := make([]message, len(list))
	for i, e := range list {
		messages[i] = message{e.SourcePath, e.Message, e.Category, e.Type, valid(e.AdditionalDetails)}
	}
	return marshal(messages)
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

// metadata compares all other fields of the calls by their names.
func (d *differ) metadata(a, b *spark.Call) {
	if d.ignored[string(Metadata)] {
		return
	}
	d.section = Metadata
	before, after := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	request := reflect.TypeFor[spark.RequestMeta]()
	for i := range before.NumField() {
		field := before.Type().Field(i)
		switch {
		case !field.IsExported() || slices.Contains(sections, field.Name) || d.ignored[string(Metadata)+"."+field.Name]:
		case field.Type == request:
			d.request(before, after, before.Field(i), after.Field(i))
		default:
			d.field(field.Name, before.Field(i), after.Field(i))
		}
	}
}

// request compares what the callers asked for. What merely repeats a field of the
// calls isn't told twice.
func (d *differ) request(callA, callB, a, b reflect.Value) {
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		before, after := a.Field(i), b.Field(i)
		ownA, ownB := callA.FieldByName(name), callB.FieldByName(name)
		if ownA.IsValid() && sameText(before, ownA) && sameText(after, ownB) {
			continue
		}
		d.field("Request."+name, before, after)
	}
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
