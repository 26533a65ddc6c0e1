package pipeline_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheCommittedFilesAreUpToDate regenerates the document and the code: not
// one byte of the project may change, and there may not be any new file.
func TestTheCommittedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	p := copyProject(t)
	before := p.sums()
	for _, name := range []string{"openapi/spark.yaml", "gen/client.gen.go", "gen/server/server.gen.go"} {
		require.NoError(t, os.Remove(filepath.Join(p.Root, name)))
	}
	var out bytes.Buffer
	require.NoError(t, p.Build(context.Background(), &out))
	require.Empty(t, out.String(), "nothing of the document needs a remark")
	require.Equal(t, before, p.sums(), "run make generate and commit the result")
}

// TestFromNothing imports the page into a project that has no documents yet.
func TestFromNothing(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	page := p.page()
	pages := p.read("openapi/pages.yaml")
	p.write("openapi/pages.yaml", pages[:strings.Index(pages, "  url:")]) // a file says nothing of its URL
	p.take(page)
	want := p.sums()
	require.NoError(t, os.RemoveAll(filepath.Join(p.Root, "openapi", "published")))
	for _, name := range []string{"openapi/pages.yaml", "openapi/spark.yaml", "gen/client.gen.go", "gen/server/server.gen.go"} {
		require.NoError(t, os.Remove(filepath.Join(p.Root, name)))
	}
	report := p.take(page)
	require.Equal(t, want, p.sums())
	require.Contains(t, report, "postLogDownloadCSV (spark.Service.StartExport): endpoint added")
	report = p.take(page)
	require.Contains(t, report, "Nothing has changed in the API.\n\nEvery file was up to date.\n")
	require.Equal(t, want, p.sums())
}

// requestData leads from an operation to the fields of its filter, and
// requestMeta to those beside it.
const (
	requestData = "/requestBody/content/application~1json/schema/properties/request_data/properties"
	requestMeta = "/requestBody/content/application~1json/schema/properties/request_meta"
	response    = "/responses/200/content/application~1json/schema"
)

// TestAChangedPage imports a page with several changes and reads the report.
func TestAChangedPage(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	report := p.take(p.page(
		at("/components/parameters/callId/schema", func(schema map[string]any) { delete(schema, "format") }),
		at(requestData, rename("has_warnings", "with_warnings")),
	))
	require.Equal(t, `What may break callers
  - postLogDownloadCSV (spark.Service.StartExport): removed the request property `+"`request_data/has_warnings`"+`
  - postLogDownloadJSON (spark.Service.StartExport): removed the request property `+"`request_data/has_warnings`"+`

What else changed
`, report[:strings.Index(report, "  - getDownload (")])
	for _, line := range []string{
		"getLogGetExecutionHistoryByCallid (spark.Client.",
		"added the new optional request property `request_data/with_warnings`",
		"What Go code stops compiling, in package gen\n  - CallID: changed from github.com/google/uuid.UUID to string\n  - ExportFilter.HasWarnings: removed\n\nWhat is new in package gen\n  - ExportFilter.WithWarnings: added\n",
	} {
		require.Contains(t, report, line)
	}
	require.Contains(t, p.read("openapi/published/postLogDownloadCSV.json"), "with_warnings")
}

// TestAnOperationThatIsGone imports a page without one of its operations. Only
// that operation's file is removed.
func TestAnOperationThatIsGone(t *testing.T) {
	t.Parallel()
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
	require.Contains(t, report, "deleteService (DELETE ")
	require.NoFileExists(t, filepath.Join(p.Root, "openapi/published/deleteService.json"))
	require.FileExists(t, filepath.Join(p.Root, "openapi/published/replaceService.json"))
	require.FileExists(t, filepath.Join(p.Root, "openapi/published/getDownloadXML.json"))
	require.NotContains(t, p.read("gen/client.gen.go"), "DeleteService")
	p.compiles()
}

// TestNothingIsWritten imports pages that are refused for reasons that the corpus
// doesn't have.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	for name, c := range map[string]struct {
		page  string
		fault string
	}{
		"not there":                   {"testdata/gone.md", "testdata/gone.md: no such file"},
		"a good and a bad":            {"../page/testdata/forms/plain.md ../page/testdata/bad/prose.md", "no operation found"},
		"no document inside":          {"../page/testdata/empty-directory", "the directory has no OpenAPI document with an operation"},
		"points nowhere":              {p.page(at("/components/parameters", func(object map[string]any) { delete(object, "jobId") })), "the reference #/components/parameters/jobId points nowhere"},
		"circle":                      {p.page(at("/components/parameters", put("folder", "{$ref: '#/components/parameters/folder'}"))), "/components/parameters/folder"},
		"an ID taken already":         {"testdata/same-id.yaml", "give two operations the same ID getDownloadXML: change one in a copy of the page, and import the copy"},
		"no longer what we corrected": {p.page(in("getDownloadXML", at(response, put("properties", "{call: {type: object}}")))), "its reason was: The page types the response as a bare object."},
		"our type overtaken":          {p.page(at(requestData, put("start_date", "{type: string}"))), "where x-expects expects"},
		"our scheme overtaken":        {p.page(at("/components/securitySchemes", put("syntheticKey", "{type: apiKey, in: header, name: x-key}"))), "at /syntheticKey/in below the target: the document has its own"},
		"a copied part":               {p.page(at(requestMeta, put("type", "thing"))), "/post/requestBody/content/application~1json/schema/properties/request_meta"},
		"our operation overtaken":     {"testdata/our-search.yaml", "openapi/supplement/search.yaml:12: the vendor publishes /api/v1/product/{product}/Engines/{engine}/logs now (testdata/our-search.yaml:5: /paths/~1api~1v1~1product~1{product}~1Engines~1{engine}~1logs/get): take our operation out of this file"},
	} {
		t.Run(name, func(t *testing.T) {
			p := project{t, p.Project}
			p.mustFail(c.fault, strings.Split(c.page, " ")...)
		})
	}
}

// TestOperationsWithoutCode imports operations that the generator can't put beside
// the others.
func TestOperationsWithoutCode(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the generator dozens of times; make check does, and TestCorpus has such operations too")
	}
	t.Parallel()
	p := newProject(t)
	p.mustFail("there is no Go code for post", "testdata/one-operation-name.yaml")
	p.mustFail("reserved-name.yaml:12: /paths/~1other/post: there is no Go code for postOther", "testdata/reserved-name.yaml")
}

// TestSupplementsNeedTheirProvenance builds with an operation of ours that doesn't
// say where it was seen.
func TestSupplementsNeedTheirProvenance(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.write("openapi/supplement/search.yaml", replaceAll(t, p.read("openapi/supplement/search.yaml"), "x-provenance: >-", "x-origin: >-"))
	err := p.Build(t.Context(), new(bytes.Buffer))
	require.EqualError(t, err, "openapi/supplement/search.yaml:12: /paths/~1api~1v1~1product~1{folder}~1engines~1{service}~1logs/post: say in x-provenance where the operation was seen")
}

// TestAllComplaintsOfAllPages imports pages that are wrong in several ways: each
// complaint comes once.
func TestAllComplaintsOfAllPages(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	_, err := p.try(corpus+"conflict.md", corpus+"broken-block.md", corpus+"invalid.md", corpus+"only-models.md")
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 9)
	slices.Sort(lines)
	require.Len(t, slices.Compact(lines), 9)
}
