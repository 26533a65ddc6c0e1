package pipeline_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGrowth imports other pages beside ours, all at once. They must merge,
// validate and generate code that compiles, without any change to the code from
// before.
func TestGrowth(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/growth/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pages), 5)
	p := newProject(t)
	report := p.take(pages...)
	for _, section := range []string{"What breaks callers", "What may break callers", "stops compiling", "NOT CHECKED"} {
		require.NotContains(t, report, section)
	}
	require.Contains(t, p.take(pages...), "Every file was up to date.")
	p.compiles()
}

// TestNamesOfOursStay imports a page with a schema that has a parameter's name.
func TestNamesOfOursStay(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.take("testdata/growth/services.json")
	client := p.read("gen/client.gen.go")
	require.Contains(t, client, "type Service = string")
	require.Contains(t, client, "type Service2 struct")
}

// TestOurPageGrows adds to our own page wherever that doesn't change the signature
// of a generated method. Everything must still compile; only the coverage test
// fails then.
func TestOurPageGrows(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.take(p.page(
		// A parameter beside others, and a field in a body that was bare.
		in("getDownloadXML", at("", add("parameters", "{name: x-grown, in: header, required: true, schema: {type: string}}"))),
		in("getDownloadXML", at("/requestBody/content/application~1json/schema", put("properties", "{grown: {type: string}}"))),
		// Fields, required ones and objects among them.
		at(requestData, put("grown", "{type: object, properties: {size: {type: integer}}}")),
		at(requestMeta+"/properties", put("grown", "{type: string}")),
		at(requestMeta, put("required", "[grown]")),
		// Responses beside ours, and another media type.
		at("/responses", put("404", "{description: None, content: {text/plain: {schema: {type: string}}}}")),
		at("/responses", put("202", "{description: Later}")),
		at("/responses/200/content", put("text/html", "{schema: {type: string}}")),
		// A component with a new name.
		at("/components", put("schemas", "{Grown: {type: string, enum: [eu, us]}}")),
	))
	p.compiles()

	// A first parameter changes a signature, and the report says so.
	report := p.take(p.page(in("getLogDownloadCSVStatus", at("", add("parameters", "{name: grown, in: query, schema: {type: string}}")))))
	require.Contains(t, report, "What Go code stops compiling, in package gen\n  - (*Client).GetLogDownloadCSVStatus: changed from ")
}
