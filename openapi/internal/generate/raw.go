package generate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// rawJSON replaces the schemas that Go has no type for: those of several
// types other than null, boolean schemas, those that say nothing of the type,
// and whatever combines one of them with others. In bodies they become
// json.RawMessage, which keeps every digit; in parameters, which are text
// anyway, they become strings.
func rawJSON(input map[string]any) []string {
	m := rawMapper{root: input, seen: map[string]bool{}}
	for _, component := range document.Reached(input, []any{input["paths"], input["webhooks"]}) {
		section, name, _ := strings.Cut(component, "/")
		m.seen["/components/"+section+"/"+document.Escape(name)] = true
	}
	components, _ := input["components"].(map[string]any)
	m.members(components["schemas"], "/components/schemas", false)
	document.Walk(input, func(pointer string, object map[string]any) {
		if schema, ok := object["schema"]; ok && !strings.HasPrefix(pointer, "/components/schemas/") {
			_, parameter := object["in"].(string)
			object["schema"] = m.schema(schema, pointer+"/schema", parameter)
		}
	})
	return m.notes
}

type rawMapper struct {
	root  map[string]any
	seen  map[string]bool // the components that become Go types
	notes []string
}

// members maps every schema of a container.
func (m *rawMapper) members(container any, pointer string, text bool) {
	object, _ := container.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		object[name] = m.schema(object[name], pointer+"/"+document.Escape(name), text)
	}
}

// schema maps one schema and those within it. text says that its values are
// sent as text.
func (m *rawMapper) schema(value any, pointer string, text bool) any {
	object, isObject := value.(map[string]any)
	if _, ours := object["x-go-type"]; ours {
		return value
	}
	if why := m.inexpressible(value, 0); why != "" {
		if why != untyped && m.becomesGo(pointer) {
			m.notes = append(m.notes, fmt.Sprintf("%s: %s: %s in Go", pointer, why, goForm(text)))
		}
		return raw(object, text)
	}
	if isObject {
		m.within(object, pointer, text)
	}
	return value
}

// within maps the schemas within one. The branches of a combination stay as
// they are, for one without a type only adds conditions to the others.
func (m *rawMapper) within(object map[string]any, pointer string, text bool) {
	m.members(object["properties"], pointer+"/properties", text)
	if items, ok := object["items"]; ok {
		object["items"] = m.schema(items, pointer+"/items", text)
	}
	if values, ok := object["additionalProperties"].(map[string]any); ok {
		object["additionalProperties"] = m.schema(values, pointer+"/additionalProperties", text)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := object[keyword].([]any)
		for i := range list {
			if branch, ok := list[i].(map[string]any); ok {
				m.within(branch, pointer+"/"+keyword+"/"+strconv.Itoa(i), text)
			}
		}
	}
}

// becomesGo reports whether a schema comes to be part of the generated code.
func (m *rawMapper) becomesGo(pointer string) bool {
	tokens := strings.SplitN(pointer, "/", 5)
	return tokens[1] != "components" || m.seen[strings.Join(tokens[:min(4, len(tokens))], "/")]
}

func goForm(text bool) string {
	if text {
		return "a string"
	}
	return "raw JSON (json.RawMessage)"
}

// raw is the schema to put in place of one that Go has no type for.
func raw(object map[string]any, text bool) map[string]any {
	replaced := map[string]any{}
	for _, keyword := range []string{"description", "deprecated", "x-go-name"} {
		if value, ok := object[keyword]; ok {
			replaced[keyword] = value
		}
	}
	if text {
		replaced["type"] = "string"
		return replaced
	}
	replaced["x-go-type"] = "json.RawMessage"
	replaced["x-go-type-skip-optional-pointer"] = true
	return replaced
}

const untyped = "of any type"

// typed are the keywords that tell a schema's type, or lead to what does.
var typed = []string{"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "properties", "additionalProperties", "items"}

// inexpressible says why Go has no type for a schema, or nothing.
func (m *rawMapper) inexpressible(value any, depth int) string {
	object, ok := value.(map[string]any)
	if !ok {
		return "a boolean schema"
	}
	if _, ours := object["x-go-type"]; ours || depth > 100 {
		return ""
	}
	if severalTypes(object["type"]) {
		return "of several types"
	}
	if _, ok := object["$dynamicRef"]; ok {
		return "a dynamic reference"
	}
	if !slices.ContainsFunc(typed, func(keyword string) bool { _, ok := object[keyword]; return ok }) {
		return untyped
	}
	return m.combines(object, depth)
}

// combines says whether a schema is combined of others that Go has no type
// for. A schema that only adds conditions, without a type, is no such one.
func (m *rawMapper) combines(object map[string]any, depth int) string {
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := object[keyword].([]any)
		for _, part := range list {
			if why := m.part(part, depth); why != "" && why != untyped {
				return "combined with a schema that is " + strings.TrimPrefix(why, "combined with a schema that is ")
			}
		}
	}
	return ""
}

func (m *rawMapper) part(part any, depth int) string {
	if object, ok := part.(map[string]any); ok && object["$ref"] != nil {
		part = resolve(m.root, part)
	}
	return m.inexpressible(part, depth+1)
}

func severalTypes(value any) bool {
	types, _ := value.([]any)
	count := 0
	for _, name := range types {
		if name != "null" {
			count++
		}
	}
	return count > 1
}
