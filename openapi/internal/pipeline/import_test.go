package pipeline_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheCommittedFilesAreUpToDate makes the document and the code anew: not
// one byte of the project may change, and nothing may be left beside it.
func TestTheCommittedFilesAreUpToDate(t *testing.T) {
	p := copyProject(t)
	before := p.sums()
	for _, name := range []string{"openapi/spark.yaml", "gen/client.gen.go", "gen/server/server.gen.go"} {
		require.NoError(t, os.Remove(filepath.Join(p.Root, name)))
	}
	var out bytes.Buffer
	require.NoError(t, p.Build(context.Background(), &out))
	require.Equal(t, before, p.sums(), "run make generate and commit the result")
}

// TestFromNothing takes the page into a project that has nothing yet.
func TestFromNothing(t *testing.T) {
	p := newProject(t)
	page := p.page()
	p.take(page)
	want := p.sums()
	require.NoError(t, os.RemoveAll(filepath.Join(p.Root, "openapi", "published")))
	for _, name := range []string{"openapi/pages.yaml", "openapi/spark.yaml", "gen/client.gen.go", "gen/server/server.gen.go"} {
		require.NoError(t, os.Remove(filepath.Join(p.Root, name)))
	}
	report := p.take(page)
	require.Equal(t, want, p.sums())
	require.Contains(t, report, "postLogDownloadCSV (spark.Service.StartExport)\n    - the operation is new")
	report = p.take(page)
	require.Contains(t, report, "Nothing has changed in the API.\n\nEvery file was up to date.\n")
	require.Equal(t, want, p.sums())
}

// requestData leads from an operation to the fields of its filter, and
// requestMeta to those beside it.
const (
	requestData = "/requestBody/content/application~1json/schema/properties/request_data/properties"
	requestMeta = "/requestBody/content/application~1json/schema/properties/request_meta"
	answer      = "/responses/200/content/application~1json/schema"
)

// TestAChangedPage takes in a page with several changes and reads the report.
func TestAChangedPage(t *testing.T) {
	p := newProject(t)
	report := p.take(p.page(
		at("/components/parameters/callId/schema", func(schema map[string]any) { delete(schema, "format") }),
		at(requestData, rename("has_warnings", "with_warnings")),
	))
	for _, line := range []string{
		"path parameter callId retyped: was string (uuid), is string",
		"request field request_data.has_warnings renamed to request_data.with_warnings (same type and description)",
		"in Go: type CallID was openapi_types.UUID, is string",
		"in Go: type ExportFilter: the field HasWarnings is gone",
		"spark.Service.StartExport, spark.Filter: adapt to the changed request_data.with_warnings",
		"gen.CallID changes in Go: look at spark.Service.SaveWorkbook, spark.Client.Call",
		"gen.ExportFilter changes in Go: look at spark.Service.StartExport",
	} {
		require.Contains(t, report, line)
	}
	require.Contains(t, p.read("openapi/published/postLogDownloadCSV.json"), "with_warnings")
}

// TestAnOperationThatIsGone takes a page away from under an operation: the
// file goes, the others stay.
func TestAnOperationThatIsGone(t *testing.T) {
	p := newProject(t)
	p.take("testdata/growth/services.json")
	content, err := os.ReadFile("testdata/growth/services.json")
	require.NoError(t, err)
	cut := strings.Index(string(content), `"delete": {`)
	without := strings.TrimRight(strings.TrimRight(string(content)[:cut], " \n"), ",") + "\n}}}\n"
	smaller := filepath.Join(t.TempDir(), "services.json")
	require.NoError(t, os.WriteFile(smaller, []byte(without), 0o644))
	report := p.take(smaller)
	require.Contains(t, report, `removed deleteService: the page "services" no longer has it`)
	require.Contains(t, report, "deleteService\n    - the operation is gone")
	require.NoFileExists(t, filepath.Join(p.Root, "openapi/published/deleteService.json"))
	require.FileExists(t, filepath.Join(p.Root, "openapi/published/replaceService.json"))
	require.FileExists(t, filepath.Join(p.Root, "openapi/published/getDownloadXML.json"))
	require.NotContains(t, p.read("gen/client.gen.go"), "DeleteService")
	p.compiles()
}

