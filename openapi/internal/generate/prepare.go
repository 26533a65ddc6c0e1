package generate

import (
	"encoding/json"
	"slices"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// prepare makes the generator's input of a document. The document itself
// stays as it is: what the generator can't express is no fault of it.
func prepare(root map[string]any, facade coverage.Facade) (map[string]any, []string) {
	input := clone(root).(map[string]any)
	notes := hold(input, facade)
	nameDeepReferences(input)
	dropNulls(input)
	return input, append(notes, rawJSON(input)...)
}

// dropNulls takes null out of enums: the generator would make a constant of it,
// and says by a pointer that a value may be null.
func dropNulls(input map[string]any) {
	document.Walk(input, func(_ string, object map[string]any) {
		if values, ok := object["enum"].([]any); ok && len(values) > 1 {
			object["enum"] = slices.DeleteFunc(values, func(value any) bool { return value == nil })
		}
	})
}

// clone copies a value and all that is in it.
func clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, member := range value {
			copied[key] = clone(member)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = clone(element)
		}
		return copied
	case json.Number, string, bool, nil:
		return value
	}
	return value
}
