package openapi_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// knownDifferences are the request fields in which the twins of the export
// differ, and how. What suits the stricter type of each suits both.
var knownDifferences = map[string]string{
	"request_data.call_ids":   "list of string or null in CSV, list of (string or null) or null in JSON",
	"request_data.call_ids[]": "string in CSV, string or null in JSON",
	"request_meta.version_id": "string (uuid) or null in CSV, string (uuid) in JSON",
}

// TestTheExportRequestsAreTwins makes sure that one Go type can go on serving
// both exports. ExportJSONRequest is generated as another name of
// ExportCSVRequest, so a change of the JSON request alone shows nowhere else.
func TestTheExportRequestsAreTwins(t *testing.T) {
	doc, err := document.ParseYAML("openapi/spark.yaml", 1, openapi.Document)
	require.NoError(t, err)
	csv, json := requestFields(doc.Root, "postLogDownloadCSV"), requestFields(doc.Root, "postLogDownloadJSON")
	require.NotEmpty(t, csv)
	require.NotEmpty(t, json)
	all := maps.Clone(csv)
	maps.Copy(all, json)
	for name := range all {
		if csv[name] == json[name] {
			require.NotContains(t, knownDifferences, name, "the twins agree on %s again: take it out of knownDifferences", name)
			continue
		}
		difference := fmt.Sprintf("%s in CSV, %s in JSON", orAbsent(csv[name]), orAbsent(json[name]))
		require.Equal(t, knownDifferences[name], difference,
			"the requests of the CSV and the JSON export differ in %s (%s), but gen has one Go type for both: "+
				"list the difference in knownDifferences if the stricter type of the two suits both, or else give "+
				"ExportJSONRequest a type of its own in openapi/overlay.yaml and let package spark use it", name, difference)
	}
}

// requestFields tells of each request field of an operation all that matters
// to its Go type and to the values that it may take.
func requestFields(root map[string]any, id string) map[string]string {
	fields := map[string]string{}
	for _, operation := range surface.Operations(root) {
		if operation.ID != id || operation.Body == nil {
			continue
		}
		for _, field := range operation.Body.Contents[0].Fields {
			text := field.Type
			if field.Required {
				text += ", required"
			}
			for _, keyword := range slices.Sorted(maps.Keys(field.Rules)) {
				if !strings.HasPrefix(keyword, "x-go-") {
					text += ", " + keyword + " " + field.Rules[keyword]
				}
			}
			fields[field.Name] = text
		}
	}
	return fields
}

func orAbsent(text string) string {
	if text == "" {
		return "absent"
	}
	return text
}
