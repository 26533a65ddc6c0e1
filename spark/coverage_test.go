package spark_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/spark"
)

// notRead are response fields that the facade leaves out, with the reason.
var notRead = map[string]string{
	"response_meta": "the platform's own bookkeeping of a response, null or unspecified; raw through Client.API",
	// Of a search.
	"count":              "a search is read to its end, so nobody needs it before; raw through Client.API",
	"next":               "not reliable: the last page is the one that isn't full",
	"previous":           "a search only goes forward",
	"data[].engineHASH":  "null wherever it was seen; in CallSummary.JSON",
	"data[].log":         "null wherever it was seen; in CallSummary.JSON",
	"data[].isBatchCall": "null wherever it was seen; in CallSummary.JSON",
}

// The facade covers the document: each operation, parameter, request field and
// response field. What it covers is found out by using it.
func TestFacadeCoversTheDocument(t *testing.T) {
	known, err := facade.Parse(openapi.Facade)
	require.NoError(t, err)
	operations := documentedOperations(t, openapi.Document)
	covers := map[string]covered{}
	for _, operation := range operations {
		if probe, ok := probes[operation.ID]; ok {
			covers[operation.ID] = probe.cover(t, operation)
		}
	}
	for _, gap := range gaps(operations, known, covers) {
		t.Error(gap)
	}
}

// A probe that can't fail would prove nothing.
func TestProbeMissesWhatTheFacadeDoesNotRead(t *testing.T) {
	for id, field := range map[string]string{
		"getLogGetExecutionHistoryByCallid": "response_data.EngineDetails.response_meta.new_field",
		"postLogDownloadJSON":               "response_data.new_field",
		"getLogDownloadCSVStatus":           "response_data.new_field",
		"getDownloadXML":                    "error.new_field",
		"searchCalls":                       "data[].new_field",
	} {
		for _, value := range probeValues {
			require.False(t, probes[id].shows(t, field, value), "%s %s %s", id, field, value)
		}
	}
}

// Each operation of the facade list names an existing method.
func TestFacadeListNamesMethods(t *testing.T) {
	known, err := facade.Parse(openapi.Facade)
	require.NoError(t, err)
	types := map[string]reflect.Type{
		"Client": reflect.TypeFor[*spark.Client](), "Service": reflect.TypeFor[*spark.Service](), "Job": reflect.TypeFor[spark.Job](),
	}
	for id, entry := range known {
		if entry.Exempt != "" {
			continue
		}
		receiver, method, _ := strings.Cut(entry.Method, ".")
		require.Contains(t, types, receiver, id)
		_, found := types[receiver].MethodByName(method)
		require.True(t, found, "%s: %s is not a method", id, entry.Method)
	}
}

// use calls the facade method of an operation.
type use func(context.Context, *spark.Client) (result any, err error)

// probe uses the facade method of an operation in every way that it has.
type probe struct {
	send []use
	// read returns what the method returns, in which a value of the response may show.
	read use
}

const (
	probeFolder  = "probe-folder"
	probeService = "probe-service"
)

var probes = map[string]probe{
	"getLogGetExecutionHistoryByCallid": {send: []use{callUse(spark.WithIndex(0))}, read: callUse()},
	"getDownloadXML":                    {send: []use{workbookUse(spark.WithIndex(0))}, read: workbookUse()},
	"getDownload":                       {send: []use{workbookUse(spark.WithLegacyWorkbook(), spark.WithIndex(0))}, read: workbookUse(spark.WithLegacyWorkbook())},
	"postLogDownloadCSV":                exportProbe(spark.FormatCSV),
	"postLogDownloadJSON":               exportProbe(spark.FormatJSON),
	"getLogDownloadCSVStatus":           {send: []use{statusUse(spark.FormatCSV)}, read: statusUse(spark.FormatCSV)},
	"getLogDownloadJSONStatus":          {send: []use{statusUse(spark.FormatJSON)}, read: statusUse(spark.FormatJSON)},
	"searchCalls": {
		send: []use{searchUse(spark.Query{From: time.Unix(0, 0), To: time.Now(), User: "u", Purpose: "p", VersionID: anyCallID, Text: "t"})},
		read: searchUse(spark.Query{}),
	},
}

func callUse(opts ...spark.CallOption) use {
	return func(ctx context.Context, c *spark.Client) (any, error) {
		call, err := c.GetCall(ctx, anyCallID, opts...)
		if err != nil {
			return nil, err
		}
		return exported(call), nil
	}
}

func workbookUse(opts ...spark.WorkbookOption) use {
	return func(ctx context.Context, c *spark.Client) (any, error) {
		return nil, c.Service(probeFolder, probeService).WriteWorkbook(ctx, anyCallID, io.Discard, opts...)
	}
}

