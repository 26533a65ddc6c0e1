// Package check finds out whether a client can be generated from a document, and
// takes out of it what validators reject although OpenAPI 3.1 allows it.
package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Where returns the place in the user's documents that a part of the document
// came from, with the part's pointer.
type Where func(pointer string) string

// Form checks a document's references and OpenAPI's own rules. The error joins
// everything that is wrong; remarks are what else the validator says.
func Form(root map[string]any, where Where) (remarks []string, err error) {
	references := document.CheckReferences(root, where)
	loaded, faults := loadable(root, where)
	if references != nil || loaded == nil {
		return nil, errors.Join(references, faults)
	}
	remarks, err = valid(loaded, where)
	return remarks, errors.Join(faults, err)
}

// Operations checks that the security of each operation is defined. The error
// joins everything that is wrong; remarks are what is allowed and worth knowing.
func Operations(root map[string]any, where Where) (remarks []string, err error) {
	schemes, _ := document.Find(root, "/components/securitySchemes")
	defined, _ := schemes.(map[string]any)
	var faults []error
	page.EachOperation(root, func(path, method string, item, operation map[string]any) {
		pointer := page.Pointer(path, method)
		id, _ := operation["operationId"].(string)
		if !succeeds(operation) {
			remarks = append(remarks, fmt.Sprintf("%s: %s has no 2xx response: the response to a successful call isn't described", where(pointer), id))
		}
		if item["servers"] != nil || operation["servers"] != nil {
			remarks = append(remarks, fmt.Sprintf("%s: %s has servers of its own: call it through a gen.Client with their URL", where(pointer), id))
		}
		security, ok := operation["security"].([]any)
		if !ok {
			faults = append(faults, fmt.Errorf("%s: %s has no security: expected a list, an empty one for a public operation", where(pointer), id))
		}
		for _, scheme := range undefined(security, defined) {
			faults = append(faults, fmt.Errorf("%s: %s requires the security scheme %s, which the document doesn't define: define it by an action on $.components.securitySchemes in openapi/overlay.yaml", where(pointer), id, scheme))
		}
	})
	return remarks, errors.Join(faults...)
}

func succeeds(operation map[string]any) bool {
	responses, _ := operation["responses"].(map[string]any)
	for status := range responses {
		if len(status) == 3 && status[0] == '2' {
			return true
		}
	}
	return false
}

// undefined returns the schemes of a security list that aren't defined.
func undefined(security []any, defined map[string]any) []string {
	var missing []string
	for _, value := range security {
		alternative, _ := value.(map[string]any)
		for scheme := range alternative {
			if _, exists := defined[scheme]; !exists && !slices.Contains(missing, scheme) {
				missing = append(missing, scheme)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// loadable loads each part of a document by itself, so that a complaint has a
// place. It returns the document without the operations that can't be loaded, or
// nil if other parts can't.
func loadable(root map[string]any, where Where) (map[string]any, error) {
	var faults []error
	try := func(pointer string, part map[string]any) bool {
		data, err := json.Marshal(part)
		if err == nil {
			err = new(openapi3.T).UnmarshalJSON(data)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: not valid OpenAPI 3.1: %w", where(pointer), err))
		}
		return err == nil
	}
	components, _ := root["components"].(map[string]any)
	sound := true
	for _, section := range slices.Sorted(maps.Keys(components)) {
		members, _ := components[section].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			sound = try("/components/"+section+"/"+document.Escape(name), map[string]any{"components": map[string]any{section: map[string]any{name: members[name]}}}) && sound
		}
	}
	loaded := document.Clone(root).(map[string]any)
	page.EachOperation(loaded, func(path, method string, item, operation map[string]any) {
		if !try(page.Pointer(path, method), map[string]any{"paths": map[string]any{path: map[string]any{method: operation}}}) {
			delete(item, method)
		}
	})
	if !sound {
		loaded = nil
	}
	return loaded, errors.Join(faults...)
}

// valid checks the rules of OpenAPI 3.1. Complaints about examples and defaults
// are remarks, since the standard only recommends that they fit.
func valid(root map[string]any, where Where) (remarks []string, err error) {
	data, err := document.Canonical(root)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("%s: not valid OpenAPI 3.1: %w", where(""), err)
	}
	rules := doc.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation())
	faults := complaints(rules, "", where)
	for _, complaint := range complaints(doc.Validate(context.Background(), openapi3.EnableMultiError()), "", where) {
		if !slices.Contains(faults, complaint) {
			remarks = append(remarks, complaint)
		}
	}
	var joined []error
	for _, fault := range faults {
		place, text, _ := strings.Cut(fault, ": validator: ")
		joined = append(joined, fmt.Errorf("%s: not valid OpenAPI 3.1: %s", place, text))
	}
	return remarks, errors.Join(joined...)
}

// complaints returns a line for each thing that the validator complains about,
// with its place.
func complaints(err error, pointer string, where Where) []string {
	switch e := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var all []string
		for _, one := range e {
			all = append(all, complaints(one, pointer, where)...)
		}
		return all
	case *openapi3.SectionValidationError:
		return complaints(e.Cause, "/"+e.Section, where)
	case *openapi3.PathValidationError:
		return complaints(e.Cause, "/paths/"+document.Escape(e.Path), where)
	case *openapi3.OperationValidationError:
		return complaints(e.Cause, pointer+"/"+strings.ToLower(e.Method), where)
	case *openapi3.ComponentValidationError:
		return complaints(e.Cause, "/components/"+sections[e.Section]+"/"+document.Escape(e.Name), where)
	case *openapi3.PathParametersError:
		pointer = "/paths/" + document.Escape(e.Path) + "/" + strings.ToLower(e.Method)
	case *openapi3.ConflictingPathsError:
		pointer = "/paths/" + document.Escape(e.Path1)
	case *openapi3.ExtraSiblingFieldsError:
		if pointer == "" && len(e.Fields) > 0 {
			pointer = "/" + e.Fields[0]
		}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	if strings.HasPrefix(text, "security requirement ") { // Operations says what to do about it
		return nil
	}
	return []string{where(pointer) + ": validator: " + text}
}

// sections are the sections of components by the validator's names for them.
var sections = map[string]string{
	"schema": "schemas", "parameter": "parameters", "header": "headers", "request body": "requestBodies", "response": "responses",
	"security scheme": "securitySchemes", "example": "examples", "link": "links", "callback": "callbacks",
}
