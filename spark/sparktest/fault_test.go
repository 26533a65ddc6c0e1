package sparktest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

// onBothTransports runs a test of a fault in memory and on loopback.
func onBothTransports(t *testing.T, test func(t *testing.T, c *client)) {
	for name, opts := range map[string][]sparktest.Option{"loopback": nil, "in memory": {sparktest.InMemory()}} {
		t.Run(name, func(t *testing.T) {
			s := sparktest.NewServer(t, append(opts, sparktest.JobDuration(0))...)
			c := newUncheckedClient(t, s, goodToken, s.Transport())
			// Redirects are for the tests to see.
			c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			test(t, c)
		})
	}
}

// do gets a call that exists, and returns the response, which may be cut
// off by an error.
func (c *client) do() (*http.Response, []byte, error) {
	c.t.Helper()
	return read(c.getCall(c.Calls()[0].ID, nil))
}

func read(resp *http.Response, err error) (*http.Response, []byte, error) {
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

func TestFaultyResponses(t *testing.T) {
	tests := map[string]struct {
		parts  []sparktest.FaultPart
		code   int
		header string // one line of the response's header; "" for any
		body   string // a part of the body; "" for an empty one
	}{
		"status":       {[]sparktest.FaultPart{sparktest.Status(503)}, 503, "Content-Type: application/json; charset=utf-8", `"error_category":"internal_error"`},
		"unauthorized": {[]sparktest.FaultPart{sparktest.Status(401)}, 401, "", `"error_type":"error.UNAUTHORIZED"`},
		"not found":    {[]sparktest.FaultPart{sparktest.Status(404)}, 404, "", `"not_found_error"`},
		"rate limit":   {[]sparktest.FaultPart{sparktest.Status(429), sparktest.RetryAfter(7 * time.Second)}, 429, "Retry-After: 7", `"rate_limit_error"`},
		"bad request":  {[]sparktest.FaultPart{sparktest.Status(400)}, 400, "", `"request_error"`},
		"date":         {[]sparktest.FaultPart{sparktest.Status(503), sparktest.Header("Retry-After", "Sun, 01 Mar 2026 00:00:00 GMT")}, 503, "Retry-After: Sun, 01 Mar 2026 00:00:00 GMT", "SERVICE_UNAVAILABLE"},
		"bare status":  {[]sparktest.FaultPart{testfault.BareStatus(502)}, 502, "Content-Length: 0", ""},
		"HTML":         {[]sparktest.FaultPart{sparktest.HTML(200)}, 200, "Content-Type: text/html; charset=utf-8", "<!DOCTYPE html>"},
		"HTML 502":     {[]sparktest.FaultPart{sparktest.HTML(502)}, 502, "", "502 Bad Gateway"},
		"anything":     {[]sparktest.FaultPart{testfault.Body(418, "text/x", "tea")}, 418, "Content-Type: text/x", "tea"},
		"error status": {[]sparktest.FaultPart{sparktest.ErrorStatus()}, 200, "", `{"status":"Error","response_data":null`},
		"error member": {[]sparktest.FaultPart{testfault.ErrorMember()}, 200, "", `{"status":null,"response_data":null,"response_meta":null,"error":{"error_category"`},
		"redirect":     {[]sparktest.FaultPart{testfault.Redirect(307, "http://other.example/")}, 307, "", ""},
		"content type": {[]sparktest.FaultPart{sparktest.Header("Content-Type", "text/plain")}, 200, "Content-Type: text/plain", `"Success"`},
		"no header":    {[]sparktest.FaultPart{sparktest.Header("Content-Type", "")}, 200, "Content-Type: ", `"Success"`},
		"empty body":   {[]sparktest.FaultPart{testfault.EmptyBody()}, 200, "Content-Length: 0", ""},
		"cut short":    {[]sparktest.FaultPart{testfault.CutShort(12)}, 200, "Content-Length: 12", `{"status":"S`},
		"late":         {[]sparktest.FaultPart{sparktest.Delay(time.Nanosecond)}, 200, "", `"Success"`},
		"slow":         {[]sparktest.FaultPart{sparktest.Slow(1000, time.Nanosecond)}, 200, "", `"Success"`},
	}
	onBothTransports(t, func(t *testing.T, c *client) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				fault := c.Fault(sparktest.GetCall, test.parts...)
				resp, body, err := c.do()
				require.NoError(t, err)
				require.Equal(t, 1, fault.Hits())
				require.Equal(t, test.code, resp.StatusCode)
				name, value, _ := strings.Cut(test.header, ": ")
				require.Equal(t, value, resp.Header.Get(name))
				require.Contains(t, string(body), test.body)
				require.Equal(t, test.body == "", len(body) == 0)

				resp, body, err = c.do()
				require.NoError(t, err)
				require.Equal(t, 200, resp.StatusCode, "the fault is over")
				require.True(t, json.Valid(body))
			})
		}
	})
}

