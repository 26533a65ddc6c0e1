package page

import (
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// split is a document cut down to one operation: with the components and tags
// that the operation uses, and without webhooks.
func split(root map[string]any, place place) map[string]any {
	cut := maps.Clone(root)
	delete(cut, "webhooks")
	item := maps.Clone(place.item)
	for _, method := range Methods {
		if method != place.method {
			delete(item, method)
		}
	}
	cut["paths"] = map[string]any{place.path: item}
	if components, ok := root["components"].(map[string]any); ok {
		cut["components"] = cutComponents(root, components, place, item)
	}
	if tags, ok := root["tags"].([]any); ok {
		cut["tags"] = slices.DeleteFunc(slices.Clone(tags), func(tag any) bool { return !carries(place.operation, tag) })
	}
	return cut
}

// cutComponents leaves out what the operation doesn't use. A section that has
// nothing in it stays as it is.
func cutComponents(root, components map[string]any, place place, item map[string]any) map[string]any {
	used := document.Reached(root, item)
	cut := map[string]any{}
	for section, value := range components {
		members, ok := value.(map[string]any)
		if !ok || strings.HasPrefix(section, "x-") {
			cut[section] = value
			continue
		}
		kept := maps.Clone(members)
		maps.DeleteFunc(kept, func(name string, _ any) bool {
			return !slices.Contains(used, section+"/"+name) && !(section == "securitySchemes" && requires(root, place.operation, name))
		})
		if len(kept) > 0 || len(members) == 0 {
			cut[section] = kept
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

// carries reports whether an operation carries a tag.
func carries(operation map[string]any, tag any) bool {
	object, _ := tag.(map[string]any)
	names, _ := operation["tags"].([]any)
	return slices.Contains(names, object["name"])
}
