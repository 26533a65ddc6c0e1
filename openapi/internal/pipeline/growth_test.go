package pipeline_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGrowth takes in other pages beside ours, of all at once: they must merge,
// validate and generate code that compiles, and nobody who uses the code from
// before may notice.
func TestGrowth(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/growth/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pages), 5)
	p := newProject(t)
	report := p.take(pages...)
	require.Contains(t, report, "reachable through gen only; give each a method in package spark")
	for _, section := range []string{"What breaks callers", "What may break callers", "stops compiling", "NOT CHECKED"} {
		require.NotContains(t, report, section)
	}
	require.Contains(t, p.take(pages...), "Every file was up to date.")
	p.compiles()
}

// TestNamesOfOursStay takes in a page whose schema is called like a parameter.
func TestNamesOfOursStay(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.take("testdata/growth/services.json")
	client := p.read("gen/client.gen.go")
	require.Contains(t, client, "type Service = string")
	require.Contains(t, client, "type Service2 struct")
}

// TestOurPageGrows lets our own page grow wherever it can without taking
// anything away. Everything must go on compiling; the coverage test, and it
// alone, has to notice.
func TestOurPageGrows(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	report := p.take(p.page(
		// A parameter, be it the first outside of the path.
		at("", add("parameters", "{name: x-grown, in: header, required: true, schema: {type: string}}")),
		// A body, where there was none, and a field in one that was bare.
		in("getLogDownloadCSVStatus getLogDownloadJSONStatus", at("", put("requestBody", "{content: {application/json: {schema: {type: object, properties: {grown: {type: integer}}}}}}"))),
		in("getDownloadXML", at("/requestBody/content/application~1json/schema", put("properties", "{grown: {type: string}}"))),
		// Fields, required ones and objects among them.
		at(requestData, put("grown", "{type: object, properties: {size: {type: integer}}}")),
		at(requestMeta+"/properties", put("grown", "{type: string}")),
		at(requestMeta, put("required", "[grown]")),
		// Answers beside ours, and another media type.
		at("/responses", put("404", "{description: None, content: {text/plain: {schema: {type: string}}}}")),
		at("/responses", put("202", "{description: Later}")),
		at("/responses/200/content", put("text/html", "{schema: {type: string}}")),
		// A component that nothing of ours is called like.
		at("/components", put("schemas", "{Grown: {type: string, enum: [eu, us]}}")),
	))
	p.compiles()
	require.Regexp(t, "postLogDownloadCSV: its parameters .*x-grown held back from gen/ until openapi/facade.yaml says that the facade takes parameters", report)
	require.Contains(t, report, "getLogDownloadCSVStatus: its body held back from gen/ until openapi/facade.yaml says that the facade takes body")

	// Once the facade takes them, the generated methods do.
	p.write("openapi/facade.yaml", replaceAll(t, p.read("openapi/facade.yaml"), "takes: [body]", "takes: [parameters, body]"))
	p.build()
	require.Contains(t, p.read("gen/client.gen.go"), "PostLogDownloadCSV(ctx context.Context, tenant Tenant, folder Folder, service Service, params *PostLogDownloadCSVParams, body PostLogDownloadCSVJSONRequestBody")
}
