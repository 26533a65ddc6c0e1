package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Operation is one published operation with the document that describes it
// and nothing else.
type Operation struct {
	ID       string
	Document *document.Document
}

// Methods are the members of a path item that are operations (OpenAPI 3.1, 4.8.9).
var Methods = []string{"delete", "get", "head", "options", "patch", "post", "put", "trace"}

// add splits a document into its operations.
func (p *Page) add(doc *document.Document) error {
	if err := checkVersion(doc); err != nil {
		return err
	}
	paths, ok := doc.Root["paths"].(map[string]any)
	if !ok || len(paths) == 0 {
		return fmt.Errorf("%s: the document has no paths, so there is nothing to call", doc.Where("/paths"))
	}
	for _, reference := range document.References(doc.Root) {
		if err := document.CheckLocal(reference.Ref); err != nil {
			return fmt.Errorf("%s: %w", doc.Where(reference.Pointer), err)
		}
	}
	found, err := places(doc, paths)
	if err != nil {
		return err
	}
	parts := newSplitter(doc.Root, found)
	for _, place := range found {
		p.Operations = append(p.Operations, Operation{ID: place.id, Document: doc.With(parts.document(place))})
	}
	return nil
}

// place is where an operation stands in its document.
type place struct {
	id, path, method string
	item, operation  map[string]any
}

func (p place) pointer() string {
	return "/paths/" + document.Escape(p.path) + "/" + p.method
}

// places lists the operations of a document in the order of their paths.
func places(doc *document.Document, paths map[string]any) ([]place, error) {
	var found []place
	ids := map[string]place{}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, err := pathItem(doc, path, paths[path])
		if err != nil {
			return nil, err
		}
		for _, method := range Methods {
			operation, ok := item[method].(map[string]any)
			if !ok {
				continue
			}
			at := place{path: path, method: method, item: item, operation: operation}
			if at.id, _ = operation["operationId"].(string); at.id == "" {
				return nil, fmt.Errorf("%s: %s %s has no operationId, which its Go method would be named for", doc.Where(at.pointer()), method, path)
			}
			if twin, exists := ids[at.id]; exists {
				return nil, fmt.Errorf("%s: %s %s has the operationId %s, which %s has already", doc.Where(at.pointer()), method, path, at.id, doc.Where(twin.pointer()))
			}
			ids[at.id] = at
			found = append(found, at)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: the document's paths hold no operation", doc.Where("/paths"))
	}
	return found, nil
}

// pathItem returns a path item; one that stands under components is taken
// from there.
func pathItem(doc *document.Document, path string, value any) (map[string]any, error) {
	pointer := "/paths/" + document.Escape(path)
	item, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: the path %s holds no object", doc.Where(pointer), path)
	}
	ref, ok := item["$ref"].(string)
	if !ok {
		return item, nil
	}
	at, _ := document.Target(ref)
	found, _ := document.Find(doc.Root, at)
	target, ok := found.(map[string]any)
	if _, again := target["$ref"]; !ok || again {
		return nil, fmt.Errorf("%s: the path %s refers to %s, which is no path item", doc.Where(pointer), path, ref)
	}
	joined := maps.Clone(target)
	for key, value := range item {
		if key != "$ref" {
			joined[key] = value
		}
	}
	return joined, nil
}

func sortOperations(operations []Operation) {
	slices.SortStableFunc(operations, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
}
