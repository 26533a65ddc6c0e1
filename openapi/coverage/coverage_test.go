package coverage_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/openapi/coverage"
)

const spec = `
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: postA
      parameters: [{name: q, in: query, schema: {type: integer}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [data]
              properties:
                data: {type: object, properties: {text: {type: [string, 'null']}, list: {type: array, items: {type: string}}, rows: {type: array, items: {type: object, properties: {cell: {type: number}}}}}}
                data_more: {type: object, additionalProperties: {type: string}}
                tree: {$ref: '#/components/schemas/Tree'}
      responses:
        '200': {content: {application/json: {schema: {type: object, properties: {record: {type: string, contentSchema: {type: object, properties: {deep: {type: boolean}}}}}}}}}
        '400': {content: {application/json: {schema: {type: object, properties: {fault: {type: string}}}}}}
  /b: {get: {operationId: getB, parameters: [{name: r, in: header, schema: {type: string}}], responses: {'204': {}}}}
components: {schemas: {Tree: {type: object, properties: {name: {type: string}, children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}}}
`

func operations(t *testing.T) []coverage.Operation {
	t.Helper()
	operations, err := coverage.Operations([]byte(spec))
	require.NoError(t, err)
	return operations
}

func TestOperations(t *testing.T) {
	found := operations(t)
	require.Len(t, found, 2)
	require.Equal(t, "getB", found[0].ID)
	require.Equal(t, []coverage.Parameter{{In: "header", Name: "r", Type: "string"}}, found[0].Parameters)
	require.Equal(t, coverage.Operation{
		ID: "postA", Method: "POST", Path: "/a/{id}",
		Parameters: []coverage.Parameter{
			{In: "path", Name: "id", Type: "string", Required: true},
			{In: "query", Name: "q", Type: "integer"},
		},
		RequestFields: []coverage.Field{
			{Name: "data.list", Type: "list of string"},
			{Name: "data.rows[].cell", Type: "number"},
			{Name: "data.text", Type: "string or null"},
			{Name: "data_more", Type: "object"},
			{Name: "tree.children", Type: "list of Tree again"},
			{Name: "tree.name", Type: "string"},
		},
		AnswerFields: []coverage.Field{{Name: "record.deep", Type: "boolean"}},
	}, found[1])
	_, err := coverage.Operations([]byte("- a list"))
	require.ErrorContains(t, err, "openapi/spark.yaml")
}

