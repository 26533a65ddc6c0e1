package contract_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/stretchr/testify/require"
)

const (
	host     = "http://localhost:8080"
	callPath = "/t/api/v3/log/getexecutionhistorybycallid/3f2504e0-4f89-11d3-9a0c-0305e82c3301"
	csvPath  = "/t/api/v3/folders/a%2Fb%20%C3%A9%25/services/s/log/downloadcsv"
	xmlPath  = "/t/api/v3/folders/f/services/s/download/xml/3f2504e0-4f89-11d3-9a0c-0305e82c3301"
)

func newValidator(t testing.TB) *contract.Validator {
	t.Helper()
	v, err := contract.New(openapi.Document)
	require.NoError(t, err)
	return v
}

func newRequest(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer token")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func TestRequest(t *testing.T) {
	tests := map[string]struct {
		method, url, body string
		edit              func(*http.Request)
		violation         string // "" if there is none
	}{
		"call":                  {method: "GET", url: host + callPath},
		"index":                 {method: "GET", url: host + callPath + "?index=0"},
		"names of all letters":  {method: "POST", url: host + csvPath, body: `{}`},
		"export without a body": {method: "POST", url: host + csvPath},
		"workbook":              {method: "POST", url: host + xmlPath, body: `{}`},
		"both forms of a date": {method: "POST", url: host + csvPath,
			body: `{"request_data":{"start_date":"2026-03-01","end_date":"2026-03-02T10:00:00Z"}}`},
		"API key": {method: "GET", url: host + callPath, edit: func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("x-synthetic-key", "k")
			r.Header.Set("x-tenant-name", "t")
		}},

		"API key without a tenant": {method: "GET", url: host + callPath, violation: "header x-tenant-name is missing", edit: func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("x-synthetic-key", "k")
		}},
		"no credential": {method: "GET", url: host + callPath, violation: "Authorization", edit: func(r *http.Request) {
			r.Header.Del("Authorization")
		}},
		"Bearer twice": {method: "GET", url: host + callPath, violation: "Authorization", edit: func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer Bearer token")
		}},
		"other host":             {method: "GET", url: "http://localhost:1" + callPath},
		"other path":             {method: "GET", url: host + "/t/api/v4/x", violation: "no operation GET"},
		"other method":           {method: "GET", url: host + xmlPath, violation: "method not allowed"},
		"malformed ID":           {method: "GET", url: host + strings.Replace(callPath, "3f2504e0-", "3f2504e0", 1), violation: "callId"},
		"negative index":         {method: "GET", url: host + callPath + "?index=-1", violation: "index"},
		"misspelt query":         {method: "GET", url: host + callPath + "?idx=1", violation: `no query parameter "idx"`},
		"workbook without body":  {method: "POST", url: host + xmlPath, violation: "value is required"},
		"null for an object":     {method: "POST", url: host + xmlPath, body: `null`, violation: "doesn't match schema"},
		"workbook with a member": {method: "POST", url: host + xmlPath, body: `{"a":1}`, violation: "doesn't match schema"},
		"misspelt member":        {method: "POST", url: host + csvPath, body: `{"request_data":{"username":"x"}}`, violation: "username"},
		"misspelt part":          {method: "POST", url: host + csvPath, body: `{"requestdata":{}}`, violation: "requestdata"},
		"neither form of a date": {method: "POST", url: host + csvPath, body: `{"request_data":{"start_date":"yesterday"}}`, violation: "start_date"},
		"malformed version":      {method: "POST", url: host + csvPath, body: `{"request_meta":{"version_id":"1.2.3"}}`, violation: "version_id"},
		"other content type": {method: "POST", url: host + csvPath, body: `{}`, violation: "Content-Type", edit: func(r *http.Request) {
			r.Header.Set("Content-Type", "text/plain")
		}},
	}
	v := newValidator(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			req := newRequest(t, test.method, test.url, test.body)
			if test.edit != nil {
				test.edit(req)
			}
			err := v.Request(req)
			body, readErr := io.ReadAll(req.Body)
			require.NoError(t, readErr)
			require.Equal(t, test.body, string(body), "the body is put back")
			if test.violation == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.violation)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestResponse(t *testing.T) {
	tests := map[string]struct {
		method, path string
		status       int
		contentType  string
		body         string
		violation    string
	}{
		"string":      {"GET", callPath, 200, "application/json", `{"status":"Success","response_data":"{}"}`, ""},
		"object":      {"GET", callPath, 200, "application/json; charset=utf-8", `{"status":"Success","response_data":{}}`, ""},
		"null":        {"GET", callPath, 200, "application/json", `{"status":null,"response_data":null,"error":null}`, ""},
		"failure":     {"GET", callPath, 401, "application/json", `{"status":"Error","response_data":null,"error":{"message":null}}`, ""},
		"job":         {"POST", csvPath, 200, "application/json", `{"response_data":{"job_id":"x"}}`, ""},
		"number":      {"GET", callPath, 200, "application/json", `{"response_data":1}`, "response_data"},
		"no data":     {"GET", callPath, 200, "application/json", `{}`, "response_data"},
		"no JSON":     {"GET", callPath, 200, "application/json", `{`, "failed to decode"},
		"HTML":        {"GET", callPath, 502, "text/html", `<html>`, "Content-Type"},
		"job as list": {"POST", csvPath, 200, "application/json", `{"response_data":[]}`, "response_data"},
	}
	v := newValidator(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			req := newRequest(t, test.method, host+test.path, "")
			header := http.Header{"Content-Type": {test.contentType}}
			err := v.Response(req, test.status, header, []byte(test.body))
			if test.violation == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.violation)
		})
	}
}

