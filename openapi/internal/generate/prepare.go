package generate

import (
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// prepare makes the generator's input of a document. The document itself
// stays as it is: what the generator can't express is no fault of it.
func prepare(root map[string]any, known facade.List, where check.Where) (map[string]any, []string) {
	input := document.Clone(root).(map[string]any)
	notes := hold(input, known)
	dropUnseen(input)
	dropUnused(input)
	return input, append(notes, rawJSON(input, where)...)
}

// dropUnused takes out the components that no operation uses: the generator
// keeps those that use themselves.
func dropUnused(input map[string]any) {
	components, _ := input["components"].(map[string]any)
	used := document.Reached(input, input["paths"])
	for section, value := range components {
		if members, ok := value.(map[string]any); ok && section != "securitySchemes" {
			maps.DeleteFunc(members, func(name string, _ any) bool { return !slices.Contains(used, section+"/"+name) })
		}
	}
}

// dropUnseen takes out what the generator doesn't look at, or sees wrongly: the
// security of operations, which package spark takes care of; extensions that
// aren't about Go; the schemas of JSON within strings; that a string holds text
// of some kind, which it would take for a file; and null in enums, which it
// would make a constant of, although a pointer says already that a value may be
// null.
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
		if kind, _ := object["contentMediaType"].(string); isText(kind) {
			delete(object, "contentMediaType")
		}
		if values, ok := object["enum"].([]any); ok && len(values) > 1 {
			object["enum"] = slices.DeleteFunc(values, func(value any) bool { return value == nil })
		}
	})
}

// isText reports whether a media type is one of text.
func isText(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.HasSuffix(mediaType, "json") || strings.HasSuffix(mediaType, "xml")
}