func TestFaultyBodies(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		_, complete, err := c.do()
		require.NoError(t, err)

		c.Fault(sparktest.GetCall, testfault.MalformedJSON())
		_, body, err := c.do()
		require.NoError(t, err)
		require.Equal(t, complete[:len(complete)/2], body)

		c.Fault(sparktest.GetCall, testfault.Corrupt())
		_, body, err = c.do()
		require.NoError(t, err)
		require.Len(t, body, len(complete))
		differ := 0
		for i := range body {
			differ += count(body[i] != complete[i])
		}
		require.Equal(t, 16, differ)

		c.Fault(sparktest.GetCall, sparktest.Truncate(100))
		resp, body, err := c.do()
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, complete[:100], body)
		require.EqualValues(t, len(complete), resp.ContentLength)

		c.Fault(sparktest.GetCall, sparktest.ResetAfter(100))
		_, body, err = c.do()
		require.ErrorIs(t, err, syscall.ECONNRESET)
		require.True(t, bytes.HasPrefix(complete, body))
	})
}

func TestResets(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		start := func() error {
			_, _, err := read(c.start("json", gen.ExportCSVRequest{}))
			return err
		}
		c.Fault(sparktest.StartExport, sparktest.Reset())
		require.ErrorIs(t, start(), syscall.ECONNRESET)
		require.Empty(t, c.Jobs())

		c.Fault(sparktest.StartExport, sparktest.Lose())
		require.ErrorIs(t, start(), syscall.ECONNRESET)
		require.Len(t, c.Jobs(), 1, "the platform acted")

		require.NoError(t, start())
		require.Len(t, c.Jobs(), 2)
		require.Len(t, c.Requests(sparktest.StartExport), 3)
	})
}

func TestHangs(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		for _, part := range []sparktest.FaultPart{sparktest.Hang(), sparktest.Stall(10)} {
			arrived := make(chan struct{})
			c.Fault(sparktest.Token, part, sparktest.When(func(*http.Request) bool {
				close(arrived)
				return true
			}))
			ctx, cancel := context.WithCancel(t.Context())
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, apiURL(t, c.Server)+"/auth/realms/my-tenant/protocol/openid-connect/token", nil)
			require.NoError(t, err)
			failed := make(chan error)
			go func() {
				_, _, err := read(c.http.Do(req))
				failed <- err
			}()
			<-arrived
			cancel()
			require.ErrorIs(t, <-failed, context.Canceled)
		}
	})
}

func TestCloseEndsHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sparktest.Start(sparktest.InMemory())
		require.NoError(t, err)
		s.Fault(sparktest.Any, sparktest.Hang())
		failed := make(chan error)
		go func() {
			_, err := s.Client().Get(s.BaseURL)
			failed <- err
		}()
		synctest.Wait()
		require.NoError(t, s.Close())
		require.ErrorIs(t, <-failed, io.EOF)
	})
}

func TestTimesOfFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory())
		c := newClient(t, s, goodToken)
		elapsed := func() time.Duration {
			start := time.Now()
			c.succeed(c.getCall(noSuchID, nil))
			return time.Since(start)
		}
		s.Fault(sparktest.GetCall, sparktest.Delay(time.Minute))
		require.Equal(t, time.Minute, elapsed())
		// {"status":"Success","response_data":null,"response_meta":null,"error":null}
		s.Fault(sparktest.GetCall, sparktest.Slow(10, time.Second))
		require.Equal(t, 8*time.Second, elapsed())
		require.Zero(t, elapsed())
	})
}

func TestOrderOfFaults(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)
	code := func() int {
		code, _ := c.response(c.getCall(noSuchID, nil))
		return code
	}
	s.Fault(sparktest.GetCall, sparktest.Times(2), sparktest.Status(503))
	s.Fault(sparktest.GetCall, sparktest.After(1), sparktest.Status(500))
	s.Fault(sparktest.Workbook, sparktest.Status(418))
	s.Fault(sparktest.GetCall, sparktest.Times(0), sparktest.Status(418))
	for _, want := range []int{503, 503, 200, 500, 200} {
		require.Equal(t, want, code())
	}

	always := s.Fault(sparktest.Any, sparktest.Always(), sparktest.Status(502))
	for range 3 {
		require.Equal(t, 502, code())
	}
	require.Equal(t, 3, always.Hits())
	always.Remove()
	require.Equal(t, 200, code())

	s.Fault(sparktest.GetCall, sparktest.Status(500), sparktest.When(func(r *http.Request) bool {
		return r.URL.Query().Get("index") == "1"
	}))
	require.Equal(t, 200, code())
	resp, err := c.getCall(noSuchID, ptr(1))
	c.fail(500, "INTERNAL_SERVER_ERROR", resp, err)
}

func TestWhenReadsTheBody(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)
	s.Fault(sparktest.StartExport, sparktest.Always(), sparktest.Status(500), sparktest.When(func(r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		return strings.Contains(string(body), "ada")
	}))
	c.succeed(c.start("csv", gen.ExportCSVRequest{RequestData: &gen.ExportFilter{UserName: ptr("ben")}}))
	code, _ := c.response(c.start("csv", gen.ExportCSVRequest{RequestData: &gen.ExportFilter{UserName: ptr("ada")}}))
	require.Equal(t, 500, code)
}

func TestFaultsOfJobs(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
	c := newClient(t, s, goodToken)
	jobID := decode[string](t, c.succeed(c.start("csv", gen.ExportCSVRequest{})).ResponseData, "job_id")
	status := func() (float64, string) {
		e := c.succeed(c.status("csv", jobID))
		return decode[float64](t, e.ResponseData, "progress"), decode[string](t, e.ResponseData, "download_url")
	}

	s.Fault(sparktest.JobStatus, sparktest.Progress(40, 33.5, 100))
	for _, want := range []float64{40, 33.5} {
		progress, url := status()
		require.Equal(t, want, progress)
		require.Empty(t, url)
	}
	progress, url := status()
	require.EqualValues(t, 100, progress)
	resp, _ := c.get(url)
	require.Equal(t, http.StatusOK, resp.StatusCode)

	stuck := s.Fault(sparktest.JobStatus, sparktest.Progress(40), sparktest.Always())
	for range 5 {
		progress, _ = status()
		require.EqualValues(t, 40, progress)
	}
	stuck.Remove()

	s.Fault(sparktest.JobStatus, sparktest.NoURL())
	progress, url = status()
	require.EqualValues(t, 100, progress)
	require.Empty(t, url)
}

