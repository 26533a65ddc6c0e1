package spark_test

import (
	"archive/zip"
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/internal/samples"
)

// publishedPath is the directory of the vendor's documents, one for each operation.
const publishedPath = "../openapi/published"

// published merges the vendor's documents. What they share is equal, as the
// build of openapi/spark.yaml makes sure of. They all require the security scheme
// syntheticKey, and none defines it, so the definition is added here.
func published(t testing.TB) []byte {
	t.Helper()
	files, err := filepath.Glob(publishedPath + "/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var merged map[string]any
	for _, file := range files {
		data := readFile(t, file)
		var document map[string]any
		require.NoError(t, json.Unmarshal(data, &document))
		if merged == nil {
			merged = document
			continue
		}
		maps.Copy(member(merged, "paths"), member(document, "paths"))
		maps.Copy(member(merged, "components", "parameters"), member(document, "components", "parameters"))
	}
	member(merged, "components", "securitySchemes")["syntheticKey"] = map[string]any{"type": "apiKey", "in": "header", "name": "x-synthetic-key"}
	data, err := json.Marshal(merged)
	require.NoError(t, err)
	return data
}

func member(document map[string]any, path ...string) map[string]any {
	for _, name := range path {
		document = document[name].(map[string]any)
	}
	return document
}

// filters returns filters that set each field in each of its forms.
func filters() []spark.Filter {
	noon := time.Date(2026, 3, 1, 12, 30, 15, 123456789, time.FixedZone("", 2*3600))
	day := spark.DateOf(noon)
	return []spark.Filter{
		{},
		{From: noon, To: noon.Add(time.Hour)},
		{From: noon.Truncate(time.Second), ToDate: day},
		{FromDate: day, ToDate: day},
		{FromDate: day, To: noon.AddDate(1, 0, 0)},
		{CallIDs: []string{anyCallID}},
		{CallIDs: []string{anyCallID, "00000000-0000-4000-8000-000000000000", strings.ToUpper(anyCallID)}},
		{CorrelationID: "renewals 2026/03 – ü"},
		{SourceSystem: "SPARK"},
		{Purpose: "Spark - API Tester", User: "béatrice.müller@example.com"},
		{VersionID: anyCallID},
		{HasErrors: spark.Yes, HasWarnings: spark.No},
		{HasErrors: spark.No, HasWarnings: spark.Yes},
		{TimezoneOffset: -12},
		{TimezoneOffset: 14},
		{
			From: noon, ToDate: day, CallIDs: []string{anyCallID}, Purpose: "p", User: "u", VersionID: anyCallID,
			HasErrors: spark.Yes, HasWarnings: spark.Yes, TimezoneOffset: 1,
		},
	}
}

func TestFiltersSetEachField(t *testing.T) {
	set := map[string]bool{}
	for _, filter := range filters() {
		value := reflect.ValueOf(filter)
		for i := range value.NumField() {
			if !value.Field(i).IsZero() {
				set[value.Type().Field(i).Name] = true
			}
		}
	}
	require.Len(t, set, reflect.TypeFor[spark.Filter]().NumField())
}

func TestPublishedDocumentsAcceptEachRequest(t *testing.T) {
	document := published(t)
	validator, err := contract.New(document)
	require.NoError(t, err)
	w := apiWorld(t, respondData(`{"EngineCallId":"`+anyCallID+`","job_id":"`+anyCallID+`","progress":7,"download_url":"`+fileOrigin+`/x"}`))
	w.handlers[tokenHost] = tokenResponse()
	w.handlers[fileOrigin] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(samples.ZIP(t, zip.Store, samples.File{"xl/workbook.xml", ""}))
	}
	transport := roundTrip(func(request *http.Request) (*http.Response, error) {
		checked := request.Clone(request.Context())
		if request.URL.Host == "excel.uat.us.coherent.global" {
			if strings.Contains(request.URL.Path, "/download/xml/") {
				// The page lists index for Get Call ID only; the platform takes it here too.
				query := checked.URL.Query()
				query.Del("index")
				checked.URL.RawQuery = query.Encode()
			}
			require.NoError(t, validator.Request(checked)) // which reads the body and puts it back
		}
		request.Body = checked.Body
		return w.RoundTrip(request)
	})
	for kind, auth := range credentials() {
		t.Run(kind, func(t *testing.T) {
			client := w.client(apiOrigin+"/my%20tenant", auth, spark.WithHTTPClient(&http.Client{Transport: transport}))
			for _, operation := range documentedOperations(t, document) {
				require.Contains(t, probes, operation.ID)
				for _, send := range probes[operation.ID].send {
					_, err := send(t.Context(), client)
					require.NoError(t, err, operation.ID)
				}
			}
			for _, format := range []spark.Format{spark.FormatCSV, spark.FormatJSON} {
				for _, filter := range filters() {
					_, err := client.Service("a/b ü#?%41", "s").StartExport(t.Context(), format, filter)
					require.NoError(t, err)
				}
			}
		})
	}
}