// TestGaps takes one thing at a time from what a facade covers.
func TestGaps(t *testing.T) {
	facade := func() coverage.Facade {
		return coverage.Facade{
			"postA": {Method: "Service.A", Request: "Filter", Answer: "Result", Takes: []string{"parameters", "body"}},
			"getB":  {Exempt: "nobody needs it"},
		}
	}
	covered := func() map[string]coverage.Covered {
		return map[string]coverage.Covered{"postA": {
			Parameters:    []string{"id", "q"},
			RequestFields: []string{"data.list", "data.rows[].cell", "data.text", "data_more", "tree.children", "tree.name"},
			AnswerFields:  []string{"record.deep"},
		}}
	}
	for name, c := range map[string]struct {
		change func(coverage.Facade, map[string]coverage.Covered)
		want   []string
	}{
		"nothing": {func(coverage.Facade, map[string]coverage.Covered) {}, nil},
		"an operation": {func(f coverage.Facade, _ map[string]coverage.Covered) { delete(f, "getB") }, []string{
			"getB (GET /b) is reachable through gen only: give it a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason"}},
		"an operation that is gone": {func(f coverage.Facade, c map[string]coverage.Covered) {
			f["gone"] = coverage.Entry{Method: "X.Y"}
			c["gone"] = coverage.Covered{}
		}, []string{
			"openapi/facade.yaml lists gone, which the document no longer has: take it out there, and retire the method",
			"the coverage test covers gone, which the document no longer has: take it out of the test"}},
		"a parameter": {func(_ coverage.Facade, c map[string]coverage.Covered) {
			c["postA"] = coverage.Covered{Parameters: []string{"id", "old"}, RequestFields: c["postA"].RequestFields, AnswerFields: c["postA"].AnswerFields}
		}, []string{
			"postA has the parameter q (query, integer), which the facade doesn't cover: make it settable through spark.Service.A or spark.Filter, and add it to the coverage test",
			"the coverage test covers the parameter old of postA, which the document no longer has: take it out of the test, and see what the facade should do without it"}},
		"a request field": {func(_ coverage.Facade, c map[string]coverage.Covered) {
			c["postA"] = coverage.Covered{Parameters: c["postA"].Parameters, RequestFields: c["postA"].RequestFields[1:], AnswerFields: c["postA"].AnswerFields}
		}, []string{"postA has the request field data.list (list of string), which the facade doesn't cover: make it settable through spark.Service.A or spark.Filter"}},
		"an answer field": {func(_ coverage.Facade, c map[string]coverage.Covered) {
			c["postA"] = coverage.Covered{Parameters: c["postA"].Parameters, RequestFields: c["postA"].RequestFields}
		}, []string{"postA has the answer field record.deep (boolean), which the facade doesn't cover: make it readable through spark.Result"}},
		"parameters that are held back": {func(f coverage.Facade, c map[string]coverage.Covered) {
			f["postA"] = coverage.Entry{Method: "Service.A", Takes: []string{"body"}}
			c["postA"] = coverage.Covered{Parameters: []string{"id"}, RequestFields: c["postA"].RequestFields, AnswerFields: c["postA"].AnswerFields}
		}, []string{`postA has the parameter q (query, integer), which the generated method doesn't take yet: add "parameters" to takes of postA in openapi/facade.yaml, run make generate, and let spark.Service.A pass it on`}},
		"a body that is held back": {func(f coverage.Facade, _ map[string]coverage.Covered) {
			f["postA"] = coverage.Entry{Method: "Service.A", Takes: []string{"parameters"}}
		}, []string{`postA has a request body, which the generated method doesn't take yet: add "body" to takes`}},
	} {
		t.Run(name, func(t *testing.T) {
			facade, covered := facade(), covered()
			c.change(facade, covered)
			gaps := coverage.Gaps(operations(t), facade, covered)
			require.Len(t, gaps, len(c.want), "%q", gaps)
			for i, want := range c.want {
				require.Contains(t, gaps[i], want)
			}
		})
	}
}

func TestParseFacade(t *testing.T) {
	for text, fault := range map[string]string{
		"operations: {a: {method: X.Y, takes: [body]}}":   "",
		"operations: {a: {exempt: because}}":              "",
		"operations: {a: {}}":                             "a must have either a method or a reason for its exemption",
		"operations: {a: {method: X.Y, exempt: because}}": "a must have either",
		"operations: {a: {method: X.Y, takes: [header]}}": `a takes "header", which is neither parameters nor body`,
		"operations: {a: {methods: X.Y}}":                 "field methods not found",
	} {
		_, err := coverage.ParseFacade([]byte(text))
		if fault == "" {
			require.NoError(t, err, text)
		} else {
			require.ErrorContains(t, err, fault, text)
		}
	}
}

// TestTheFacadeList holds openapi/facade.yaml against the document: it lists no
// operation that isn't there, and takes nothing that an operation hasn't got.
// What the page has beyond the list is for the coverage test of package spark.
func TestTheFacadeList(t *testing.T) {
	facade, err := coverage.ParseFacade(openapi.Facade)
	require.NoError(t, err)
	found, err := coverage.Operations(openapi.Document)
	require.NoError(t, err)
	byID := map[string]coverage.Operation{}
	for _, operation := range found {
		byID[operation.ID] = operation
	}
	for id, entry := range facade {
		operation, exists := byID[id]
		require.True(t, exists, id)
		hasParameters := slices.ContainsFunc(operation.Parameters, func(p coverage.Parameter) bool { return p.In != "path" })
		require.True(t, hasParameters || !slices.Contains(entry.Takes, coverage.TakesParameters), id)
	}
}