func TestFaultsOfFiles(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		url := c.export("json", gen.ExportFilter{})
		resp, complete := c.get(url)
		etag := resp.Header.Get("ETag")

		c.Fault(sparktest.File, testfault.ExpiredURL())
		resp, body := c.get(url)
		require.Equal(t, http.StatusForbidden, resp.StatusCode)
		require.Contains(t, string(body), "DOWNLOAD_TOKEN_EXPIRED")

		c.Fault(sparktest.File, testfault.NoRanges())
		resp, body = c.get(url, "Range", "bytes=10-")
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Empty(t, resp.Header.Get("Accept-Ranges"))
		require.Equal(t, complete, body)

		c.Fault(sparktest.File, testfault.Corrupt())
		_, body = c.get(url)
		_, _, err := readZIP(body)
		require.Error(t, err)

		c.Fault(sparktest.File, testfault.ChangeFiles(c.Server))
		resp, body = c.get(url, "Range", "bytes=100-", "If-Range", etag)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.NotEqual(t, etag, resp.Header.Get("ETag"))
		_, before := unzip(t, complete)
		_, after := unzip(t, body)
		require.Equal(t, before, after)
		_, _, err = readZIP(append(complete[:100:100], body[100:]...))
		require.Error(t, err, "a mixture is not an archive")

		c.ChangeFiles()
		changed, body := c.get(url)
		require.NotEqual(t, resp.Header.Get("ETag"), changed.Header.Get("ETag"))
		_, after = unzip(t, body)
		require.Equal(t, before, after)
	})
}

func TestElsewhere(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		api, err := url.Parse(c.BaseURL)
		require.NoError(t, err)
		elsewhere, err := url.Parse(c.ElsewhereURL)
		require.NoError(t, err)
		require.NotEqual(t, api.Hostname(), elsewhere.Hostname())

		c.Fault(sparktest.GetCall, testfault.Redirect(308, c.ElsewhereURL))
		resp, _, err := c.do()
		require.NoError(t, err)
		location, err := resp.Location()
		require.NoError(t, err)
		require.Equal(t, c.ElsewhereURL, location.Scheme+"://"+location.Host)
		require.Equal(t, resp.Request.URL.RequestURI(), location.RequestURI())

		resp, _ = c.get(location.String())
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode, "no credential was sent")
		resp, body := c.get(location.String(), "Authorization", "Bearer "+c.BearerToken)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(body), "Success")

		c.Fault(sparktest.JobStatus, testfault.FilesElsewhere(c.Server))
		url := c.export("csv", gen.ExportFilter{})
		require.True(t, strings.HasPrefix(url, c.ElsewhereURL+"/docstore/"))
		resp, body = c.get(url)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		_, files := unzip(t, body)
		require.NotEmpty(t, files)
		require.Equal(t, elsewhere.Host, c.Requests(sparktest.File)[0].Host)
	})
}

func TestFaultsOfTokens(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)
	s.Fault(sparktest.Token, sparktest.Status(503))
	code, response := c.fetchToken("my-tenant", clientForm(s), nil)
	require.Equal(t, 503, code)
	require.Equal(t, "service_unavailable", response.Error)

	_, response = c.fetchToken("my-tenant", clientForm(s), nil)
	c = newClient(t, s, bearer(func(*sparktest.Server) string { return response.AccessToken }))
	s.Fault(sparktest.GetCall, sparktest.After(1), testfault.ExpireTokens(s))
	c.succeed(c.getCall(noSuchID, nil))
	resp, err := c.getCall(noSuchID, nil)
	c.fail(http.StatusUnauthorized, "INVALID_TOKEN", resp, err)
}

func TestFaultyRequestsAreCheckedAsWell(t *testing.T) {
	var found violations
	s := sparktest.NewServer(t, sparktest.InMemory(), found.option())
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	s.Fault(sparktest.StartExport, sparktest.Status(503))
	c.send(http.MethodPost, s.BaseURL+"/api/v3/folders/motor/services/premium/log/downloadcsv", `{"typo":1}`)
	require.Len(t, found.list, 1)
}

func TestRefuseConnections(t *testing.T) {
	onBothTransports(t, func(t *testing.T, c *client) {
		c.RefuseConnections(2)
		for range 2 {
			_, _, err := c.do()
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
		}
		_, _, err := c.do()
		require.NoError(t, err)
		require.Len(t, c.Requests(), 1)
	})
}

func TestFaultOfHEAD(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
	c := newClient(t, s, goodToken)
	url := c.export("json", gen.ExportFilter{})
	_, complete := c.get(url)
	s.Fault(sparktest.File, sparktest.Delay(time.Nanosecond))
	resp, err := c.http.Head(url)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.EqualValues(t, len(complete), resp.ContentLength)
}