func exportProbe(format spark.Format) probe {
	start := func(filter spark.Filter) use {
		return func(ctx context.Context, c *spark.Client) (any, error) {
			job, err := c.Service(probeFolder, probeService).StartExport(ctx, format, filter)
			return job.ID, err
		}
	}
	instant := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	all := spark.Filter{From: instant, To: instant, Purpose: "p", User: "u", VersionID: anyCallID, HasErrors: spark.Yes, HasWarnings: spark.No, TimezoneOffset: 1, CallIDs: []string{anyCallID}}
	return probe{
		send: []use{start(all), start(spark.Filter{CorrelationID: "c"}), start(spark.Filter{SourceSystem: "s"})},
		read: start(spark.Filter{}),
	}
}

func statusUse(format spark.Format) use {
	return func(ctx context.Context, c *spark.Client) (any, error) {
		status, err := c.Service(probeFolder, probeService).Job(format, anyCallID).Status(ctx)
		return []any{status.Progress, status.Done}, err
	}
}

func searchUse(query spark.Query) use {
	return func(ctx context.Context, c *spark.Client) (any, error) {
		for call, err := range c.Service(probeFolder, probeService).Search(ctx, query, spark.WithOldestFirst(), spark.WithPageSize(200)) {
			if err != nil {
				return nil, err
			}
			return exported(call), nil
		}
		return nil, nil
	}
}

// exported returns the exported fields of a call, so that a field counts as read only if
// it is visible there.
func exported[T any](call *T) any {
	var shown []any
	value := reflect.ValueOf(call).Elem()
	for i := range value.NumField() {
		if !value.Type().Field(i).IsExported() {
			continue
		}
		encoded, err := json.Marshal(value.Field(i).Interface())
		if err != nil {
			encoded = []byte(err.Error())
		}
		shown = append(shown, string(encoded))
	}
	return shown
}

func (p probe) cover(t *testing.T, operation documented) covered {
	parameters, fields := p.sent(t, operation)
	return covered{Parameters: parameters, RequestFields: fields, ResponseFields: p.fieldsRead(t, operation)}
}

// sent returns the parameters and request fields that arrive.
func (p probe) sent(t *testing.T, operation documented) (parameters, fields []string) {
	found, body := map[string]bool{}, map[string]bool{}
	path := strings.Split(operation.Path, "/")
	w := apiWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		for name := range r.URL.Query() {
			found[name] = true
		}
		for i, segment := range strings.Split(r.URL.EscapedPath(), "/") {
			if i < len(path) && strings.HasPrefix(path[i], "{") && segment != "" {
				found[strings.Trim(path[i], "{}")] = true
			}
		}
		var content any
		if json.NewDecoder(r.Body).Decode(&content) == nil {
			leaves("", content, body)
		}
	})
	client := w.bearer(oneAttempt)
	for _, send := range p.send {
		_, err := send(t.Context(), client)
		require.Error(t, err) // the response is empty
	}
	return slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(body))
}

// leaves collects the names of the fields with values.
func leaves(name string, content any, into map[string]bool) {
	switch content := content.(type) {
	case map[string]any:
		for member, value := range content {
			leaves(strings.TrimPrefix(name+"."+member, "."), value, into)
		}
		return
	case []any:
		if _, objects := content[0].(map[string]any); objects {
			for _, element := range content {
				leaves(name+"[]", element, into)
			}
			return
		}
	}
	into[name] = true
}

// probeValues are values for a field. It is read if one of them makes a difference.
var probeValues = []string{`"probe"`, `"` + anyCallID + `"`, `7`, `true`, `"2026-03-01T00:00:00Z"`, `{"Probe":1}`, `["probe"]`, `"Error"`,
	`"ftp://probe.example.com/x"`}

// fieldsRead returns the response fields that make a difference in the result.
func (p probe) fieldsRead(t *testing.T, operation documented) []string {
	var seen []string
	for _, field := range operation.ResponseFields {
		if notRead[field] != "" || slices.ContainsFunc(probeValues, func(value string) bool { return p.shows(t, field, value) }) {
			seen = append(seen, field)
		}
	}
	return seen
}

func (p probe) shows(t *testing.T, field, value string) bool {
	look := func(value string) any {
		response := document(strings.Split(field, "."), value)
		if !strings.HasPrefix(field, "response_data") && !strings.HasPrefix(field, "data[]") {
			response = strings.TrimSuffix(response, "}") + `,"data":[],"response_data":{"EngineCallId":"` + anyCallID + `","job_id":"` + anyCallID + `","progress":1}}`
		}
		if field == "message" { // it counts beside a code
			response = strings.TrimSuffix(response, "}") + `,"errorCode":"E"}`
		}
		if !json.Valid([]byte(response)) {
			return nil
		}
		client := apiWorld(t, respond(response)).bearer(oneAttempt)
		result, err := p.read(t.Context(), client)
		if err != nil {
			result, _, _ = strings.Cut(err.Error(), "request ID") // which differs
		}
		return result
	}
	return !reflect.DeepEqual(look(value), look(`null`))
}

// document is JSON with one field in it.
func document(path []string, value string) string {
	if len(path) == 0 {
		return value
	}
	name, list := strings.CutSuffix(path[0], "[]")
	inner := document(path[1:], value)
	if list {
		inner = "[" + inner + "]"
	}
	return `{"` + name + `":` + inner + `}`
}
