package pipeline_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/compare"
)

// TestGrowth takes in other pages beside ours, one after the other: each must
// merge, validate and generate code that compiles, and nobody who uses the
// code from before may notice.
func TestGrowth(t *testing.T) {
	pages, err := filepath.Glob("testdata/growth/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pages), 5)
	p := newProject(t)
	begin, spec := p.read("gen/client.gen.go"), p.read("openapi/spark.yaml")
	known := p.gaps(spec)
	for _, page := range pages {
		require.Contains(t, p.take(page), "reachable through gen only; give each a method in package spark", page)
	}
	require.Contains(t, p.take(pages...), "Every file was up to date.")
	changes, err := compare.GoChanges([]byte(begin), []byte(p.read("gen/client.gen.go")))
	require.NoError(t, err)
	for _, change := range changes {
		require.False(t, change.Breaks, change.Text)
	}
	p.compiles()
	gaps := slices.DeleteFunc(p.gaps(spec), func(gap string) bool { return slices.Contains(known, gap) })
	require.Len(t, gaps, 16)
	for _, gap := range gaps {
		require.Contains(t, gap, "is reachable through gen only")
	}
}

// gaps are what the coverage test of package spark would say, for a facade
// that covers all that a document had.
func (p project) gaps(spec string) []string {
	p.t.Helper()
	now, err := coverage.Operations([]byte(spec))
	require.NoError(p.t, err)
	covered := map[string]coverage.Covered{}
	for _, operation := range now {
		var all coverage.Covered
		for _, parameter := range operation.Parameters {
			all.Parameters = append(all.Parameters, parameter.Name)
		}
		for _, field := range operation.RequestFields {
			all.RequestFields = append(all.RequestFields, field.Name)
		}
		for _, field := range operation.AnswerFields {
			all.AnswerFields = append(all.AnswerFields, field.Name)
		}
		covered[operation.ID] = all
	}
	operations, err := coverage.Operations([]byte(p.read("openapi/spark.yaml")))
	require.NoError(p.t, err)
	facade, err := coverage.ParseFacade([]byte(p.read("openapi/facade.yaml")))
	require.NoError(p.t, err)
	return coverage.Gaps(operations, facade, covered)
}

// TestWhatGoHasNoTypeFor reads what became of it.
func TestWhatGoHasNoTypeFor(t *testing.T) {
	p := newProject(t)
	report := p.take("testdata/growth/odd-shapes.md")
	for _, line := range []string{
		"/components/schemas/Multi: of several types: raw JSON (json.RawMessage) in Go",
		"/components/schemas/Anything: a boolean schema: raw JSON",
		"/components/schemas/Shape/properties/either: combined with a schema that is of several types: raw JSON",
		"/paths/~1{tenant}~1odd~1{key}/post/parameters/1/schema: of several types: a string in Go",
	} {
		require.Contains(t, report, line)
	}
	client := p.read("gen/client.gen.go")
	for _, line := range []string{
		"type Multi = json.RawMessage", "type Anything = json.RawMessage", "type Combined = json.RawMessage",
		"Always       json.RawMessage        `json:\"always\"`", "Digits       *float64 ", "JSONText     *string ",
		"PostOdd(ctx context.Context, tenant string, key string, params *PostOddParams, body PostOddJSONRequestBody",
	} {
		require.Contains(t, client, line)
	}
}

// TestWhatNetHTTPCanNotServe leaves it out of the server interface alone.
func TestWhatNetHTTPCanNotServe(t *testing.T) {
	p := newProject(t)
	report := p.take("testdata/growth/batches.yaml")
	require.Contains(t, report, "closeBatch is left out of gen/server, for net/http can't serve it beside the others")
	require.Contains(t, report, "pushDemoChunks is left out of gen/server")
	require.NotContains(t, report, "registered at")
	server, client := p.read("gen/server/server.gen.go"), p.read("gen/client.gen.go")
	for _, name := range []string{"CloseBatch", "PushDemoChunks"} {
		require.NotContains(t, server, name)
		require.Contains(t, client, name)
	}
	require.Contains(t, server, "PushChunks")
}

// TestNamesOfOursStay takes in a page whose schema is called like a parameter.
func TestNamesOfOursStay(t *testing.T) {
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
	p := newProject(t)
	begin, spec := p.read("gen/client.gen.go"), p.read("openapi/spark.yaml")
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
	changes, err := compare.GoChanges([]byte(begin), []byte(p.read("gen/client.gen.go")))
	require.NoError(t, err)
	for _, change := range changes {
		if change.Type != "GetDownloadXMLJSONBody" { // was a map, is a struct: an empty literal fits both
			require.False(t, change.Breaks, change.Text)
		}
	}
	require.Regexp(t, "postLogDownloadCSV: its parameters .*x-grown held back from gen/ until openapi/facade.yaml says that the facade takes parameters", report)
	require.Contains(t, report, "getLogDownloadCSVStatus: its body held back from gen/ until openapi/facade.yaml says that the facade takes body")

	gaps := p.gaps(spec)
	for _, gap := range []string{
		`postLogDownloadCSV has the parameter x-grown (header, string), which the generated method doesn't take yet: add "parameters" to takes`,
		`getLogDownloadJSONStatus has a request body, which the generated method doesn't take yet: add "body" to takes`,
		"getLogGetExecutionHistoryByCallid has the parameter x-grown (header, string), which the facade doesn't cover: make it settable through spark.Client.Call",
		"postLogDownloadJSON has the request field request_meta.grown (string), which the facade doesn't cover: make it settable through spark.Service.StartExport or spark.Filter",
		"postLogDownloadCSV has the request field request_data.grown.size (integer)",
		"getDownloadXML has the request field grown (string)",
	} {
		require.True(t, contains(gaps, gap), "%s\nis not in %q", gap, gaps)
	}

	// Once the facade takes them, the generated methods do.
	p.write("openapi/facade.yaml", replaceAll(t, p.read("openapi/facade.yaml"), "takes: [body]", "takes: [parameters, body]"))
	p.build()
	require.Contains(t, p.read("gen/client.gen.go"), "PostLogDownloadCSV(ctx context.Context, tenant Tenant, folder Folder, service Service, params *PostLogDownloadCSVParams, body PostLogDownloadCSVJSONRequestBody")
}
