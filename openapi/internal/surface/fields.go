package surface

import (
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// maxFields bounds how many fields of one body are listed. Schemas that share
// parts again and again could have more fields than memory holds.
const maxFields = 5000

// fields lists the fields of a schema, the whole value first.
func (r reader) fields(schema any) []Field {
	l := lister{reader: r, open: map[string]bool{}}
	l.list("", []any{schema}, false)
	return l.fields
}

type lister struct {
	reader
	open   map[string]bool // references on the way to the present field
	fields []Field
}

// list adds the field that the schemas describe together, and those within it.
func (l *lister) list(name string, schemas []any, required bool) {
	if len(l.fields) >= maxFields {
		return
	}
	s := shape{members: map[string]member{}, rules: map[string]string{}}
	opened := map[string]bool{}
	for _, schema := range schemas {
		l.collect(&s, schema, false, opened)
	}
	l.fields = append(l.fields, Field{Name: name, Type: s.typeName(l), Required: required, Description: s.description, Rules: s.rules})
	maps.Copy(l.open, opened)
	for _, key := range slices.Sorted(maps.Keys(s.members)) {
		member := s.members[key]
		inner := key
		if name != "" {
			inner = name + "." + key
		}
		l.list(inner, member.schemas, member.required)
	}
	if len(s.items) > 0 {
		l.list(name+"[]", s.items, false)
	}
	if len(s.values) > 0 {
		l.list(strings.TrimPrefix(name+".*", "."), s.values, false)
	}
	for pointer := range opened {
		delete(l.open, pointer)
	}
}

// shape is what several schemas say together of one value.
type shape struct {
	types       []string
	null        bool
	description string
	members     map[string]member
	items       []any
	values      []any
	rules       map[string]string
	recursive   string
}

type member struct {
	schemas  []any
	required bool
}

// structural are the keywords that fields show in other ways, and those that
// are comments.
var structural = []string{
	"$comment", "$defs", "$ref", "additionalProperties", "allOf", "anyOf", "contentSchema", "description", "example",
	"examples", "format", "items", "oneOf", "properties", "required", "title", "type",
}

// collect adds what one schema says. An alternative is one of several, so what
// it requires need not be there.
func (l *lister) collect(s *shape, value any, alternative bool, opened map[string]bool) {
	schema, ok := value.(map[string]any)
	if !ok {
		if value == false {
			s.rules["false"] = "true"
		}
		return
	}
	if ref, ok := schema["$ref"].(string); ok {
		l.follow(s, ref, alternative, opened)
	}
	if s.description == "" {
		s.description = text(schema["description"])
	}
	s.addTypes(schema)
	for keyword, value := range schema {
		if !slices.Contains(structural, keyword) {
			s.rules[keyword] = joined(s.rules[keyword], compact(value))
		}
	}
	l.collectMembers(s, schema, alternative)
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		branches, _ := schema[keyword].([]any)
		for _, branch := range branches {
			l.collect(s, branch, alternative || keyword != "allOf", opened)
		}
	}
	if content, ok := schema["contentSchema"]; ok { // JSON within a string: its members count as the value's own
		inner := shape{members: s.members, rules: map[string]string{}, description: s.description}
		l.collect(&inner, content, true, opened)
	}
}

func joined(have, more string) string {
	if have == "" || have == more {
		return more
	}
	return have + " and " + more
}

func (l *lister) follow(s *shape, ref string, alternative bool, opened map[string]bool) {
	pointer, _ := document.Target(ref)
	if l.open[pointer] {
		s.recursive = pointer[strings.LastIndexByte(pointer, '/')+1:]
		return
	}
	if opened[pointer] {
		return
	}
	opened[pointer] = true
	target, _ := document.Find(l.root, pointer)
	l.collect(s, target, alternative, opened)
}

func (l *lister) collectMembers(s *shape, schema map[string]any, alternative bool) {
	required, _ := schema["required"].([]any)
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		have := s.members[name]
		have.schemas = append(have.schemas, property)
		have.required = have.required || !alternative && slices.Contains(required, any(name))
		s.members[name] = have
	}
	if items, ok := schema["items"]; ok {
		s.items = append(s.items, items)
	}
	switch values := schema["additionalProperties"].(type) {
	case map[string]any:
		s.values = append(s.values, values)
	case bool:
		s.rules["additionalProperties"] = compact(values)
	}
}

func (s *shape) addTypes(schema map[string]any) {
	names, isList := schema["type"].([]any)
	if !isList && schema["type"] != nil {
		names = []any{schema["type"]}
	}
	for _, value := range names {
		name := text(value)
		if name == "null" {
			s.null = true
			continue
		}
		if format := text(schema["format"]); format != "" {
			name += " (" + format + ")"
		}
		if !slices.Contains(s.types, name) {
			s.types = append(s.types, name)
		}
	}
}

// typeName is the shape's type in words.
func (s *shape) typeName(l *lister) string {
	types := slices.Clone(s.types)
	if len(types) == 0 && s.recursive != "" {
		types = []string{s.recursive + " again"}
	}
	if len(types) == 0 && len(s.members) > 0 {
		types = []string{"object"}
	}
	for i, name := range types {
		if name == "array" && len(s.items) > 0 {
			types[i] = "list of " + bracketed(l.nameOf(s.items))
		}
	}
	if len(types) == 0 {
		types = []string{"anything"}
	}
	slices.Sort(types)
	if s.null {
		types = append(types, "null")
	}
	return strings.Join(types, " or ")
}

// bracketed keeps a choice of types together.
func bracketed(name string) string {
	if strings.Contains(name, " or ") {
		return "(" + name + ")"
	}
	return name
}

// nameOf is the type in words of the value that schemas describe together.
func (l *lister) nameOf(schemas []any) string {
	s := shape{members: map[string]member{}, rules: map[string]string{}}
	opened := map[string]bool{}
	for _, schema := range schemas {
		l.collect(&s, schema, false, opened)
	}
	maps.Copy(l.open, opened)
	defer func() {
		for pointer := range opened {
			delete(l.open, pointer)
		}
	}()
	return s.typeName(l)
}
