package record

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// ModelWarning is a warning of the model. An entry of the record that is not an
// object is the Message as it stands.
type ModelWarning struct {
	SourcePath string `json:"source_path,omitempty"` // cell or input that it is about
	Message    string `json:"message"`               // where the record has none, the reason as for a [ModelError]
}

// ModelError is an error of the model. An entry of the record that is not an object
// is the Message as it stands.
type ModelError struct {
	SourcePath        string          `json:"source_path,omitempty"` // cell or input that it is about
	Message           string          `json:"message"`               // may be empty; [ModelError.String] then has the reason
	Category          string          `json:"error_category,omitempty"`
	Type              string          `json:"error_type,omitempty"`
	AdditionalDetails json.RawMessage `json:"additional_details,omitempty"` // a string or an object of string lists; nil where there are none
}

// String returns the message, after the place that it is about if there is one. It is
// "no message" where the record gives no reason.
func (w ModelWarning) String() string { return placedMessage(w.SourcePath, said(w.Message)) }

// String returns why the model failed, after the place that it is about if there is
// one: the message, else the additional details with category and type in
// parentheses, else category and type alone, else "no message".
func (e ModelError) String() string { return placedMessage(e.SourcePath, said(e.reason())) }

// said returns a reason, or that there is none, so that no error looks like none.
func said(reason string) string {
	if strings.TrimSpace(reason) == "" {
		return "no message"
	}
	return reason
}

func (e ModelError) reason() string {
	if strings.TrimSpace(e.Message) != "" {
		return e.Message
	}
	kind := joinTexts(", ", e.Category, e.Type)
	details := detailsText(e.AdditionalDetails)
	if details != "" && kind != "" {
		return details + " (" + kind + ")"
	}
	return details + kind
}

// detailsText writes additional details in words: a string as it is, and lists of
// strings by name. Anything else stays JSON.
func detailsText(details json.RawMessage) string {
	var one string
	if json.Unmarshal(details, &one) == nil {
		return one
	}
	if list, ok := textsOf(details); ok {
		return strings.Join(list, ", ")
	}
	if !json.Valid(details) || details[0] != '{' {
		return string(details)
	}
	var named []string
	for name, value := range (Values{&members{json: string(details)}}).All() {
		list, ok := textsOf(value.JSON())
		if !ok {
			list = []string{value.String()}
		}
		named = append(named, placedMessage(name, strings.Join(list, ", ")))
	}
	return strings.Join(named, "; ")
}

// textsOf reads a list of strings.
func textsOf(list json.RawMessage) (texts []string, ok bool) {
	return texts, json.Unmarshal(list, &texts) == nil && list[0] == '['
}

func joinTexts(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

func placedMessage(place, message string) string {
	if place == "" || message == "" {
		return place + message
	}
	return place + ": " + message
}

// warnings decodes the model's warnings, which come in the same forms as errors
// with fewer members.
func (d *decoder) warnings(p place) []ModelWarning {
	var warnings []ModelWarning
	for _, e := range d.errors(p) {
		warnings = append(warnings, ModelWarning{SourcePath: e.SourcePath, Message: e.reason()})
	}
	return warnings
}

// errors decodes the model's errors: null, a string, an object, or a list of these.
func (d *decoder) errors(p place) []ModelError {
	value, ok := d.value(p)
	if !ok || value == `""` || value == "{}" {
		return nil
	}
	if value[0] != '[' {
		return []ModelError{d.error(p, "", value)}
	}
	var errors []ModelError
	for i, element := range entriesOf(value, 1) {
		if item := element.Value.In(value); item != "null" {
			errors = append(errors, d.error(p, "["+strconv.Itoa(i)+"]", item))
		}
	}
	return errors
}

// error decodes one error, at the given index of the list if it stands in one.
func (d *decoder) error(p place, index, item string) ModelError {
	path := func() string { return d.path(p) + index }
	switch item[0] {
	case '"':
		return ModelError{Message: d.unquote(item)}
	case '{':
	default:
		d.problem(path(), item, kindOf(item)+" where an object should be")
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
			d.problem(path()+"."+name, value, kindOf(value)+" where a string should be")
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
