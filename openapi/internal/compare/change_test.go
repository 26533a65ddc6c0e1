package compare_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/compare"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

const before = `
openapi: 3.1.0
info: {title: x, version: '1'}
servers: [{url: https://a}]
security: [{key: []}]
tags: [{name: t, description: d}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    post:
      operationId: postA
      summary: Do it
      tags: [t]
      parameters: [{name: q, in: query, description: ask, schema: {type: [integer, 'null'], minimum: 0}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Request'}}}}
      responses:
        '200': {description: OK, headers: {X-Left: {schema: {type: integer}}}, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}
  /b:
    get: {operationId: getB, responses: {'200': {description: OK}}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas:
    Request:
      type: object
      required: [data]
      properties:
        data:
          type: object
          properties:
            kind: {type: string, enum: [a, b], description: what kind}
            many: {type: array, items: {$ref: '#/components/schemas/Item'}}
            from: {anyOf: [{type: string, format: date}, {type: 'null'}]}
            big: {type: boolean}
            small: {type: boolean}
    Item: {type: object, properties: {name: {type: string}, parent: {$ref: '#/components/schemas/Item'}}}
    Unused: {type: string}
`

func root(t *testing.T, text string) map[string]any {
	t.Helper()
	doc, err := document.ParseYAML("x.yaml", 1, []byte(text))
	require.NoError(t, err)
	return doc.Root
}

