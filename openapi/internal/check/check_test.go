package check_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

const sound = `
openapi: 3.1.0
info: {title: x, version: '1'}
paths:
  /a/{p}:
    post:
      operationId: a
      security: [{key: []}]
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

// found returns what the checks say of a document.
func found(t *testing.T, text string) (faults string, remarks []string) {
	t.Helper()
	root := parsed(t, text)
	where := func(pointer string) string { return "page.md:1: " + pointer }
	cleaned, err := check.Clean(root, where)
	require.NoError(t, err)
	remarks, undefined := check.Operations(root, where)
	more, form := check.Form(root, where)
	if err := errors.Join(undefined, form); err != nil {
		faults = err.Error()
	}
	return faults, slices.Concat(cleaned, remarks, more)
}

const operation = "page.md:1: /paths/~1a~1{p}/post"

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct{ from, to, fault string }{
		"sound":                      {"", "", ""},
		"public on purpose":          {"security: [{key: []}]", "security: []", ""},
		"a wildcard status":          {"'200'", "2XX", ""},
		"no security":                {"security: [{key: []}]\n", "\n", operation + ": a has no security: expected a list, an empty one for a public operation"},
		"an undefined scheme":        {"{key: []}", "{key: [], other: []}", operation + ": a requires the security scheme other, which the document doesn't define: define it by an action on $.components.securitySchemes in openapi/overlay.yaml"},
		"an undeclared parameter":    {"name: p", "name: q", operation + ": not valid OpenAPI 3.1: operation POST /a/{p} must define exactly all path parameters (missing: [p q])"},
		"one path twice":             {"paths:\n", "paths:\n  /a/{q}: {}\n", `page.md:1: /paths/~1a~1{q}: not valid OpenAPI 3.1: conflicting paths "/a/{q}" and "/a/{p}"`},
		"a reference to nowhere":     {"examples/E'", "examples/F'", operation + "/requestBody/content/application~1json/examples/two: the reference #/components/examples/F points nowhere"},
		"a member of an operation":   {"operationId: a", "operationId: a\n      operationID: a", operation + ": not valid OpenAPI 3.1: extra sibling fields: [operationID]"},
		"a version that is none":     {"version: '1'", "title2: x", "page.md:1: /info: not valid OpenAPI 3.1: value of version must be a non-empty string"},
		"parameters that are none":   {"parameters: [", "x: [", operation + ": not valid OpenAPI 3.1: "},
		"responses that are none":    {"{'200': {description: OK}}", "[]", operation + ": not valid OpenAPI 3.1: "},
		"a component that is none":   {"E: {value: {n: 2, text: '{\"m\": 1}'}}", "E: []", "page.md:1: /components/examples/E: not valid OpenAPI 3.1: "},
		"a scheme without its parts": {"{type: http, scheme: bearer}", "{type: http}", "page.md:1: /components/securitySchemes/key: not valid OpenAPI 3.1: "},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, c.from, c.to, 1)
			require.True(t, c.from == "" || text != sound)
			faults, _ := found(t, text)
			if c.fault == "" {
				require.Empty(t, faults)
				return
			}
			require.True(t, strings.HasPrefix(faults, c.fault), faults)
		})
	}
}

func TestRemarks(t *testing.T) {
	const leftOut = ": left out of openapi/spark.yaml"
	const pattern = `page.md:1: /paths/~1a~1{p}/post/parameters/0/schema: Go can't read the pattern "^(?!x)"` + leftOut
	for name, c := range map[string]struct{ from, to, remark string }{
		"no 2xx":                        {"'200'", "default", operation + ": a has no 2xx response"},
		"servers":                       {"operationId: a", "operationId: a\n      servers: [{url: https://a}]", operation + ": a has servers of its own"},
		"an unknown keyword":            {"n: {type: integer,", "n: {type: integer, unit: m,", `page.md:1: /components/schemas/S/properties/n: "unit" is not a keyword of OpenAPI 3.1` + leftOut},
		"a wrong example":               {"value: {n: 1}", "value: {n: x}", operation + "/requestBody/content/application~1json/examples/one: doesn't fit its schema (at '/n': got string, want integer)" + leftOut},
		"a wrong example elsewhere":     {"n: 2,", "n: x,", operation + "/requestBody/content/application~1json/examples/two: doesn't fit"},
		"a wrong example of a property": {"example: 3", "example: x", "page.md:1: /components/schemas/S/properties/n/example: doesn't fit"},
		"a wrong example of a schema":   {"[{n: 4}]", "[{n: 4}, {n: 0.5}]", "page.md:1: /components/schemas/S/examples/1: doesn't fit"},
		"a wrong example in a string":   {`{"m": 1}`, `{"m": "x"}`, operation + "/requestBody/content/application~1json/examples/two: doesn't fit"},
		"no JSON in a string":           {`{"m": 1}`, `{"m":`, operation + "/requestBody/content/application~1json/examples/two: doesn't fit"},
		"a wrong example of parameters": {"example: e", "example: 5", operation + "/parameters/0/example: doesn't fit"},
		"a wrong default":               {"default: d", "default: 5", operation + "/parameters/0/schema/default: doesn't fit"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, c.from, c.to, 1)
			require.NotEqual(t, sound, text)
			faults, remarks := found(t, text)
			require.Empty(t, faults, "a remark is not a refusal")
			require.Len(t, remarks, 2)
			require.Contains(t, remarks, pattern)
			remarks = slices.DeleteFunc(remarks, func(remark string) bool { return remark == pattern })
			require.True(t, strings.HasPrefix(remarks[0], c.remark), remarks[0])
		})
	}
}

// TestCleanDropsOnlyMisfits drops one example of several, and the last one.
func TestCleanDropsOnlyMisfits(t *testing.T) {
	root := parsed(t, strings.NewReplacer("[{n: 4}]", "[{n: x}, {n: 4}, {n: y}]", "value: {n: 1}", "value: {n: x}", "n: 2,", "n: x,").Replace(sound))
	_, err := check.Clean(root, func(pointer string) string { return pointer })
	require.NoError(t, err)
	examples, _ := document.Find(root, "/components/schemas/S/examples")
	require.Equal(t, []any{map[string]any{"n": json.Number("4")}}, examples)
	media, _ := document.Find(root, "/paths/~1a~1{p}/post/requestBody/content/application~1json")
	require.NotContains(t, media, "examples")
}

func TestAllFaultsAreReported(t *testing.T) {
	faults, _ := found(t, strings.NewReplacer("{key: []}", "{other: []}", "in: path", "in: question", "operationId: a", "operationId: a\n      tag: x").Replace(sound))
	require.Len(t, strings.Split(faults, "\n"), 4, faults)
}
