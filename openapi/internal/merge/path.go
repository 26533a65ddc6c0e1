package merge

import (
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// paths joins in a document's paths. Documents may share a path and have
// different methods of it; all else that stands at the path must be equal,
// absent parts included, for it holds for every method.
func (m *merger) paths(doc *document.Document, value any) {
	items, _ := value.(map[string]any)
	into := m.container(m.root, "paths")
	for _, path := range slices.Sorted(maps.Keys(items)) {
		pointer := "/paths/" + document.Escape(path)
		if extension(path) {
			settle(into, path, items[path])
		} else if item, ok := items[path].(map[string]any); ok {
			m.item(doc, into, path, item, pointer)
		}
	}
}

func (m *merger) item(doc *document.Document, into map[string]any, path string, item map[string]any, pointer string) {
	have, exists := into[path].(map[string]any)
	if !exists {
		into[path] = item
		m.origins[pointer] = doc
		for key := range item {
			m.origins[pointer+"/"+document.Escape(key)] = doc
		}
		return
	}
	if at := difference(common(have), common(item)); at != "" {
		m.conflict(doc, pointer+at)
	}
	for _, method := range page.Methods {
		if operation, ok := item[method]; ok {
			m.part(doc, have, method, operation, pointer+"/"+method)
		}
	}
}

// common is what a path item says for all its methods.
func common(item map[string]any) map[string]any {
	rest := maps.Clone(item)
	for _, method := range page.Methods {
		delete(rest, method)
	}
	return rest
}

func extension(key string) bool { return strings.HasPrefix(key, "x-") }