// TestNothingIsWritten imports what can't be taken in, for every reason there
// is beyond those that package page tests.
func TestNothingIsWritten(t *testing.T) {
	p := newProject(t)
	for name, c := range map[string]struct {
		page  string
		fault string
	}{
		"not there":                    {"testdata/gone.md", "no such file"},
		"not readable":                 {"../page/testdata/bad/cut-block.md", "cut-block.md:27: the JSON ends too early"},
		"a good and a bad":             {"../page/testdata/forms/plain.md ../page/testdata/bad/prose.md", "no OpenAPI document found"},
		"no document inside":           {"../page/testdata/empty-folder", "the folder holds no OpenAPI document"},
		"points nowhere":               {p.page(at("/components/parameters", func(object map[string]any) { delete(object, "jobId") })), "the reference #/components/parameters/jobId points nowhere"},
		"circle":                       {p.page(at("/components/parameters", put("folder", "{$ref: '#/components/parameters/folder'}"))), "leads in a circle"},
		"conflict on a page":           {p.page(in("getDownloadXML", at("/components/parameters/tenant", put("description", "another")))), "define /components/parameters/tenant/description differently"},
		"conflict with ours":           {"testdata/conflict.yaml", "define /components/parameters/tenant/description differently"},
		"an ID taken already":          {"testdata/same-id.yaml", "give two operations the same ID getDownloadXML"},
		"no longer what we corrected":  {p.page(in("getDownloadXML", at(answer, put("properties", "{call: {type: object}}")))), "its reason was: The page types the answer as a bare object."},
		"our type overtaken":           {p.page(at(requestData, put("start_date", "{type: string}"))), "where x-expects expects"},
		"our scheme overtaken":         {p.page(at("/components/securitySchemes", put("syntheticKey", "{type: apiKey, in: header, name: x-key}"))), "at /syntheticKey/type below the target: the document has its own"},
		"not valid":                    {p.page(in("postLogDownloadCSV", at("", add("parameters", "{name: q, in: question, schema: {}}")))), "the document is not valid OpenAPI 3.1"},
		"no 2xx":                       {"testdata/no-2xx.yaml", "getOther has no 2xx answer"},
		"members with one Go name":     {"testdata/one-member-name.yaml", `the members "fooBar" and "foo_bar" of PostOtherJSONBody both become FooBar in Go: give one of them another name by x-go-name`},
		"operations with one Go name":  {"testdata/one-operation-name.yaml", "become Client.PostOther in Go"},
		"a member without letters":     {"testdata/no-letters.yaml", `the member "日本" of PostOtherJSONBody has no letter that Go could name it by`},
		"a member that JSON can't tag": {"testdata/odd-member.yaml", "has a name that encoding/json can't hold (a,b,omitempty)"},
		"a Go name of the client's":    {"testdata/reserved-name.yaml", "two parts of the document become Client in Go (Client defines model for Client; type Client)"},
		"our Go name":                  {"testdata/our-name.yaml", `the schemas ["Job" "job"] have one name in Go, and the facade uses it`},
		"a type within itself":         {"testdata/recursive.yaml", "the generated code doesn't compile; change the schema that it is about by x-go-name or x-go-type in openapi/overlay.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			p := project{t, p.Project}
			p.mustFail(c.fault, strings.Split(c.page, " ")...)
		})
	}
}

// TestAReportComesBeforeTheFault makes sure that a maintainer whose overlay no
// longer fits still learns what the page changed.
func TestAReportComesBeforeTheFault(t *testing.T) {
	p := newProject(t)
	report := p.mustFail("x-expects", p.page(at(requestData, put("start_date", "{type: string, format: date-time}"))))
	require.Contains(t, report, "request field request_data.start_date retyped: was string (date) or string (date-time), is string (date-time)")
}
