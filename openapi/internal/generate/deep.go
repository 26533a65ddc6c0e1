package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// nameDeepReferences gives names to parts of the document that references
// lead into, such as #/components/schemas/Pet/properties/name: the generator
// knows schemas under components only. The part moves there, and both its old
// place and the references refer to it.
func nameDeepReferences(input map[string]any) {
	deep := map[string]string{}
	var pointers []string
	for _, reference := range document.References(input) {
		pointer, _ := document.Target(reference.Ref)
		if tokens := document.Tokens(pointer); len(tokens) > 3 && deep[pointer] == "" {
			deep[pointer] = unusedName(input, deep, tokens)
			pointers = append(pointers, pointer)
		}
	}
	// The deepest first: a part may hold another part.
	slices.SortFunc(pointers, func(a, b string) int { return cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")) })
	for _, pointer := range pointers {
		moveToComponents(input, pointer, deep[pointer])
	}
	document.Walk(input, func(_ string, object map[string]any) {
		ref, _ := object["$ref"].(string)
		pointer, _ := document.Target(ref)
		if name := deep[pointer]; name != "" {
			object["$ref"] = schemaReference(name)
		}
	})
}

func schemaReference(name string) string { return "#/components/schemas/" + name }

func schemas(input map[string]any) map[string]any {
	components, ok := input["components"].(map[string]any)
	if !ok {
		components = map[string]any{}
		input["components"] = components
	}
	schemas, ok := components["schemas"].(map[string]any)
	if !ok {
		schemas = map[string]any{}
		components["schemas"] = schemas
	}
	return schemas
}

// moveToComponents moves the part at a pointer.
func moveToComponents(input map[string]any, pointer, name string) {
	cut := strings.LastIndexByte(pointer, '/')
	holder, _ := document.Find(input, pointer[:cut])
	part, _ := document.Find(input, pointer)
	schemas(input)[name] = part
	reference := map[string]any{"$ref": schemaReference(name)}
	key := document.Tokens(pointer[cut:])[0]
	switch holder := holder.(type) {
	case map[string]any:
		holder[key] = reference
	case []any:
		if index := slices.IndexFunc(holder, func(element any) bool { return sameObject(element, part) }); index >= 0 {
			holder[index] = reference
		}
	}
}

func sameObject(a, b any) bool {
	one, ok := a.(map[string]any)
	other, also := b.(map[string]any)
	return ok && also && fmt.Sprintf("%p", one) == fmt.Sprintf("%p", other)
}

// unusedName makes a name of the keys that lead to a part: those that say
// something, without the words of OpenAPI between them.
func unusedName(input map[string]any, taken map[string]string, tokens []string) string {
	var name strings.Builder
	for i, token := range tokens {
		if i < 2 && tokens[0] == "components" || token == "properties" || token == "schema" || token == "$defs" || token == "paths" {
			continue
		}
		name.WriteString(capitalized(token))
	}
	existing := schemas(input)
	for number := 1; ; number++ {
		candidate := name.String()
		if number > 1 {
			candidate += fmt.Sprint(number)
		}
		_, exists := existing[candidate]
		used := false
		for _, other := range taken {
			used = used || other == candidate
		}
		if !exists && !used {
			return candidate
		}
	}
}

// capitalized keeps the letters and digits of a text and capitalizes its words.
func capitalized(text string) string {
	var out strings.Builder
	start := true
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
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
