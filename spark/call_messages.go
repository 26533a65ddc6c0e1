package spark

import (
	"encoding/json"
	"strconv"
)

// warnings decodes the model's warnings, which come in the same forms as errors
// with fewer members.
func (d *decoder) warnings(p place) []ModelWarning {
	var warnings []ModelWarning
	for _, e := range d.errors(p) {
		warnings = append(warnings, ModelWarning{SourcePath: e.SourcePath, Message: e.Message})
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
