package check_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

const sound = `
openapi: 3.1.0
info: {title: x, version: '1'}
security: [{key: []}]
paths:
  /a/{p}:
    post:
      operationId: a
      parameters: [{name: p, in: path, required: true, schema: {type: string, pattern: '^(?!x)', default: d}, example: e}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}, examples: {one: {value: {n: 1}}, two: {$ref: '#/components/examples/E'}}}}}
      responses: {'200': {description: OK}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  examples: {E: {value: {n: 2, text: '{"m": 1}'}}}
  schemas:
    S:
      type: object
      properties:
        n: {type: integer, example: 3}
        text: {type: string, contentMediaType: application/json, contentSchema: {type: object, properties: {m: {type: integer}}}}
      examples: [{n: 4}]
`

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	doc, err := document.ParseYAML("spark.yaml", 1, []byte(text))
	require.NoError(t, err)
	return doc.Root
}

func TestDocument(t *testing.T) {
	for name, c := range map[string]struct{ from, to, fault string }{
		"sound":                         {"", "", ""},
		"public on purpose":             {"operationId: a", "operationId: a\n      security: []", ""},
		"a wildcard status":             {"'200'", "2XX", ""},
		"no ID":                         {"operationId: a", "summary: a", "post /a/{p} has no operationId"},
		"no 2xx":                        {"'200'", "default", "a has no 2xx answer"},
		"no security":                   {"security: [{key: []}]\n", "\n", "a has no security, and neither has the document"},
		"an undefined scheme":           {"{key: []}", "{key: [], other: []}", "a requires the security scheme other, which components/securitySchemes doesn't define"},
		"an undefined scheme of its":    {"operationId: a", "operationId: a\n      security: [{mine: []}]", "a requires the security scheme mine"},
		"a wrong example":               {"value: {n: 1}", "value: {n: x}", "/paths/~1a~1{p}/post/requestBody/content/application~1json/examples/one doesn't fit its schema"},
		"a wrong example elsewhere":     {"n: 2,", "n: x,", "/paths/~1a~1{p}/post/requestBody/content/application~1json/examples/two doesn't fit its schema"},
		"a wrong example of a property": {"example: 3", "example: x", "/components/schemas/S/properties/n/example doesn't fit its schema"},
		"a wrong example of a schema":   {"[{n: 4}]", "[{n: 4}, {n: 0.5}]", "/components/schemas/S/examples/1 doesn't fit its schema"},
		"a wrong example in a string":   {`{"m": 1}`, `{"m": "x"}`, "examples/two doesn't fit its schema"},
		"no JSON in a string":           {`{"m": 1}`, `{"m":`, "examples/two doesn't fit its schema"},
		"a wrong example of parameters": {"example: e", "example: 5", "/paths/~1a~1{p}/post/parameters/0/example doesn't fit its schema"},
		"a wrong default":               {"default: d", "default: 5", "/paths/~1a~1{p}/post/parameters/0/schema/default doesn't fit its schema"},
		"an undeclared parameter":       {"name: p", "name: q", "/a/{p}"},
		"a reference to nowhere":        {"examples/E'", "examples/F'", "the reference #/components/examples/F points nowhere"},
		"a keyword that is none":        {"operationId: a", "operationId: a\n      operationID: a", "operationID"},
		"a version that is none":        {"version: '1'", "title2: x", "version"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, c.from, c.to, 1)
			require.True(t, c.from == "" || text != sound)
			err := check.Document(parsed(t, text))
			if c.fault == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.fault)
		})
	}
}

func TestAllFaultsAreReported(t *testing.T) {
	err := check.Document(parsed(t, strings.NewReplacer("'200'", "default", "{key: []}", "{other: []}", "n: 2,", "n: x,").Replace(sound)))
	for _, fault := range []string{"no 2xx answer", "the security scheme other", "examples/two"} {
		require.ErrorContains(t, err, fault)
	}
}

func TestTheCommittedDocument(t *testing.T) {
	data, err := os.ReadFile("../../spark.yaml")
	require.NoError(t, err)
	root := parsed(t, string(data))
	require.NoError(t, check.Document(root))
	examples := 0
	document.Walk(root, func(_ string, object map[string]any) {
		if _, ok := object["value"]; ok {
			examples++
		}
	})
	require.GreaterOrEqual(t, examples, 8, "the answers that we typed have examples")
}
