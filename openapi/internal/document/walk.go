package document

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// nameMaps are the keywords whose values have names as keys, which the author
// chose, and not keywords.
var nameMaps = map[string]bool{
	"$defs": true, "callbacks": true, "content": true, "definitions": true, "dependentSchemas": true,
	"encoding": true, "examples": true, "headers": true, "links": true, "parameters": true, "pathItems": true,
	"paths": true, "patternProperties": true, "properties": true, "requestBodies": true, "responses": true,
	"schemas": true, "securitySchemes": true, "variables": true, "webhooks": true,
}

// dataKeys are the keywords whose values are data, without any keywords.
var dataKeys = map[string]bool{"const": true, "default": true, "enum": true, "example": true, "mapping": true, "value": true}

// Walk visits every object of a document whose keys are keywords, parents first
// and in the order of their keys. It passes over names and data: a property
// called $ref is not a reference.
func Walk(root any, visit func(pointer string, object map[string]any)) {
	walk(root, "", visit)
}

func walk(value any, pointer string, visit func(string, map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		visit(pointer, value)
		for _, key := range slices.Sorted(maps.Keys(value)) {
			walkMember(key, value[key], pointer+"/"+Escape(key), visit)
		}
	case []any:
		for i, element := range value {
			walk(element, pointer+"/"+strconv.Itoa(i), visit)
		}
	}
}

func walkMember(key string, value any, pointer string, visit func(string, map[string]any)) {
	named, isObject := value.(map[string]any)
	switch {
	case dataKeys[key] || strings.HasPrefix(key, "x-"):
	case key == "examples" && !isObject: // the examples of a schema are data
	case isObject && nameMaps[key]:
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if !strings.HasPrefix(name, "x-") || !extensible(key, pointer) {
				walk(named[name], pointer+"/"+Escape(name), visit)
			}
		}
	default:
		walk(value, pointer, visit)
	}
}

// extensible reports whether members of a name map that begin with x- are
// extensions rather than names.
func extensible(key, pointer string) bool {
	return key == "paths" || key == "responses" && pointer != "/components/responses"
}

// schemaKeys are the keywords of a schema whose value is a schema, and
// schemaHolders those whose value is schemas by name or in a list.
var (
	schemaKeys = map[string]bool{
		"additionalProperties": true, "contains": true, "contentSchema": true, "else": true, "if": true, "items": true,
		"not": true, "propertyNames": true, "then": true, "unevaluatedItems": true, "unevaluatedProperties": true,
	}
	schemaHolders = map[string]bool{
		"$defs": true, "allOf": true, "anyOf": true, "definitions": true, "dependentSchemas": true, "oneOf": true,
		"patternProperties": true, "prefixItems": true, "properties": true,
	}
)

// WalkSchemas visits every object of a document that is a schema, parents
// first and in the order of Walk.
func WalkSchemas(root any, visit func(pointer string, schema map[string]any)) {
	schemas := map[string]bool{}
	Walk(root, func(pointer string, object map[string]any) {
		within, key := cutLast(pointer)
		above, holder := cutLast(within)
		if within == "/components/schemas" || key == "schema" && !nameMaps[holder] ||
			schemaKeys[key] && schemas[within] || schemaHolders[holder] && schemas[above] {
			schemas[pointer] = true
			visit(pointer, object)
		}
	})
}

// cutLast cuts the last key off a pointer.
func cutLast(pointer string) (before, key string) {
	cut := max(0, strings.LastIndexByte(pointer, '/'))
	return pointer[:cut], strings.TrimPrefix(pointer[cut:], "/")
}
