package sparktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

const noSuchID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"

func TestNamesOfAllLetters(t *testing.T) {
	for _, name := range []string{"a b", "a/b", "a//b", "R&D", "#1", "50%41", "a?b=c", "a+b", "a;b", "ünï 東京", `q"uote`, "...", "%2F", "{x}"} {
		t.Run(name, func(t *testing.T) {
			s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Tenant("t "+name),
				sparktest.Service("other", "other"),
				sparktest.Service("f "+name, name, sparktest.Call{User: "someone"}),
			)
			c := newClient(t, s, goodKey)
			c.Folder, c.Service = "f "+name, name

			call := s.Calls()[0]
			e := c.succeed(c.getCall(call.ID, nil))
			var record string
			require.NoError(t, json.Unmarshal(e.ResponseData, &record))
			require.Equal(t, name, decode[string](t, json.RawMessage(record), "Service"))
			require.Equal(t, "f "+name, decode[string](t, json.RawMessage(record), "Product"))
			c.succeed(c.getWorkbook(c.Folder, c.Service, call.ID, nil))
			require.Len(t, c.exportRecords(gen.ExportFilter{}), 1)
		})
	}
}

func TestLetterCaseOfTheLastSegment(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	prefix := s.BaseURL + "/api/v3/folders/motor/services/premium/log/"
	for _, segment := range []string{"downloadjson", "downloadJSON", "downloadcsv", "downloadCSV", "DownloadCsv"} {
		code, e := c.send(http.MethodPost, prefix+segment, "{}")
		require.Equal(t, http.StatusOK, code)
		code, _ = c.send(http.MethodGet, prefix+segment+"/status/"+decode[string](t, e.ResponseData, "job_id"), "")
		require.Equal(t, http.StatusOK, code)
	}
	require.Len(t, s.Jobs(), 5)
}

// send sends a request that no generated client would make.
func (c *client) send(method, url, body string) (int, envelope) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, url, strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.BearerToken)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.response(c.http.Do(req))
}

func TestRefusals(t *testing.T) {
	var found violations
	s := sparktest.NewServer(t, sparktest.InMemory(), found.option())
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	service := s.BaseURL + "/api/v3/folders/motor/services/premium"
	call := s.Calls()[0].ID
	tests := map[string]struct {
		method, url, body string
		code              int
		message           string
		violation         string // "" if the document doesn't forbid it
	}{
		"workbook by GET":        {"GET", service + "/download/xml/" + call, "", 405, "METHOD_NOT_ALLOWED", "method not allowed"},
		"workbook without body":  {"POST", service + "/download/xml/" + call, "", 400, "INVALID_REQUEST", "value is required"},
		"workbook with null":     {"POST", service + "/download/xml/" + call, "null", 400, "INVALID_REQUEST", "want object"},
		"malformed call ID":      {"POST", service + "/download/xml/" + call[1:], "{}", 400, "INVALID_REQUEST", "callId"},
		"unknown call":           {"POST", service + "/download/xml/" + noSuchID, "{}", 404, "CALL_NOT_FOUND", ""},
		"call out of bounds":     {"GET", s.BaseURL + "/api/v3/log/getexecutionhistorybycallid/" + call + "?index=1", "", 400, "INDEX_OUT_OF_BOUNDS", ""},
		"workbook out of bounds": {"POST", service + "/download/xml/" + call + "?index=1", "{}", 400, "INDEX_OUT_OF_BOUNDS", ""},
		"index of letters":       {"POST", service + "/download/xml/" + call + "?index=x", "{}", 400, "INVALID_REQUEST", "index"},
		"export by GET":          {"GET", service + "/log/downloadcsv", "", 405, "METHOD_NOT_ALLOWED", "method not allowed"},
		"export of bad JSON":     {"POST", service + "/log/downloadcsv", "{", 400, "INVALID_REQUEST", "failed to decode"},
		"export of a bad date":   {"POST", service + "/log/downloadcsv", `{"request_data":{"start_date":"1 May"}}`, 400, "INVALID_REQUEST", "start_date"},
		"export of a bad type":   {"POST", service + "/log/downloadJSON", `{"request_data":{"has_errors":"yes"}}`, 400, "INVALID_REQUEST", "has_errors"},
		"unknown job":            {"GET", service + "/log/downloadcsv/status/" + noSuchID, "", 404, "JOB_NOT_FOUND", ""},
		"unknown service":        {"POST", strings.Replace(service, "premium", "x", 1) + "/log/downloadcsv", "{}", 404, "SERVICE_NOT_FOUND", ""},
		"status of no service":   {"GET", strings.Replace(service, "premium", "x", 1) + "/log/downloadcsv/status/" + noSuchID, "", 404, "SERVICE_NOT_FOUND", ""},
		"workbook of no service": {"POST", strings.Replace(service, "motor", "x", 1) + "/download/xml/" + call, "{}", 404, "SERVICE_NOT_FOUND", ""},
		"unknown path":           {"GET", s.BaseURL + "/api/v3/nothing", "", 404, "ROUTE_NOT_FOUND", "no operation"},
		"empty name":             {"POST", strings.Replace(service, "premium", "", 1) + "/log/downloadcsv", "{}", 404, "ROUTE_NOT_FOUND", "no operation"},
		"unknown file":           {"GET", s.FileURL + "/docstore/api/v1/documents/versions/tokens/x/file.zip", "", 404, "FILE_NOT_FOUND", ""},
		"file by POST":           {"POST", s.FileURL + "/docstore/api/v1/documents/versions/tokens/x/file.zip", "", 405, "METHOD_NOT_ALLOWED", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(found.list)
			code, e := c.send(test.method, test.url, test.body)
			require.Equal(t, test.code, code)
			require.Equal(t, "Error", *e.Status)
			require.Equal(t, test.message, e.Error.Message)
			violations := found.list[before:]
			if test.violation == "" {
				require.Empty(t, violations)
				return
			}
			require.Len(t, violations, 1)
			require.ErrorContains(t, violations[0], test.violation)
		})
	}
}

