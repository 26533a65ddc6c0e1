package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// parameters compares the parameters of an operation.
func (d *differ) parameters(one, other []surface.Parameter) {
	for _, in := range []string{"path", "query", "header", "cookie"} {
		d.fields(PartRequest, in+" parameter", inPlace(one, in), inPlace(other, in))
	}
}

func inPlace(parameters []surface.Parameter, in string) []surface.Field {
	var fields []surface.Field
	for _, parameter := range parameters {
		if parameter.In == in {
			fields = append(fields, parameter.Field)
		}
	}
	return fields
}

// body compares what requests may hold.
func (d *differ) body(one, other *surface.Body) {
	switch {
	case one == nil && other == nil:
	case one == nil:
		d.add(PartRequest, Added, "", "the operation now takes a body")
		d.contents(PartRequest, "request", nil, other.Contents)
	case other == nil:
		d.add(PartRequest, Removed, "", "the operation no longer takes a body")
	default:
		d.required(PartRequest, "the request body", "", one.Required, other.Required)
		d.contents(PartRequest, "request", one.Contents, other.Contents)
	}
}

// answers compares what an operation may answer.
func (d *differ) answers(one, other []surface.Answer) {
	before, after := map[string]surface.Answer{}, map[string]surface.Answer{}
	for _, answer := range one {
		before[answer.Status] = answer
	}
	for _, answer := range other {
		after[answer.Status] = answer
	}
	for _, status := range union(before, after) {
		older, had := before[status]
		newer, has := after[status]
		switch {
		case !had:
			d.add(PartAnswer, Added, status, "answer %s added: %s", status, newer.Description)
		case !has:
			d.add(PartAnswer, Removed, status, "answer %s removed", status)
			continue
		case older.Description != newer.Description:
			d.add(PartAnswer, Reworded, status, "answer %s: description changed", status)
		}
		d.contents(PartAnswer, "answer "+status, older.Contents, newer.Contents)
		d.fields(PartAnswer, "answer "+status+" header", older.Headers, newer.Headers)
	}
}

// contents compares bodies by their media types.
func (d *differ) contents(part Part, what string, one, other []surface.Content) {
	before, after := map[string]surface.Content{}, map[string]surface.Content{}
	for _, content := range one {
		before[content.MediaType] = content
	}
	for _, content := range other {
		after[content.MediaType] = content
	}
	for _, mediaType := range union(before, after) {
		older, had := before[mediaType]
		newer, has := after[mediaType]
		label := what + " field"
		if len(before) > 1 || len(after) > 1 {
			label = what + " (" + mediaType + ") field"
		}
		switch {
		case !had && len(before) > 0:
			d.add(part, Added, mediaType, "%s may be %s", what, mediaType)
		case !has:
			d.add(part, Removed, mediaType, "%s may no longer be %s", what, mediaType)
			continue
		}
		d.fields(part, label, older.Fields, newer.Fields)
	}
}

// fields compares lists of fields.
func (d *differ) fields(part Part, label string, one, other []surface.Field) {
	before, after := byName(one), byName(other)
	for _, pair := range renamings(before, after) {
		d.add(part, Renamed, pair.to, "%s %s renamed to %s (%s)", label, pair.from, pair.to, pair.why)
		before = withPrefix(before, pair.from, pair.to)
	}
	for _, name := range union(before, after) {
		older, had := before[name]
		newer, has := after[name]
		what := strings.TrimSpace(label + " " + name)
		if name == "" {
			what = strings.TrimSuffix(label, " field") + " body"
		}
		switch {
		case !had:
			d.add(part, Added, name, "%s added: %s, %s", what, newer.Type, needed(newer.Required))
		case !has:
			if _, around := after[parent(name)]; around || parent(name) == "" {
				d.add(part, Removed, name, "%s removed (was %s)", what, older.Type)
			}
		default:
			d.field(part, what, name, older, newer)
		}
	}
}