// TestChanges changes one thing at a time and reads what is said of it.
func TestChanges(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"nothing":              {"", "", nil},
		"operation added":      {"  /b:", "  /c: {put: {operationId: putC, responses: {'200': {description: OK}}}}\n  /b:", []string{"putC: the operation is new: put /c"}},
		"operation removed":    {"  /b:\n    get: {operationId: getB, responses: {'200': {description: OK}}}\n", "", []string{"getB: the operation is gone (was get /b)"}},
		"operation renamed":    {"operationId: getB", "operationId: readB", []string{"readB: the operation was called getB before"}},
		"operation moved":      {"  /b:", "  /c/b:", []string{"getB: moved from get /b to get /c/b"}},
		"operation deprecated": {"operationId: getB,", "operationId: getB, deprecated: true,", []string{"getB: deprecated was false, is true"}},
		"security":             {"operationId: getB,", "operationId: getB, security: [],", []string{`getB: security was [{"key":[]}], is []`}},
		"an unlisted detail":   {"operationId: getB,", "operationId: getB, x-rate: 5,", []string{"getB: differs at /paths/~1b/get/x-rate"}},
		"wording":              {"Do it", "Do it now", []string{`postA: summary was "Do it", is "Do it now"`}},

		"parameter added":     {"parameters: [{name: q,", "parameters: [{name: r, in: header, required: true, schema: {type: boolean}}, {name: q,", []string{"postA: header parameter r added: boolean, required"}},
		"parameter removed":   {"[{name: q, in: query, description: ask, schema: {type: [integer, 'null'], minimum: 0}}]", "[]", []string{"postA: query parameter q removed (was integer or null)"}},
		"parameter renamed":   {"name: q, in", "name: question, in", []string{"postA: query parameter q renamed to question (same type and description)"}},
		"parameter retyped":   {"format: uuid", "maxLength: 3", []string{"postA: path parameter id retyped: was string (uuid), is string", "postA: path parameter id: maxLength was not set, is 3"}},
		"parameter required":  {"in: query,", "in: query, required: true,", []string{"postA: query parameter q made required"}},
		"parameter limited":   {"minimum: 0", "minimum: 1", []string{"postA: query parameter q: minimum was 0, is 1"}},
		"parameter to header": {"in: query", "in: header", []string{"postA: query parameter q removed (was integer or null)", "postA: header parameter q added: integer or null, optional"}},

		"body optional":     {"requestBody: {required: true,", "requestBody: {", []string{"postA: the request body made optional"}},
		"body removed":      {"      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Request'}}}}\n", "", []string{"postA: the operation no longer takes a body"}},
		"body of two forms": {"{application/json: {schema: {$ref: '#/components/schemas/Request'}}}", "{application/json: {schema: {$ref: '#/components/schemas/Request'}}, text/csv: {schema: {type: string}}}", []string{"postA: request may be text/csv", "postA: request (text/csv) body added: string, optional"}},
		"field added":       {"big: {type: boolean}", "big: {type: boolean}\n            new: {type: object, required: [x], properties: {x: {type: number}}}", []string{"postA: request field data.new added: object, optional", "postA: request field data.new.x added: number, required"}},
		"field removed":     {"            from: {anyOf: [{type: string, format: date}, {type: 'null'}]}\n", "", []string{"postA: request field data.from removed (was string (date) or null)"}},
		"field renamed":     {"kind: {", "sort: {", []string{"postA: request field data.kind renamed to data.sort (same type and description)"}},
		"field renamed alone": {"from: {", "since: {", []string{
			"postA: request field data.from renamed to data.since (same type, the only one gone and the only one new here)"}},
		"two alike renamed": {"big: {type: boolean}\n            small: {type: boolean}", "huge: {type: boolean}\n            tiny: {type: boolean}", []string{
			"postA: request field data.big removed (was boolean)", "postA: request field data.huge added: boolean, optional",
			"postA: request field data.small removed (was boolean)", "postA: request field data.tiny added: boolean, optional"}},
		"object renamed":     {"required: [data]\n      properties:\n        data:", "required: [input]\n      properties:\n        input:", []string{"postA: request field data renamed to input (same type, the only one gone and the only one new here)"}},
		"field retyped":      {"big: {type: boolean}", "big: {type: string}", []string{"postA: request field data.big retyped: was boolean, is string"}},
		"field nullable":     {"{anyOf: [{type: string, format: date}, {type: 'null'}]}", "{type: string, format: date}", []string{"postA: request field data.from retyped: was string (date) or null, is string (date)"}},
		"field required":     {"required: [data]\n      properties:\n        data:\n          type: object", "required: [data]\n      properties:\n        data:\n          type: object\n          required: [kind]", []string{"postA: request field data.kind made required"}},
		"field optional":     {"required: [data]", "required: []", []string{"postA: request field data made optional"}},
		"enum":               {"[a, b]", "[a]", []string{`postA: request field data.kind: enum was ["a","b"], is ["a"]`}},
		"field of an item":   {"name: {type: string}, parent", "name: {type: integer}, parent", []string{"postA: request field data.many[].name retyped: was string, is integer"}},
		"wording of a field": {"what kind", "which kind", []string{"postA: request field data.kind: description changed"}},

		"answer added":         {"        '200': {description: OK, headers", "        '404': {description: None}\n        '200': {description: OK, headers", []string{"postA: answer 404 added: None"}},
		"answer field retyped": {"{id: {type: string}}", "{id: {type: integer}}", []string{"postA: answer 200 field id retyped: was string, is integer"}},
		"answer header":        {"X-Left: {", "X-Right: {", []string{"postA: answer 200 header X-Left renamed to X-Right (same type, the only one gone and the only one new here)"}},

		"server":           {"https://a", "https://b", []string{`document: /servers/0/url was "https://a", is "https://b"`}},
		"tag":              {"description: d}", "description: e}", []string{`document: the tag "t" is described in other words`}},
		"security scheme":  {"scheme: bearer", "scheme: basic", []string{`document: /components/securitySchemes/key/scheme was "bearer", is "basic"`}},
		"unused component": {"Unused: {type: string}", "Unused: {type: integer}", []string{`document: /components/schemas/Unused/type was "string", is "integer"`}},
	} {
		t.Run(name, func(t *testing.T) {
			after := strings.Replace(before, c.from, c.to, 1)
			require.True(t, c.from == "" || after != before)
			var got []string
			for _, change := range compare.Changes(root(t, before), root(t, after)) {
				operation := change.Operation
				if operation == "" {
					operation = "document"
				}
				got = append(got, operation+": "+change.Text)
			}
			require.Len(t, got, len(c.want), "%q", got)
			for i, want := range c.want {
				require.Contains(t, got[i], want)
			}
		})
	}
}
