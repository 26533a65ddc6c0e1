package generate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
)

// client generates the client of a document that is written without its head.
func client(t *testing.T, text string, facade coverage.Facade) string {
	t.Helper()
	doc, err := document.ParseYAML("x.yaml", 1, []byte("openapi: 3.1.0\ninfo: {title: x, version: '1'}\n"+text))
	require.NoError(t, err)
	before := document.Clone(doc.Root)
	code, err := generate.Project{Root: "../../..", Module: "../../.."}.Client(context.Background(), doc.Root, facade)
	require.NoError(t, err)
	require.Equal(t, before, any(doc.Root), "the document stays as it is")
	return string(code)
}

// TestClient reads what becomes of what the generator can't express, or would
// express wrongly.
func TestClient(t *testing.T) {
	for name, c := range map[string]struct {
		text      string
		want, not []string
	}{
		"numbers keep their digits": {
			"paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {type: object, properties: {n: {type: number}, f: {type: number, format: float}}}}}}, responses: {'200': {description: OK}}}}}",
			[]string{"N *float64", "F *float64"}, []string{"float32"}},
		"null is no constant": {
			"paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {type: object, properties: {e: {type: [string, 'null'], enum: [x, null]}}}}}}, responses: {'200': {description: OK}}}}}",
			[]string{"X AJSONBodyE = \"x\""}, []string{"<nil>"}},
		"references into schemas": {
			"paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {type: object, properties: {one: {$ref: '#/components/schemas/S/properties/deep'}, two: {$ref: '#/components/schemas/S/properties/deep/properties/deeper'}}}}}}, responses: {'200': {description: OK}}}}}\n" +
				"components: {schemas: {S: {type: object, properties: {deep: {type: object, properties: {deeper: {type: integer}}}}}}}",
			[]string{"One *SDeep", "Two *SDeepDeeper", "type SDeepDeeper = int", "Deeper *SDeepDeeper"}, nil},
		"a parameter of a path that is held back": {
			"paths: {'/a/{id}': {parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: q, in: query, schema: {type: string}}], get: {operationId: held, responses: {'200': {description: OK}}}, put: {operationId: free, parameters: [{name: q, in: query, schema: {type: integer}}], responses: {'200': {description: OK}}}}}",
			[]string{"Held(ctx context.Context, id string, reqEditors", "Free(ctx context.Context, id string, params *FreeParams", "Q *int"}, []string{"HeldParams"}},
	} {
		t.Run(name, func(t *testing.T) {
			code := client(t, c.text, coverage.Facade{"held": {Method: "X.Y"}})
			for _, want := range c.want {
				require.Contains(t, code, want)
			}
			for _, not := range c.not {
				require.NotContains(t, code, not)
			}
		})
	}
}

func TestTheGeneratorsComplaint(t *testing.T) {
	doc, err := document.ParseYAML("x.yaml", 1, []byte(`{openapi: 3.1.0, info: {title: x, version: '1'}, paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: {type: object, properties: {'a"b': {type: string}}}}}}, responses: {'200': {description: OK}}}}}}`))
	require.NoError(t, err)
	_, err = generate.Project{Root: "../../..", Module: "../../.."}.Client(context.Background(), doc.Root, nil)
	require.ErrorContains(t, err, "may not contain a double quote")
	require.NotContains(t, err.Error(), "\n")
}
