package spark_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
)

// The vendor's own documents, before any correction of ours, accept all that
// the client sends.

// publishedPath is where the vendor's documents are, one an operation.
const publishedPath = "../openapi/published"

// published merges the vendor's documents. What they share is equal, as the
// build of openapi/spark.yaml makes sure of. They all require the security scheme
// syntheticKey and none defines it: without that no document is valid.
func published(t testing.TB) []byte {
	t.Helper()
	files, err := filepath.Glob(publishedPath + "/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var merged map[string]any
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
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

// sent is what the client sent to the API, each request checked.
type sent struct {
	validator  *contract.Validator
	report     func(error)
	operations map[string]bool // method and end of the path
	fields     map[string]bool // of export requests
}

// check checks a request, whose body it reads and puts back.
func (s *sent) check(request *http.Request) {
	operation := operationOf(request)
	s.operations[operation] = true
	switch operation {
	case "POST /download":
		return // the vendor publishes no document of the older form for legacy workbooks
	case "POST /download/xml":
		// The page lists index for Get Call ID only; the platform takes it here too.
		query := request.URL.Query()
		query.Del("index")
		request.URL.RawQuery = query.Encode()
	}
	if err := s.validator.Request(request); err != nil {
		s.report(err)
	}
	if request.Body == nil {
		return
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		s.report(err)
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	maps.Copy(s.fields, fieldsOf(body))
}

func operationOf(request *http.Request) string {
	path := strings.TrimSuffix(request.URL.Path, "/"+anyCallID)
	_, end, found := strings.Cut(path, "/services/s")
	if !found {
		_, end, _ = strings.Cut(path, "/api/v3")
	}
	return request.Method + " " + end
}

// fieldsOf are the members of an export request's parts.
func fieldsOf(body []byte) map[string]bool {
	var parts map[string]map[string]any
	fields := map[string]bool{}
	if json.Unmarshal(body, &parts) != nil {
		return fields
	}
	for part, members := range parts {
		for name := range members {
			fields[part+"."+name] = true
		}
	}
	return fields
}

// filters set each field in each of its forms.
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

func TestPublishedDocumentsAcceptAllThatIsSent(t *testing.T) {
	document := published(t)
	validator, err := contract.New(document)
	require.NoError(t, err)
	all := &sent{validator: validator, report: func(err error) { t.Error(err) }, operations: map[string]bool{}, fields: map[string]bool{}}
	w := newWorld(t, map[string]http.HandlerFunc{
		tokenHost: tokenResponse(),
		apiOrigin: respond(`{"status":null,"response_data":{"EngineCallId":"` + anyCallID + `","job_id":"` + anyCallID + `","progress":7,"download_url":"` + fileOrigin + `/x"}}`),
		fileOrigin: func(w http.ResponseWriter, _ *http.Request) {
			archive := zip.NewWriter(w)
			_, err := archive.Create("xl/workbook.xml")
			require.NoError(t, err)
			require.NoError(t, archive.Close())
		},
	})
	transport := roundTrip(func(request *http.Request) (*http.Response, error) {
		checked := request.Clone(request.Context())
		if request.URL.Scheme+"://"+request.URL.Host == apiOrigin {
			all.check(checked)
		}
		request.Body = checked.Body
		return w.RoundTrip(request)
	})
	for kind, auth := range credentials() {
		t.Run(kind, func(t *testing.T) {
			client := w.client(apiOrigin+"/my%20tenant", auth, spark.WithHTTPClient(&http.Client{Transport: transport}))
			everyOperation(t, client)
		})
	}
	require.Equal(t, []string{
		"GET /log/downloadJSON/status", "GET /log/downloadcsv/status", "GET /log/getexecutionhistorybycallid",
		"POST /download", "POST /download/xml", "POST /log/downloadJSON", "POST /log/downloadcsv",
	}, slices.Sorted(maps.Keys(all.operations)))
	require.Equal(t, publishedFields(t, document), slices.Sorted(maps.Keys(all.fields)))
}

// everyOperation sends each operation's request in each of its forms.
func everyOperation(t *testing.T, client *spark.Client) {
	_, err := client.GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
	_, err = client.GetCall(t.Context(), strings.ToUpper(anyCallID), spark.WithIndex(2))
	require.NoError(t, err)
	service := client.Service("a/b ü#?%41", "s")
	for _, opts := range [][]spark.WorkbookOption{nil, {spark.WithIndex(0)}, {spark.WithLegacyWorkbook()}, {spark.WithLegacyWorkbook(), spark.WithIndex(3)}} {
		require.NoError(t, service.WriteWorkbook(t.Context(), anyCallID, io.Discard, opts...))
	}
	for _, format := range []spark.Format{spark.FormatCSV, spark.FormatJSON} {
		_, err := service.Job(format, anyCallID).Status(t.Context())
		require.NoError(t, err)
		for _, filter := range filters() {
			_, err := service.StartExport(t.Context(), format, filter)
			require.NoError(t, err)
		}
	}
}

// publishedFields are those that the vendor's documents let an export filter by.
// One that they gain is missing in Filter.
func publishedFields(t *testing.T, document []byte) []string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	require.NoError(t, err)
	fields := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		if item.Post == nil {
			continue
		}
		for part, schema := range item.Post.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
			for name := range schema.Value.Properties {
				fields[part+"."+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(fields))
}
