package generate

import (
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// prepare makes the generator's input of a document. The document itself
// stays as it is: what the generator can't express is no fault of it.
func prepare(root map[string]any, facade coverage.Facade) (map[string]any, []string) {
	input := document.Clone(root).(map[string]any)
	notes := append(serverNotes(input), hold(input, facade)...)
	nameDeepReferences(input)
	dropUnseen(input)
	return input, append(notes, rawJSON(input)...)
}

// dropUnseen takes out what the generator doesn't look at, or sees wrongly: the
// schemas of JSON within strings; that a string holds text of some kind, which
// it would take for a file; and null in enums, which it would make a constant
// of, although a pointer says already that a value may be null.
func dropUnseen(input map[string]any) {
	document.Walk(input, func(_ string, object map[string]any) {
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
