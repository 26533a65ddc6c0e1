package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// prepare returns the generator's input for a document, and notes on the schemas
// that Go has no type for. The document stays as it is.
func prepare(root map[string]any, where check.Where) (map[string]any, []string) {
	input := document.Clone(root).(map[string]any)
	dropUnseen(input)
	dropUnused(input)
	return input, rawJSON(input, where)
}

// dropUnused takes out the components that no operation uses. The generator
// would keep those that refer to themselves.
func dropUnused(input map[string]any) {
	components, _ := input["components"].(map[string]any)
	used := document.Reached(input, input["paths"])
	for section, value := range components {
		if members, ok := value.(map[string]any); ok && section != "securitySchemes" {
			maps.DeleteFunc(members, func(name string, _ any) bool { return !slices.Contains(used, section+"/"+name) })
		}
	}
}

// dropUnseen takes out what the generator ignores or misunderstands: the security
// of operations, which package spark takes care of; extensions that aren't about
// Go; the schemas of JSON within strings; the media types of texts, which it takes
// for files; and null in enums, which it makes a constant of.
func dropUnseen(input map[string]any) {
	page.EachOperation(input, func(_, _ string, _, operation map[string]any) {
		delete(operation, "security")
		if operation["responses"] == nil { // OpenAPI 3.1 allows it, the generator doesn't
			operation["responses"] = map[string]any{"default": map[string]any{"description": ""}}
		}
	})
	document.Walk(input, func(_ string, object map[string]any) {
		maps.DeleteFunc(object, func(key string, _ any) bool {
			return strings.HasPrefix(key, "x-") && !strings.HasPrefix(key, "x-go-")
		})
		delete(object, "contentSchema")
		media, _ := object["contentMediaType"].(string)
		if strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") {
			delete(object, "contentMediaType")
		}
		if values, ok := object["enum"].([]any); ok && len(values) > 1 {
			object["enum"] = slices.DeleteFunc(values, func(value any) bool { return value == nil })
		}
	})
}

// rawJSON replaces the schemas that Go has no type for: those of several types
// other than null, those without a type, references into the middle of a schema,
// those with members that Go can't name, and combinations with one of these. In
// bodies they become json.RawMessage, which keeps every digit; in parameters,
// which are text anyway, they become strings.
func rawJSON(input map[string]any, where check.Where) []string {
	m := rawMapper{root: input, parameters: map[string]bool{}, typed: map[string]bool{}, reasons: map[string]string{}}
	document.Walk(input, m.object)
	document.WalkSchemas(input, m.schema)
	var notes []string
	for _, pointer := range slices.Sorted(maps.Keys(m.reasons)) {
		found, _ := document.Find(input, pointer)
		schema, ok := found.(map[string]any)
		if !ok {
			continue // it is part of one that was replaced
		}
		maps.DeleteFunc(schema, func(key string, _ any) bool {
			return key != "description" && key != "deprecated" && key != "x-go-name"
		})
		form := "raw JSON (json.RawMessage)"
		if within(m.parameters, pointer) {
			form, schema["type"] = "a string", "string"
		} else {
			schema["x-go-type"], schema["x-go-type-skip-optional-pointer"] = "json.RawMessage", true
		}
		if reason := m.reasons[pointer]; reason != untyped {
			notes = append(notes, fmt.Sprintf("%s: %s: %s in Go", where(pointer), reason, form))
		}
	}
	return notes
}

type rawMapper struct {
	root       map[string]any
	parameters map[string]bool   // pointers of the schemas of parameters
	typed      map[string]bool   // pointers of the schemas that name their Go type
	reasons    map[string]string // pointers of the schemas to replace, and why
}

// object notes the schemas of parameters, and writes boolean schemas as objects.
func (m *rawMapper) object(pointer string, object map[string]any) {
	if _, parameter := object["in"].(string); parameter {
		m.parameters[pointer+"/schema"] = true
	}
	for _, key := range []string{"schema", "items"} {
		if _, ok := object[key].(bool); ok {
			object[key] = map[string]any{}
		}
	}
	for _, key := range []string{"schemas", "properties"} {
		members, _ := object[key].(map[string]any)
		for name, member := range members {
			if _, ok := member.(bool); ok {
				members[name] = map[string]any{}
			}
		}
	}
}

// schema notes a schema that must be replaced. Only one that becomes a Go type
// counts: one that stands by itself, or is that of a member, an element or a
// value. A branch of a combination only adds conditions to the others.
func (m *rawMapper) schema(pointer string, schema map[string]any) {
	if _, ok := schema["x-go-type"]; ok {
		m.typed[pointer] = true
	}
	keys := document.Tokens(pointer)
	last, holder := keys[len(keys)-1], keys[len(keys)-2]
	becomesType := last == "schema" || last == "items" || last == "additionalProperties" || holder == "properties" || holder == "schemas"
	if within(m.typed, pointer) || !becomesType {
		return
	}
	if reason := m.inexpressible(schema, 0); reason != "" {
		m.reasons[pointer] = reason
	}
}

// within reports whether a pointer leads to one of the parts, or into one.
func within(parts map[string]bool, pointer string) bool {
	for pointer != "" && !parts[pointer] {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return pointer != ""
}

const (
	// componentDepth is how many keys lead to a component, such as
	// #/components/schemas/Thing.
	componentDepth = 3
	// maxCombined bounds how deep combinations are followed, since they may refer
	// to each other in a circle.
	maxCombined = 100

	untyped  = "of any type"
	combined = "combined with a schema that is "
)

// typeKeywords are the keywords that give a schema a type, or lead to one.
var typeKeywords = []string{"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "properties", "additionalProperties", "items"}

// inexpressible returns why Go has no type for a schema, or nothing.
func (m *rawMapper) inexpressible(schema map[string]any, depth int) string {
	if _, typed := schema["x-go-type"]; typed || depth > maxCombined {
		return ""
	}
	if ref, _ := schema["$ref"].(string); strings.Count(ref, "/") > componentDepth {
		return "a reference into the middle of a schema"
	}
	types, _ := schema["type"].([]any)
	if types = slices.DeleteFunc(slices.Clone(types), func(name any) bool { return name == "null" }); len(types) > 1 {
		return "of several types"
	}
	if !slices.ContainsFunc(typeKeywords, func(keyword string) bool { _, ok := schema[keyword]; return ok }) {
		return untyped
	}
	if name, ok := unnameable(schema); ok {
		return fmt.Sprintf("with the member %q, which Go can't name beside the others", name)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		parts, _ := schema[keyword].([]any)
		for _, part := range parts {
			reason := m.inexpressible(document.Resolve(m.root, part), depth+1)
			if reason != "" && reason != untyped { // one without a type only adds conditions
				return combined + strings.TrimPrefix(reason, combined)
			}
		}
	}
	return ""
}

// unnameable finds a member that has no letter, whose name can't stand in a
// struct tag, or that has the Go name of another.
func unnameable(schema map[string]any) (string, bool) {
	properties, _ := schema["properties"].(map[string]any)
	taken := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		goName := capitalized(name)
		if goName == "" || taken[goName] || strings.ContainsAny(name, "\"\\,`'") {
			return name, true
		}
		taken[goName] = true
	}
	return "", false
}

// capitalized returns the ASCII letters and digits of a name, which are those that
// the generator uses, with its words capitalized.
func capitalized(name string) string {
	var out strings.Builder
	start := true
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			start = true
		case start:
			out.WriteRune(unicode.ToUpper(r))
			start = false
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