func byName(fields []surface.Field) map[string]surface.Field {
	found := map[string]surface.Field{}
	for _, field := range fields {
		found[field.Name] = field
	}
	return found
}

func needed(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

// field compares one field that both have.
func (d *differ) field(part Part, what, name string, older, newer surface.Field) {
	if older.Type != newer.Type {
		d.add(part, Retyped, name, "%s retyped: was %s, is %s", what, older.Type, newer.Type)
	}
	d.required(part, what, name, older.Required, newer.Required)
	for _, keyword := range union(older.Rules, newer.Rules) {
		if before, after := older.Rules[keyword], newer.Rules[keyword]; before != after {
			d.add(part, Limited, name, "%s: %s was %s, is %s", what, keyword, orNothing(before), orNothing(after))
		}
	}
	if older.Description != newer.Description {
		d.add(part, Reworded, name, "%s: description changed", what)
	}
}

func (d *differ) required(part Part, what, name string, older, newer bool) {
	switch {
	case !older && newer:
		d.add(part, Required, name, "%s made required", what)
	case older && !newer:
		d.add(part, Optional, name, "%s made optional", what)
	}
}

func orNothing(rule string) string {
	if rule == "" {
		return "not set"
	}
	return rule
}

// renaming is a field that has another name and is otherwise the same.
type renaming struct {
	from, to, why string
}

// renamings pairs fields that are gone with new ones in the same place that
// are the same otherwise: by their descriptions, or where there is one pair
// only.
func renamings(before, after map[string]surface.Field) []renaming {
	gone, come := onlyIn(before, after), onlyIn(after, before)
	var found []renaming
	for _, from := range gone {
		var same, alike []string
		for _, to := range come {
			if parent(from) == parent(to) && similar(before[from], after[to]) {
				alike = append(alike, to)
				if before[from].Description == after[to].Description && before[from].Description != "" {
					same = append(same, to)
				}
			}
		}
		switch {
		case len(same) == 1:
			found = append(found, renaming{from, same[0], "same type and description"})
		case len(alike) == 1 && sole(gone, before[from], before, from):
			found = append(found, renaming{from, alike[0], "same type, the only one gone and the only one new here"})
		}
	}
	return distinct(found)
}

// onlyIn are the fields that only these have, without those that went or came
// together with the field around them.
func onlyIn(these, those map[string]surface.Field) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(these)) {
		_, both := those[name]
		_, around := those[parent(name)]
		if !both && (around || parent(name) == "") {
			names = append(names, name)
		}
	}
	return names
}

func similar(a, b surface.Field) bool {
	return a.Type == b.Type && maps.Equal(a.Rules, b.Rules)
}

// sole reports whether no other field in the same place that is gone is like it.
func sole(gone []string, field surface.Field, before map[string]surface.Field, name string) bool {
	return !slices.ContainsFunc(gone, func(other string) bool {
		return other != name && parent(other) == parent(name) && similar(before[other], field)
	})
}

// distinct keeps renamings whose new names aren't claimed twice.
func distinct(found []renaming) []renaming {
	claims := map[string]int{}
	for _, pair := range found {
		claims[pair.to]++
	}
	return slices.DeleteFunc(found, func(pair renaming) bool { return claims[pair.to] > 1 })
}

// parent is the name of the field around a field, empty at the top.
func parent(name string) string {
	if list, ok := strings.CutSuffix(name, "[]"); ok {
		return list
	}
	cut := strings.LastIndexByte(name, '.')
	return name[:max(cut, 0)]
}

// withPrefix gives a field, and those within it, another name.
func withPrefix(fields map[string]surface.Field, from, to string) map[string]surface.Field {
	moved := map[string]surface.Field{}
	for name, field := range fields {
		if rest, ok := strings.CutPrefix(name, from); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			name = to + rest
		}
		moved[name] = field
	}
	return moved
}
