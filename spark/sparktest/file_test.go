package sparktest_test

import (
	"mime"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

func TestFileRanges(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		url := c.export("json", gen.ExportFilter{})
		resp, complete := c.get(url)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Equal(t, "application/zip", resp.Header.Get("Content-Type"))
		require.Equal(t, "bytes", resp.Header.Get("Accept-Ranges"))
		require.EqualValues(t, len(complete), resp.ContentLength)
		require.NotEmpty(t, resp.Header.Get("Last-Modified"))
		etag := resp.Header.Get("ETag")
		require.NotEmpty(t, etag)

		resp, rest := c.get(url, "Range", "bytes=1000-", "If-Range", etag)
		require.Equal(t, http.StatusPartialContent, resp.StatusCode)
		require.Equal(t, complete[1000:], rest)

		resp, again := c.get(url, "Range", "bytes=1000-", "If-Range", `"other"`)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Equal(t, complete, again)

		resp, _ = c.get(url, "Range", "bytes=99999999-")
		require.Equal(t, http.StatusRequestedRangeNotSatisfiable, resp.StatusCode)
	})
}

func TestURLsOfTheSameFile(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
	c := newClient(t, s, goodToken)
	started := c.succeed(c.start("csv", gen.ExportCSVRequest{}))
	url := func() string {
		e := c.succeed(c.status("csv", decode[string](t, started.ResponseData, "job_id")))
		return decode[string](t, e.ResponseData, "download_url")
	}
	first, second := url(), url()
	require.NotEqual(t, first, second)
	a, one := c.get(first)
	b, two := c.get(second)
	require.Equal(t, one, two)
	require.Equal(t, a.Header.Get("ETag"), b.Header.Get("ETag"))
}

func TestFileURLsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.FileLifetime(time.Minute))
		c := newClient(t, s, goodToken)
		url := c.export("csv", gen.ExportFilter{})
		time.Sleep(time.Minute - time.Nanosecond)
		resp, _ := c.get(url)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		time.Sleep(time.Nanosecond)
		resp, body := c.get(url)
		require.Equal(t, http.StatusForbidden, resp.StatusCode)
		require.Contains(t, string(body), "DOWNLOAD_TOKEN_EXPIRED")
	})
}

func TestFileURLsThatLeadNowhere(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
	c := newClient(t, s, goodToken)
	url := []byte(c.export("csv", gen.ExportFilter{}))
	url[len(url)-30]++
	resp, _ := c.get(string(url))
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

func TestCredentialFiles(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.CredentialFiles())
	c := newClient(t, s, goodToken)
	url := c.export("csv", gen.ExportFilter{})
	resp, _ := c.get(url)
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	resp, _ = c.get(url, "Authorization", "Bearer "+s.BearerToken)
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestContentDisposition(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("f", `ünï/"x"`))
	c := newClient(t, s, goodToken)
	resp, data := c.get(c.export("csv", gen.ExportFilter{}))
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "ünï__x__csv.zip", params["filename"])
	names, _ := unzip(t, data)
	require.Equal(t, []string{"ünï__x__1.csv"}, names)
}

func TestFilesOutliveTheServersMemory(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
	c := newClient(t, s, goodToken)
	url := c.export("json", gen.ExportFilter{})
	resp, complete := c.get(url)
	for range 40 {
		c.get(c.export("csv", gen.ExportFilter{HasErrors: ptr(true)}))
	}
	again, rest := c.get(url, "Range", "bytes=100-", "If-Range", resp.Header.Get("ETag"))
	require.Equal(t, http.StatusPartialContent, again.StatusCode)
	require.Equal(t, complete[100:], rest)
}
