package page

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

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

// Pointer returns the JSON pointer of an operation.
func Pointer(path, method string) string {
	return "/paths/" + document.Escape(path) + "/" + method
}

// location is where an operation stands in its document.
type location struct {
	id, path, method string
	item, operation  map[string]any
	at               string // the file and the line
}

// locations lists the operations of a document in the order of their paths.
func (p *Page) locations(doc *document.Document, paths map[string]any) ([]location, error) {
	var found []location
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
			at := doc.Where(Pointer(path, method))
			if ok {
				found = append(found, location{path: path, method: method, item: item, operation: operation, at: at})
			} else if exists {
				faults = append(faults, fmt.Errorf("%s: %s %s must be an object", at, method, path))
			}
		}
	}
	faults = append(faults, p.identify(found))
	return found, errors.Join(faults...)
}

// pathItem returns a path item, which may be a reference to a component.
func pathItem(doc *document.Document, path string, value any) (map[string]any, error) {
	at := doc.Where("/paths/" + document.Escape(path))
	item, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: the path %s is not an object", at, path)
	}
	ref, ok := item["$ref"].(string)
	if !ok {
		return item, nil
	}
	pointer, _ := document.Target(ref)
	found, _ := document.Find(doc.Root, pointer)
	target, ok := found.(map[string]any)
	if _, again := target["$ref"]; !ok || again {
		return nil, fmt.Errorf("%s: the path %s refers to %s, which is not a path item", at, path, ref)
	}
	joined := maps.Clone(target)
	maps.Copy(joined, item)
	delete(joined, "$ref")
	return joined, nil
}

// identify gives each operation its ID. One without an operationId, which OpenAPI
// allows, gets a name from its method and its path.
func (p *Page) identify(locations []location) error {
	taken := map[string]location{}
	var faults []error
	for i, place := range locations {
		value, declared := place.operation["operationId"]
		id, isString := value.(string)
		switch other, exists := taken[id]; {
		case declared && !isString:
			faults = append(faults, fmt.Errorf("%s: the operationId of %s %s must be a text", place.at, place.method, place.path))
		case id != "" && exists:
			faults = append(faults, fmt.Errorf("%s: %s %s has the operationId %s, which %s has already", place.at, place.method, place.path, id, other.at))
		case id != "":
			locations[i].id = id
			taken[id] = place
		}
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	for i := range locations {
		place := &locations[i]
		if place.id != "" {
			continue
		}
		place.id = derivedID(place.method, place.path)
		if _, exists := taken[place.id]; exists {
			place.id += fmt.Sprintf("%X", sha256.Sum256([]byte(place.method+" "+place.path)))[:8]
		}
		taken[place.id] = *place
		place.item, place.operation = maps.Clone(place.item), maps.Clone(place.operation)
		place.operation["operationId"] = place.id
		place.item[place.method] = place.operation
		p.Notes = append(p.Notes, fmt.Sprintf("%s: %s %s has no operationId: it is called %s here", place.at, place.method, place.path, place.id))
	}
	return nil
}

// derivedID makes an ID of a method and a path: get /pets/{id} becomes
// getPetsById.
func derivedID(method, path string) string {
	id := method
	path = strings.ReplaceAll(path, "{", "/by/")
	for _, word := range strings.FieldsFunc(path, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		first := []rune(word)[0]
		id += string(unicode.ToUpper(first)) + word[len(string(first)):]
	}
	return id
}

// split returns a document cut down to one operation: with the components and tags
// that the operation uses, and without webhooks.
func split(root map[string]any, place location) map[string]any {
	cut := maps.Clone(root)
	delete(cut, "webhooks")
	item := maps.Clone(place.item)
	maps.DeleteFunc(item, func(key string, _ any) bool { return key != place.method && slices.Contains(Methods, key) })
	cut["paths"] = map[string]any{place.path: item}
	if components, ok := root["components"].(map[string]any); ok {
		cut["components"] = cutComponents(root, components, place, item)
	}
	if tags, ok := root["tags"].([]any); ok {
		used, _ := place.operation["tags"].([]any)
		cut["tags"] = slices.DeleteFunc(slices.Clone(tags), func(tag any) bool {
			object, _ := tag.(map[string]any)
			return !slices.Contains(used, object["name"])
		})
	}
	return cut
}

// cutComponents returns the components that the operation uses. An empty section
// stays as it is.
func cutComponents(root, components map[string]any, place location, item map[string]any) map[string]any {
	used := document.Reached(root, item)
	cut := map[string]any{}
	for section, value := range components {
		members, ok := value.(map[string]any)
		if !ok || strings.HasPrefix(section, "x-") {
			cut[section] = value
			continue
		}
		cutMembers := maps.Clone(members)
		maps.DeleteFunc(cutMembers, func(name string, _ any) bool {
			return !slices.Contains(used, section+"/"+name) && !(section == "securitySchemes" && requires(root, place.operation, name))
		})
		if len(cutMembers) > 0 || len(members) == 0 {
			cut[section] = cutMembers
		}
	}
	return cut
}

// requires reports whether an operation may be called with a security scheme.
func requires(root, operation map[string]any, scheme string) bool {
	security, ok := operation["security"].([]any)
	if !ok {
		security, _ = root["security"].([]any)
	}
	return slices.ContainsFunc(security, func(value any) bool {
		alternative, _ := value.(map[string]any)
		_, named := alternative[scheme]
		return named
	})
}
