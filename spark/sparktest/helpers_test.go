package sparktest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// auth is one kind of credential.
type auth func(s *sparktest.Server) gen.RequestEditorFn

func bearer(token func(s *sparktest.Server) string) auth {
	return func(s *sparktest.Server) gen.RequestEditorFn {
		return func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+token(s))
			return nil
		}
	}
}

func apiKey(key func(s *sparktest.Server) string) auth {
	return func(s *sparktest.Server) gen.RequestEditorFn {
		return func(_ context.Context, req *http.Request) error {
			req.Header.Set("x-synthetic-key", key(s))
			req.Header.Set("x-tenant-name", s.Tenant)
			return nil
		}
	}
}

var (
	goodToken      = bearer(func(s *sparktest.Server) string { return s.BearerToken })
	forbiddenToken = bearer(func(s *sparktest.Server) string { return s.ForbiddenToken })
	goodKey        = apiKey(func(s *sparktest.Server) string { return s.APIKey })
	forbiddenKey   = apiKey(func(s *sparktest.Server) string { return s.ForbiddenAPIKey })
)

// violations collects what is wrong with requests, so that the test doesn't fail.
type violations struct{ list []error }

func (v *violations) option() sparktest.Option {
	return sparktest.CheckRequests(func(r *http.Request) error {
		if err := contract.Request(r); err != nil {
			v.list = append(v.list, err)
		}
		return nil
	})
}

// client is a raw generated client, with helpers for its responses.
type client struct {
	*gen.Client
	*sparktest.Server
	t    testing.TB
	http *http.Client
}

// newClient's requests and responses are checked against the document.
func newClient(t testing.TB, s *sparktest.Server, auth auth) *client {
	t.Helper()
	base := s.Transport()
	t.Cleanup(base.CloseIdleConnections)
	report := func(err error) { t.Errorf("contract: %v", err) }
	return newUncheckedClient(t, s, auth, contract.Transport(s.BaseURL, base, report))
}

func newUncheckedClient(t testing.TB, s *sparktest.Server, auth auth, transport http.RoundTripper) *client {
	t.Helper()
	doer := &http.Client{Transport: transport}
	c, err := gen.NewClient(apiURL(t, s), gen.WithHTTPClient(doer), gen.WithRequestEditorFn(auth(s)))
	require.NoError(t, err)
	return &client{Client: c, Server: s, t: t, http: doer}
}

// apiURL is the URL of the API host, without the tenant.
func apiURL(t testing.TB, s *sparktest.Server) string {
	t.Helper()
	base, err := url.Parse(s.BaseURL)
	require.NoError(t, err)
	return base.Scheme + "://" + base.Host
}

// envelope is a response with its parts still raw.
type envelope struct {
	Status       *string         `json:"status"`
	ResponseData json.RawMessage `json:"response_data"`
	Error        *struct {
		Category string          `json:"error_category"`
		Type     string          `json:"error_type"`
		Message  string          `json:"message"`
		Details  json.RawMessage `json:"additional_details"`
	} `json:"error"`
}

// response reads a response to its end.
func (c *client) response(resp *http.Response, err error) (int, envelope) {
	c.t.Helper()
	require.NoError(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	var e envelope
	require.NoError(c.t, json.Unmarshal(body, &e), "%s", body)
	return resp.StatusCode, e
}

func (c *client) succeed(resp *http.Response, err error) envelope {
	c.t.Helper()
	code, e := c.response(resp, err)
	require.Equal(c.t, http.StatusOK, code, "%+v", e)
	return e
}

func (c *client) fail(code int, message string, resp *http.Response, err error) {
	c.t.Helper()
	got, e := c.response(resp, err)
	require.Equal(c.t, code, got)
	require.NotNil(c.t, e.Error)
	require.Equal(c.t, "Error", *e.Status)
	require.Equal(c.t, message, e.Error.Message)
}

// decode reads one member of a response_data object.
func decode[T any](t testing.TB, data json.RawMessage, member string) T {
	t.Helper()
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &object))
	var v T
	require.NoError(t, json.Unmarshal(object[member], &v))
	return v
}

