package merge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// paths joins in a document's paths. Documents may share a path and have
// different methods of it; all else that stands at the path must be equal,
// absent parts included, for it holds for every method.
func (m *merger) paths(doc *document.Document, value any) error {
	items, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: paths must be an object", doc.Where("/paths"))
	}
	into := m.container(m.root, "paths")
	for _, path := range slices.Sorted(maps.Keys(items)) {
		pointer := "/paths/" + document.Escape(path)
		if extension(path) {
			if err := m.part(doc, into, path, items[path], pointer); err != nil {
				return err
			}
			continue
		}
		item, ok := items[path].(map[string]any)
		if !ok {
			return fmt.Errorf("%s: the path %s must hold an object", doc.Where(pointer), path)
		}
		if err := m.item(doc, into, path, item, pointer); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) item(doc *document.Document, into map[string]any, path string, item map[string]any, pointer string) error {
	have, exists := into[path].(map[string]any)
	if !exists {
		into[path] = maps.Clone(item)
		m.origins[pointer] = doc
		for key := range item {
			m.origins[pointer+"/"+document.Escape(key)] = doc
		}
		return nil
	}
	if at := difference(common(have), common(item)); at != "" {
		return m.conflict(doc, pointer+at)
	}
	for _, method := range page.Methods {
		operation, ok := item[method]
		if !ok {
			continue
		}
		if err := m.part(doc, have, method, operation, pointer+"/"+method); err != nil {
			return err
		}
	}
	return nil
}

// common is what a path item says for all its methods.
func common(item map[string]any) map[string]any {
	rest := maps.Clone(item)
	for _, method := range page.Methods {
		delete(rest, method)
	}
	return rest
}

// checkIdentities makes sure that no two operations share an ID and that no
// two paths differ in the names of their parameters only.
func (m *merger) checkIdentities() error {
	ids, shapes := map[string]string{}, map[string]string{}
	paths, _ := m.root["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		pointer := "/paths/" + document.Escape(path)
		shape := pathShape(path)
		if other, exists := shapes[shape]; exists {
			return m.clash(other, pointer, "are the same path")
		}
		shapes[shape] = pointer
		item, _ := paths[path].(map[string]any)
		for _, method := range page.Methods {
			operation, _ := item[method].(map[string]any)
			id, _ := operation["operationId"].(string)
			if id == "" {
				continue
			}
			at := pointer + "/" + method + "/operationId"
			if other, exists := ids[id]; exists {
				return m.clash(other, at, "give two operations the same ID "+id)
			}
			ids[id] = at
		}
	}
	return nil
}

func (m *merger) clash(one, other, what string) error {
	return fmt.Errorf("%s (%s) and %s (%s) %s", originOf(m.origins, one).Where(one), one, originOf(m.origins, other).Where(other), other, what)
}

// pathShape is a path without the names of its parameters.
func pathShape(path string) string {
	var shape strings.Builder
	for rest := path; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		shape.WriteString(before)
		if !found {
			break
		}
		shape.WriteString("{}")
		_, rest, _ = strings.Cut(after, "}")
	}
	return shape.String()
}

func extension(key string) bool { return strings.HasPrefix(key, "x-") }
