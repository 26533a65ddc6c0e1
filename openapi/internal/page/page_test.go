package page_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// TestForms reads one operation in every form that a page may have. The document
// is always the same.
func TestForms(t *testing.T) {
	files, err := filepath.Glob("testdata/forms/*")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	want := canonical(t, read(t, "testdata/forms/plain.md")[0].Operations[0])
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, operation := range read(t, file)[0].Operations {
				require.Equal(t, "getThing", operation.ID)
				require.Equal(t, want, canonical(t, operation))
			}
		})
	}
}

func TestTitle(t *testing.T) {
	for file, title := range map[string]string{
		"plain.md": "Things", "bom.md": "Things", "front-matter.md": "Things", "crlf.md": "Things",
		"bare.json": "bare", "bare.yaml": "bare", "json-in-a.md": "json-in-a",
	} {
		require.Equal(t, title, read(t, "testdata/forms/"+file)[0].Title, file)
	}
}

func TestBadInput(t *testing.T) {
	for file, fault := range map[string]string{
		"empty.md":            "empty.md: the file is empty",
		"prose.md":            "prose.md: no operation found",
		"page.html":           "page.html: no operation found",
		"binary.md":           "binary.md: this is not text in UTF-8",
		"latin1.md":           "latin1.md: this is not text in UTF-8",
		"cut-block.md":        "cut-block.md:27: the JSON ends too early",
		"cut-page.md":         "cut-page.md:7: the block that begins here is never closed: the page is cut off",
		"cut.json":            "cut.json:19: the JSON ends too early",
		"openapi30.md":        "openapi30.md:9: this is OpenAPI 3.0.3, and only OpenAPI 3.1 is understood",
		"openapi32.yaml":      "openapi32.yaml:1: this is OpenAPI 3.2.0",
		"number-version.yaml": "number-version.yaml:1: this is OpenAPI 3.1, and only OpenAPI 3.1 is understood (openapi: \"3.1.0\")",
		"swagger.yaml":        "swagger.yaml:1: this is Swagger 2.0",
		"no-paths.json":       "no-paths.json: no operation found: it has only OpenAPI documents of models or webhooks alone",
		"no-paths.md":         "no-paths.md: no operation found: it has only OpenAPI documents of models or webhooks alone",
		"empty-paths.json":    "empty-paths.json: no operation found",
		"no-operation.json":   "no-operation.json: no operation found",
		"same-id.yaml":        "has the operationId getThing, which testdata/bad/same-id.yaml:",
		"duplicate.md":        "duplicate.md:11: the member \"info\" occurs twice",
		"duplicate.yaml":      "duplicate.yaml:26: the member \"info\" occurs twice",
		"other.json":          "other.json: no operation found: expected OpenAPI 3.1",
		"list.json":           "list.json:1: expected an object, found a list",
		"path-item.yaml":      "path-item.yaml:13: the path /other refers to #/components/pathItems/Gone, which is not a path item",
		"gone.md":             "no such file",
	} {
		t.Run(file, func(t *testing.T) {
			_, err := page.Read(t.Context(), []string{"testdata/bad/" + file})
			require.ErrorContains(t, err, fault)
		})
	}
}

func TestDirectory(t *testing.T) {
	pages := read(t, "testdata/directory")
	require.Len(t, pages, 2)
	require.Equal(t, "Things", pages[0].Title)
	require.Equal(t, "getThing", pages[0].Operations[0].ID)
	require.Equal(t, "postOther", pages[1].Operations[0].ID)
	require.Equal(t, []string{
		"testdata/directory/README.md: passed over: it has no operation",
		"testdata/directory/package.json: passed over: it has no operation",
	}, pages[0].Notes)

	_, err := page.Read(t.Context(), []string{"testdata/empty-directory"})
	require.ErrorContains(t, err, "testdata/empty-directory: the directory has no OpenAPI document with an operation")
	_, err = page.Read(t.Context(), []string{"testdata/bad"})
	require.Error(t, err, "a broken document in a directory is not passed over")
}

func TestPagesWithOneTitle(t *testing.T) {
	pages, err := page.Read(t.Context(), []string{"testdata/forms/plain.md", "testdata/forms/crlf.md"})
	require.NoError(t, err)
	require.Equal(t, "Things (plain.md)", pages[0].Title)
	require.Equal(t, "Things (crlf.md)", pages[1].Title)
	_, err = page.Read(t.Context(), []string{"testdata/forms/plain.md", "testdata/forms/plain.md"})
	require.ErrorContains(t, err, "have the same title and name")
}

// TestHugeFile reads a file without an end.
func TestHugeFile(t *testing.T) {
	_, err := page.Read(t.Context(), []string{"/dev/zero"})
	require.EqualError(t, err, "/dev/zero: the page is too large: an import reads at most 32 MiB in all")
}

func read(t *testing.T, name string) []*page.Page {
	t.Helper()
	pages, err := page.Read(t.Context(), []string{name})
	require.NoError(t, err)
	return pages
}

func canonical(t *testing.T, operation page.Operation) string {
	t.Helper()
	data, err := document.Canonical(operation.Document.Root)
	require.NoError(t, err)
	return string(data)
}