func TestUnknownCall(t *testing.T) {
	for want, empty := range map[string]bool{`null`: false, `""`: true} {
		c := newClient(t, sparktest.NewServer(t, sparktest.InMemory()), goodToken)
		testfault.Records(c.Server, false, empty)
		e := c.succeed(c.getCall(noSuchID, nil))
		require.Equal(t, want, string(e.ResponseData))
		require.Equal(t, "Success", *e.Status)
	}
}

func TestPlainRecords(t *testing.T) {
	c := newClient(t, sparktest.NewServer(t, sparktest.InMemory()), goodToken)
	testfault.Records(c.Server, true, false)
	call := c.Calls()[0]
	require.Equal(t, string(call.Record()), string(c.succeed(c.getCall(call.ID, nil)).ResponseData))
}

func TestRecordsOfAV4Call(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "s",
		sparktest.Call{ID: noSuchID, Index: 1, APIVersion: "V4", User: "second"},
		sparktest.Call{ID: strings.ToUpper(noSuchID), Index: 0, APIVersion: "V4", User: "first"},
	))
	testfault.Records(s, true, false)
	c := newClient(t, s, goodToken)
	user := func(e envelope) string { return decode[string](t, e.ResponseData, "UserName") }
	require.Equal(t, "first", user(c.succeed(c.getCall(noSuchID, ptr(0)))))
	require.Equal(t, "second", user(c.succeed(c.getCall(noSuchID, ptr(1)))))
	require.Equal(t, "second", user(c.succeed(c.getCall(noSuchID, nil))), "the last record")
	resp, err := c.getCall(noSuchID, ptr(2))
	c.fail(http.StatusBadRequest, "INDEX_OUT_OF_BOUNDS", resp, err)

	urls := map[string]bool{}
	for _, index := range []*int{ptr(0), ptr(1), nil} {
		url := decode[string](t, c.succeed(c.getWorkbook("f", "s", noSuchID, index)).ResponseData, "download_url")
		_, data := c.get(url)
		urls[string(data)] = true
	}
	require.Len(t, urls, 2, "a workbook for each record")
}

func TestJobsOfOtherFormatsAndServices(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "one"), sparktest.Service("f", "two"))
	c := newClient(t, s, goodToken)
	jobID := decode[string](t, c.succeed(c.start("csv", gen.ExportCSVRequest{})).ResponseData, "job_id")
	c.succeed(c.status("csv", jobID))
	resp, err := c.status("json", jobID)
	c.fail(http.StatusNotFound, "JOB_NOT_FOUND", resp, err)
	resp, err = c.GetLogDownloadCSVStatus(t.Context(), s.Tenant, "f", "two", uuid.MustParse(jobID))
	c.fail(http.StatusNotFound, "JOB_NOT_FOUND", resp, err)
}

func TestRequestIDComesBack(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)
	resp, _ := c.get(s.FileURL+"/", "x-request-id", "4711")
	require.Equal(t, "4711", resp.Header.Get("x-request-id"))
}