func (c *client) getCall(id string, index *int) (*http.Response, error) {
	params := &gen.GetLogGetExecutionHistoryByCallidParams{Index: index}
	return c.GetLogGetExecutionHistoryByCallid(c.t.Context(), c.Tenant, uuid.MustParse(id), params)
}

func (c *client) getWorkbook(folder, service, id string, index *int) (*http.Response, error) {
	params := &gen.GetDownloadXMLParams{Index: index}
	return c.GetDownloadXML(c.t.Context(), c.Tenant, folder, service, uuid.MustParse(id), params, gen.GetDownloadXMLJSONRequestBody{})
}

func (c *client) start(format string, body gen.ExportCSVRequest) (*http.Response, error) {
	if format == "csv" {
		return c.PostLogDownloadCSV(c.t.Context(), c.Tenant, c.Folder, c.Service, body)
	}
	return c.PostLogDownloadJSON(c.t.Context(), c.Tenant, c.Folder, c.Service, body)
}

func (c *client) status(format, jobID string) (*http.Response, error) {
	if format == "csv" {
		return c.GetLogDownloadCSVStatus(c.t.Context(), c.Tenant, c.Folder, c.Service, uuid.MustParse(jobID))
	}
	return c.GetLogDownloadJSONStatus(c.t.Context(), c.Tenant, c.Folder, c.Service, uuid.MustParse(jobID))
}

// export starts a job, waits until it is done and returns its download URL.
func (c *client) export(format string, filter gen.ExportFilter) (url string) {
	c.t.Helper()
	started := c.succeed(c.start(format, gen.ExportCSVRequest{RequestData: &filter}))
	require.Nil(c.t, started.Status)
	jobID := decode[string](c.t, started.ResponseData, "job_id")
	for {
		e := c.succeed(c.status(format, jobID))
		require.Nil(c.t, e.Status)
		if decode[int](c.t, e.ResponseData, "progress") == 100 {
			return decode[string](c.t, e.ResponseData, "download_url")
		}
		require.Equal(c.t, "", decode[string](c.t, e.ResponseData, "download_url"))
		time.Sleep(10 * time.Millisecond)
	}
}

// get fetches a file without credentials.
func (c *client) get(url string, header ...string) (*http.Response, []byte) {
	c.t.Helper()
	return c.request(http.MethodGet, url, "", header...)
}

// request sends a request that the generated client wouldn't.
func (c *client) request(method, url, body string, header ...string) (*http.Response, []byte) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, url, strings.NewReader(body))
	require.NoError(c.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, data, err := read(c.http.Do(req))
	require.NoError(c.t, err)
	return resp, data
}

// unzip returns the names and the contents of the files in a ZIP.
func unzip(t testing.TB, data []byte) (names []string, contents [][]byte) {
	t.Helper()
	names, contents, err := readZIP(data)
	require.NoError(t, err)
	return names, contents
}

func readZIP(data []byte) (names []string, contents [][]byte, err error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	for _, f := range r.File {
		file, err := f.Open()
		if err != nil {
			return nil, nil, err
		}
		content, err := io.ReadAll(file)
		if err != nil {
			return nil, nil, err
		}
		names, contents = append(names, f.Name), append(contents, content)
	}
	return names, contents, nil
}

// exportRecords exports as JSON and returns the records.
func (c *client) exportRecords(filter gen.ExportFilter) []record {
	c.t.Helper()
	_, data := c.get(c.export("json", filter))
	_, files := unzip(c.t, data)
	var all []record
	for _, file := range files {
		var records []record
		require.NoError(c.t, json.Unmarshal(file, &records))
		all = append(all, records...)
	}
	return all
}

// record is what the tests look at in a record.
type record struct {
	EngineCallId, LogTime, UserName string
	EngineDetails                   struct {
		RequestData struct {
			Inputs json.RawMessage `json:"inputs"`
		} `json:"request_data"`
		ResponseData struct {
			Outputs json.RawMessage `json:"outputs"`
		} `json:"response_data"`
	}
	APIVersion *string
}

func ptr[T any](v T) *T { return &v }
