package spark_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/facade"
)

// documented is an operation of the document with the names of all that can be
// sent to it and read from its successful responses. Fields stand by the names
// that lead to them, such as request_data.start_date or rows[].cell.
type documented struct {
	ID, Method, Path              string
	Parameters                    []*openapi3.Parameter
	RequestFields, ResponseFields []string
}

// documentedOperations lists the operations of a document by their IDs.
func documentedOperations(t *testing.T, document []byte) []documented {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	require.NoError(t, err)
	var operations []documented
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			found := documented{ID: operation.OperationID, Method: method, Path: path}
			for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
				found.Parameters = append(found.Parameters, parameter.Value)
			}
			if operation.RequestBody != nil {
				found.RequestFields = contentFields(operation.RequestBody.Value.Content)
			}
			for status, response := range operation.Responses.Map() {
				if strings.HasPrefix(status, "2") {
					found.ResponseFields = append(found.ResponseFields, contentFields(response.Value.Content)...)
				}
			}
			operations = append(operations, found)
		}
	}
	slices.SortFunc(operations, func(a, b documented) int { return cmp.Compare(a.ID, b.ID) })
	return operations
}

func contentFields(content openapi3.Content) []string {
	fields := map[string]bool{}
	for _, media := range content {
		schemaFields("", media.Schema, nil, fields)
	}
	delete(fields, "")
	return slices.Sorted(maps.Keys(fields))
}

// schemaFields collects the fields with values rather than other fields,
// those of JSON within strings included. A schema within itself is a value.
func schemaFields(name string, ref *openapi3.SchemaRef, open []*openapi3.Schema, into map[string]bool) {
	if ref == nil || ref.Value == nil {
		return
	}
	schema, before := ref.Value, len(into)
	if slices.Contains(open, schema) {
		into[name] = true
		return
	}
	open = append(slices.Clone(open), schema)
	for member, property := range schema.Properties {
		schemaFields(strings.TrimPrefix(name+"."+member, "."), property, open, into)
	}
	parts := slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf)
	for _, part := range append(parts, schema.ContentSchema) {
		if part != nil && part.Value != nil && len(part.Value.Properties) > 0 {
			schemaFields(name, part, open, into)
		}
	}
	if schema.Items != nil && schema.Items.Value != nil && len(schema.Items.Value.Properties) > 0 {
		schemaFields(name+"[]", schema.Items, open, into)
	}
	if len(into) == before {
		into[name] = true
	}
}

// covered is what the facade covers of one operation, by name.
type covered struct{ Parameters, RequestFields, ResponseFields []string }

// gaps returns a sentence for each thing that the facade doesn't cover, and for each that
// it covers although the document doesn't have it.
func gaps(operations []documented, known facade.List, covers map[string]covered) []string {
	var found []string
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	listed := map[string]bool{}
	for _, operation := range operations {
		listed[operation.ID] = true
		entry, ok := known[operation.ID]
		if !ok {
			add("%s (%s %s) is reachable through gen only: give it a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason", operation.ID, operation.Method, operation.Path)
		} else if entry.Exempt == "" {
			operation.gaps(entry, covers[operation.ID], add)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if !listed[id] {
			add("openapi/facade.yaml lists %s, which the document no longer has: take it out there, and retire the method", id)
		}
	}
	return found
}

// gaps compares one operation with what is covered of it.
func (o documented) gaps(entry facade.Entry, client covered, add func(string, ...any)) {
	var parameters []string
	for _, parameter := range o.Parameters {
		parameters = append(parameters, parameter.Name)
	}
	for _, part := range []struct {
		kind             string
		document, covers []string
		verb, through    string
	}{
		{"parameter", parameters, client.Parameters, "settable", entry.Request},
		{"request field", o.RequestFields, client.RequestFields, "settable", entry.Request},
		{"response field", o.ResponseFields, client.ResponseFields, "readable", entry.Response},
	} {
		for _, name := range part.document {
			if !slices.Contains(part.covers, name) {
				add("%s has the %s %s, which the facade doesn't cover: make it %s through spark.%s (%s)", o.ID, part.kind, name, part.verb, entry.Method, cmp.Or(part.through, "its options"))
			}
		}
		for _, name := range part.covers {
			if !slices.Contains(part.document, name) {
				add("the facade covers the %s %s of %s, which the document no longer has: see what it should do without it", part.kind, name, o.ID)
			}
		}
	}
}

// TestGaps leaves out one thing of each kind.
func TestGaps(t *testing.T) {
	const document = `{openapi: 3.1.0, info: {title: x, version: '1'}, paths: {
  '/a/{id}': {post: {operationId: postA,
    parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: q, in: query, schema: {type: string}}],
    requestBody: {content: {application/json: {schema: {type: object, properties: {rows: {type: array, items: {type: object, properties: {cell: {type: number}}}}, tree: {$ref: '#/components/schemas/Tree'}}}}}},
    responses: {'200': {description: OK, content: {application/json: {schema: {type: object, properties: {record: {type: string, contentSchema: {type: object, properties: {deep: {type: boolean}}}}}}}}}, '400': {description: No}}}},
  /b: {get: {operationId: getB}}},
  components: {schemas: {Tree: {type: object, properties: {name: {type: string}, next: {$ref: '#/components/schemas/Tree'}}}}}}`
	entry := facade.Entry{Method: "Service.A", Request: "Filter"}
	all := covered{[]string{"id", "q"}, []string{"rows[].cell", "tree.name", "tree.next"}, []string{"record.deep"}}
	known := facade.List{"postA": entry, "getB": {Exempt: "nobody needs it"}}
	operations := documentedOperations(t, []byte(document))
	require.Empty(t, gaps(operations, known, map[string]covered{"postA": all}))

	require.Equal(t, []string{
		"getB (GET /b) is reachable through gen only: give it a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason",
		"postA has the parameter q, which the facade doesn't cover: make it settable through spark.Service.A (Filter)",
		"the facade covers the parameter old of postA, which the document no longer has: see what it should do without it",
		"postA has the request field tree.next, which the facade doesn't cover: make it settable through spark.Service.A (Filter)",
		"postA has the response field record.deep, which the facade doesn't cover: make it readable through spark.Service.A (its options)",
		"openapi/facade.yaml lists gone, which the document no longer has: take it out there, and retire the method",
	}, gaps(operations, facade.List{"postA": entry, "gone": entry}, map[string]covered{"postA": {[]string{"id", "old"}, all.RequestFields[:2], nil}}))
}
