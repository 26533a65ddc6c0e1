package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// rawJSON replaces the schemas that Go has no type for: those of several types
// other than null, those that say nothing of the type, references into the
// middle of a schema, those with members that Go can't name, and what combines
// one of them with others. In bodies they become json.RawMessage, which keeps every digit; in parameters, which are text
// anyway, they become strings.
func rawJSON(input map[string]any, where check.Where) []string {
	m := rawMapper{root: input, texts: map[string]bool{}, ours: map[string]bool{}, replaced: map[string]string{}}
	document.Walk(input, m.object)
	document.WalkSchemas(input, m.schema)
	var notes []string
	for _, pointer := range slices.Sorted(maps.Keys(m.replaced)) {
		found, _ := document.Find(input, pointer)
		schema, ok := found.(map[string]any)
		if !ok {
			continue // it stood in one that was replaced
		}
		text := within(m.texts, pointer)
		if why := m.replaced[pointer]; why != untyped {
			notes = append(notes, fmt.Sprintf("%s: %s: %s in Go", where(pointer), why, goForm(text)))
		}
		makeRaw(schema, text)
	}
	return notes
}

type rawMapper struct {
	root     map[string]any
	texts    map[string]bool   // pointers of the schemas of parameters
	ours     map[string]bool   // pointers of the schemas that have a Go type already
	replaced map[string]string // pointers of the schemas to replace, and why
}

// object notes the schemas of parameters, and writes boolean schemas as objects.
func (m *rawMapper) object(pointer string, object map[string]any) {
	if _, parameter := object["in"].(string); parameter {
		m.texts[pointer+"/schema"] = true
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

// schema decides about one schema. The branches of a combination stay as they
// are, for one without a type only adds conditions to the others.
func (m *rawMapper) schema(pointer string, schema map[string]any) {
	if _, ok := schema["x-go-type"]; ok {
		m.ours[pointer] = true
	}
	if within(m.ours, pointer) || !typedPlace(pointer) {
		return
	}
	if why := m.inexpressible(schema, 0); why != "" {
		m.replaced[pointer] = why
	}
}

// typedPlace reports whether a schema comes to be a Go type: whether it stands
// by itself, or is that of a member, an element or a value.
func typedPlace(pointer string) bool {
	keys := document.Tokens(pointer)
	last, holder := keys[len(keys)-1], keys[len(keys)-2]
	return last == "schema" || last == "items" || last == "additionalProperties" || holder == "properties" || holder == "schemas"
}

// within reports whether a pointer leads to one of the parts, or into one.
func within(parts map[string]bool, pointer string) bool {
	for pointer != "" && !parts[pointer] {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return pointer != ""
}

func goForm(text bool) string {
	if text {
		return "a string"
	}
	return "raw JSON (json.RawMessage)"
}

// makeRaw makes a schema one of raw JSON, or of text.
func makeRaw(schema map[string]any, text bool) {
	maps.DeleteFunc(schema, func(key string, _ any) bool {
		return key != "description" && key != "deprecated" && key != "x-go-name"
	})
	if text {
		schema["type"] = "string"
		return
	}
	schema["x-go-type"] = "json.RawMessage"
	schema["x-go-type-skip-optional-pointer"] = true
}

// componentDepth is how many keys lead to a component, such as
// #/components/schemas/Thing.
const componentDepth = 3

const untyped = "of any type"

// typed are the keywords that tell a schema's type, or lead to what does.
var typed = []string{"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "properties", "additionalProperties", "items"}

// inexpressible says why Go has no type for a schema, or nothing.
func (m *rawMapper) inexpressible(schema map[string]any, depth int) string {
	if _, ours := schema["x-go-type"]; ours || depth > 100 {
		return ""
	}
	if ref, _ := schema["$ref"].(string); strings.Count(ref, "/") > componentDepth {
		return "a reference into the middle of a schema"
	}
	types, _ := schema["type"].([]any)
	if types = slices.DeleteFunc(slices.Clone(types), func(name any) bool { return name == "null" }); len(types) > 1 {
		return "of several types"
	}
	if !slices.ContainsFunc(typed, func(keyword string) bool { _, ok := schema[keyword]; return ok }) {
		return untyped
	}
	if name, ok := unnameable(schema); ok {
		return fmt.Sprintf("with the member %q, which Go can't name beside the others", name)
	}
	return m.combines(schema, depth)
}

// combines says whether a schema is combined of others that Go has no type
// for. A schema that only adds conditions, without a type, is no such one.
func (m *rawMapper) combines(schema map[string]any, depth int) string {
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		parts, _ := schema[keyword].([]any)
		for _, part := range parts {
			why := m.inexpressible(document.Resolve(m.root, part), depth+1)
			if why != "" && why != untyped {
				return "combined with a schema that is " + strings.TrimPrefix(why, "combined with a schema that is ")
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

// capitalized keeps the letters and digits of a text that Go's generator keeps,
// and capitalizes its words.
func capitalized(text string) string {
	var out strings.Builder
	start := true
	for _, r := range text {
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