func TestNewRefusesBadInput(t *testing.T) {
	_, err := contract.New([]byte("openapi: [1"))
	require.ErrorContains(t, err, "load OpenAPI document")
	_, err = contract.New([]byte(`{"openapi":"3.1.0","paths":{}}`))
	require.ErrorContains(t, err, "not valid")
}

func BenchmarkRequest(b *testing.B) {
	v := newValidator(b)
	for b.Loop() {
		if err := v.Request(newRequest(b, "GET", host+callPath, "")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResponse(b *testing.B) {
	v := newValidator(b)
	req := newRequest(b, "GET", host+callPath, "")
	header := http.Header{"Content-Type": {"application/json"}}
	for b.Loop() {
		if err := v.Response(req, 200, header, []byte(`{"response_data":null}`)); err != nil {
			b.Fatal(err)
		}
	}
}

// responses is a RoundTripper that reads the request's body and responses.
type responses func(body string) (*http.Response, error)

func (a responses) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	return a(string(body))
}

func response(body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: 200,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(body),
	}
}

// send sends one request through a Transport and gives what it reported.
func send(t *testing.T, req *http.Request, base responses) (resp *http.Response, reports []error, err error) {
	t.Helper()
	transport := contract.Transport(host, base, func(err error) { reports = append(reports, err) })
	resp, err = transport.RoundTrip(req)
	return resp, reports, err
}

func TestTransportPassesOnWhatItChecks(t *testing.T) {
	req := newRequest(t, "POST", host+csvPath, `{"request_data":{"userName":"x"}}`)
	resp, reports, err := send(t, req, func(body string) (*http.Response, error) {
		require.Equal(t, `{"request_data":{"userName":"x"}}`, body)
		return response(strings.NewReader(`{"response_data":null}`)), nil
	})
	require.NoError(t, err)
	require.Empty(t, reports)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, `{"response_data":null}`, string(body))
}

func TestTransportReportsViolationsOfBothSides(t *testing.T) {
	req := newRequest(t, "POST", host+csvPath, `{"typo":1}`)
	resp, reports, err := send(t, req, func(body string) (*http.Response, error) {
		require.Equal(t, `{"typo":1}`, body)
		return response(strings.NewReader(`[]`)), nil
	})
	require.NoError(t, err)
	require.Len(t, reports, 2)
	require.ErrorContains(t, reports[0], "typo")
	require.ErrorContains(t, reports[1], "response 200 of postLogDownloadCSV")
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, `[]`, string(body))
}

func TestTransportLeavesOthersAlone(t *testing.T) {
	for _, url := range []string{
		"http://localhost:8081" + "/docstore/file.zip",
		host + "/auth/realms/t/protocol/openid-connect/token",
	} {
		_, reports, err := send(t, newRequest(t, "GET", url, ""), func(string) (*http.Response, error) {
			return response(strings.NewReader("anything")), nil
		})
		require.NoError(t, err)
		require.Empty(t, reports)
	}
}

func TestTransportPassesOnErrors(t *testing.T) {
	broken := errors.New("broken")
	_, reports, err := send(t, newRequest(t, "GET", host+callPath, ""), func(string) (*http.Response, error) {
		return nil, broken
	})
	require.ErrorIs(t, err, broken)
	require.Empty(t, reports)

	resp, reports, err := send(t, newRequest(t, "GET", host+callPath, ""), func(string) (*http.Response, error) {
		return response(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))), nil
	})
	require.NoError(t, err)
	require.Empty(t, reports, "half a response is not checked")
	body, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "half", string(body))
}
