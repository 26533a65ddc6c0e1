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

// probe uses the facade method of an operation in every way that it has.
type probe struct {
	send []func(context.Context, *spark.Client) error
	// reads reports whether the value of response_data shows in what the method returns.
	reads func(ctx context.Context, c *spark.Client) any
}

const (
	probeFolder  = "probe-folder"
	probeService = "probe-service"
)

var probes = map[string]probe{
	"getLogGetExecutionHistoryByCallid": {
		send: []func(context.Context, *spark.Client) error{func(ctx context.Context, c *spark.Client) error {
			_, err := c.GetCall(ctx, anyCallID, spark.WithIndex(0))
			return err
		}},
		reads: func(ctx context.Context, c *spark.Client) any {
			call, err := c.GetCall(ctx, anyCallID)
			if err != nil {
				return err
			}
			return exported(call)
		},
	},
	"getDownloadXML":           workbookProbe(),
	"getDownload":              workbookProbe(spark.WithLegacyWorkbook()),
	"postLogDownloadCSV":       exportProbe(spark.FormatCSV),
	"postLogDownloadJSON":      exportProbe(spark.FormatJSON),
	"getLogDownloadCSVStatus":  statusProbe(spark.FormatCSV),
	"getLogDownloadJSONStatus": statusProbe(spark.FormatJSON),
	"searchCalls":              searchProbe(),
}

func workbookProbe(opts ...spark.WorkbookOption) probe {
	fetch := func(ctx context.Context, c *spark.Client, opts ...spark.WorkbookOption) error {
		return c.Service(probeFolder, probeService).WriteWorkbook(ctx, anyCallID, io.Discard, opts...)
	}
	return probe{
		send: []func(context.Context, *spark.Client) error{func(ctx context.Context, c *spark.Client) error {
			return fetch(ctx, c, append(opts, spark.WithIndex(0))...)
		}},
		reads: func(ctx context.Context, c *spark.Client) any { return fetch(ctx, c, opts...).Error() },
	}
}

func exportProbe(format spark.Format) probe {
	instant := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var p probe
	for _, filter := range []spark.Filter{
		{From: instant, To: instant, Purpose: "p", User: "u", VersionID: anyCallID, HasErrors: spark.Yes, HasWarnings: spark.No, TimezoneOffset: 1, CallIDs: []string{anyCallID}},
		{CorrelationID: "c"}, {SourceSystem: "s"},
	} {
		p.send = append(p.send, func(ctx context.Context, c *spark.Client) error {
			_, err := c.Service(probeFolder, probeService).StartExport(ctx, format, filter)
			return err
		})
	}
	p.reads = func(ctx context.Context, c *spark.Client) any {
		job, err := c.Service(probeFolder, probeService).StartExport(ctx, format, spark.Filter{})
		if err != nil {
			return apart(err)
		}
		return job.ID
	}
	return p
}

func statusProbe(format spark.Format) probe {
	ask := func(ctx context.Context, c *spark.Client) (spark.JobStatus, error) {
		return c.Service(probeFolder, probeService).Job(format, anyCallID).Status(ctx)
	}
	return probe{
		send: []func(context.Context, *spark.Client) error{func(ctx context.Context, c *spark.Client) error {
			_, err := ask(ctx, c)
			return err
		}},
		reads: func(ctx context.Context, c *spark.Client) any {
			status, err := ask(ctx, c)
			if err != nil {
				return apart(err)
			}
			return []any{status.Progress, status.Done}
		},
	}
}

func searchProbe() probe {
	search := func(ctx context.Context, c *spark.Client, query spark.Query) (any, error) {
		for call, err := range c.Service(probeFolder, probeService).Search(ctx, query, spark.WithOldestFirst(), spark.WithPageSize(200)) {
			if err != nil {
				return apart(err), err
			}
			return exported(call), nil
		}
		return nil, nil
	}
	return probe{
		send: []func(context.Context, *spark.Client) error{func(ctx context.Context, c *spark.Client) error {
			_, err := search(ctx, c, spark.Query{From: time.Unix(0, 0), To: time.Now(), User: "u", Purpose: "p", VersionID: anyCallID, Text: "t"})
			return err
		}},
		reads: func(ctx context.Context, c *spark.Client) any {
			result, _ := search(ctx, c, spark.Query{})
			return result
		},
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

// apart returns the text of an error without what differs between requests.
func apart(err error) any {
	text, _, _ := strings.Cut(err.Error(), "request ID")
	return text
}

func (p probe) cover(t *testing.T, operation documented) covered {
	parameters, fields := p.sent(t, operation)
	return covered{Parameters: parameters, RequestFields: fields, ResponseFields: p.read(t, operation)}
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
		require.Error(t, send(t.Context(), client)) // no host there responds
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

// read returns the response fields that make a difference in the result.
func (p probe) read(t *testing.T, operation documented) []string {
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
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(response), "https://files.example.com": respond("no file")})
		client := w.bearer(oneAttempt)
		result := p.reads(t.Context(), client)
		if err, ok := result.(error); ok {
			result = apart(err)
		}
		if text, ok := result.(string); ok {
			result, _, _ = strings.Cut(text, "request ID")
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
