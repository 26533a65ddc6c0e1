package pipeline_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDiff compares pages, folders and documents of every form.
func TestDiff(t *testing.T) {
	p := newProject(t)
	before := p.sums()
	page := p.page()
	later := p.page(at(requestData, rename("has_errors", "with_errors")))
	for name, c := range map[string]struct {
		older, newer string
		want         []string
	}{
		"a page and itself":               {page, page, []string{"Nothing has changed in the API."}},
		"a page and a folder of the same": {page, p.Root + "/openapi/published", []string{"Nothing has changed in the API."}},
		"two pages": {page, later, []string{
			"request field request_data.has_errors renamed to request_data.with_errors",
			"in Go: type ExportFilter: the field HasErrors is gone (was *bool",
			"spark.Service.StartExport, spark.Filter: adapt to the changed request_data.with_errors",
		}},
		"corrected documents": {p.Root + "/openapi/spark.yaml", p.Root + "/openapi/spark.yaml", []string{
			"The documents are compared as they are, for the overlay doesn't apply to " + p.Root + "/openapi/spark.yaml: openapi/overlay.yaml:",
			"Nothing has changed in the API.",
		}},
		"other pages": {"testdata/growth/execute-v3.md", "testdata/growth/execute-v4.md", []string{
			"for the overlay doesn't apply to testdata/growth/execute-v3.md",
			"postExecuteV3\n    - the operation is gone", "postExecuteV4\n    - the operation is new",
			"in Go: function Client.PostExecuteV3 is gone",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, p.Diff(context.Background(), c.older, c.newer, &out))
			for _, want := range c.want {
				require.Contains(t, out.String(), want)
			}
		})
	}
	require.Error(t, p.Diff(context.Background(), page, "testdata/gone.md", &bytes.Buffer{}))
	require.Error(t, p.Diff(context.Background(), "testdata/gone.md", page, &bytes.Buffer{}))
	require.Equal(t, before, p.sums(), "a comparison writes nothing")
}
