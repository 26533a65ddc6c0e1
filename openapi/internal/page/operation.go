package page

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// EachOperation visits the operations of a document in the order of their paths.
func EachOperation(root map[string]any, visit func(path, method string, item, operation map[string]any)) {
	paths, _ := root["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(map[string]any)
		for _, method := range Methods {
			if operation, ok := item[method].(map[string]any); ok && !strings.HasPrefix(path, "x-") {
				visit(path, method, item, operation)
			}
		}
	}
}

// add splits a document into its operations. A document without any is
// counted and passed over.
func (p *Page) add(doc *document.Document) error {
	paths, isObject := doc.Root["paths"].(map[string]any)
	if _, exists := doc.Root["paths"]; exists && !isObject {
		return fmt.Errorf("%s: paths must be an object", doc.Where("/paths"))
	}
	found, err := p.places(doc, paths)
	if err == nil && len(found) == 0 {
		p.models++
		return nil
	}
	if err := errors.Join(checkVersion(doc), err); err != nil {
		return err
	}
	for _, place := range found {
		p.Operations = append(p.Operations, Operation{ID: place.id, Document: doc.With(split(doc.Root, place))})
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
func (p *Page) places(doc *document.Document, paths map[string]any) ([]place, error) {
	var found []place
	var faults []error
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		item, err := pathItem(doc, path, paths[path])
		faults = append(faults, err)
		for _, method := range Methods {
			value, exists := item[method]
			operation, ok := value.(map[string]any)
			at := place{path: path, method: method, item: item, operation: operation}
			if ok {
				found = append(found, at)
			} else if exists {
				faults = append(faults, fmt.Errorf("%s: %s %s must be an object", doc.Where(at.pointer()), method, path))
			}
		}
	}
	faults = append(faults, p.identify(doc, found))
	return found, errors.Join(faults...)
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
