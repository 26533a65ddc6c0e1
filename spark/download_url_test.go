package spark_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// A URL may have blanks around it, and may be relative to that of the response.
// The credential goes where the resolved URL allows it.
func TestDownloadURLsAreResolved(t *testing.T) {
	const elsewhere = "https://files.example.com"
	for url, test := range map[string]struct {
		host, path string
		credential bool
	}{
		" " + fileOrigin + "/docstore/a.zip\t\r\n": {fileOrigin, "/docstore/a.zip", true},
		"/docstore/a%20b.zip?x=1":                  {apiOrigin, "/docstore/a b.zip", true},
		"../a.zip":                                 {apiOrigin, "/t/api/v3/folders/f/services/s/download/a.zip", true},
		"//files.example.com/a.zip":                {elsewhere, "/a.zip", false},
		elsewhere + "/a.zip":                       {elsewhere, "/a.zip", false},
	} {
		w := urlWorld(t, apiOrigin, url, fileOrigin, elsewhere)
		require.NoError(t, writeWorkbookOf(t.Context(), w.bearer()), url)
		requests := w.requests(test.host)
		require.NotEmpty(t, requests, url)
		last := requests[len(requests)-1]
		require.Equal(t, http.MethodGet, last.Method, url)
		require.Equal(t, test.path, last.URL.Path)
		require.Equal(t, test.credential, last.Header.Get("Authorization") != "", url)
	}
}

func TestDownloadURLsThatCannotBeUsed(t *testing.T) {
	for url, says := range map[string]string{
		"ftp://files.example.com/token-in-path":     `its scheme is "ftp" instead of https`,
		"http://files.example.com/token-in-path":    "the connection to files.example.com wouldn't be encrypted; WithPlainHTTP permits it",
		"https://":                                  "it has no host",
		"https://:443/token-in-path":                "it has no host",
		"https://files.example.com:x/token-in-path": "it is malformed",
		"\x7f/token-in-path":                        "it is malformed",
	} {
		w := urlWorld(t, apiOrigin, url, "http://files.example.com")
		err := writeWorkbookOf(t.Context(), w.bearer())
		require.ErrorIs(t, err, spark.ErrUnexpectedResponse, url)
		require.ErrorContains(t, err, "the download URL from the platform can't be used: "+says, url)
		require.NotContains(t, err.Error(), "token-in-path")
		require.NotContains(t, err.Error(), "try again")
		failure := errorAs[*spark.APIError](t, err)
		require.False(t, failure.Transient(), url)
		require.Empty(t, w.requests("http://files.example.com"))
		require.Len(t, w.requests(apiOrigin), 1, "another request wouldn't help")
	}
	require.NoError(t, writeWorkbookOf(t.Context(), urlWorld(t, apiOrigin, "http://files.example.com/a.zip", "http://files.example.com").bearer(spark.WithPlainHTTP())))
	require.ErrorIs(t, writeWorkbookOf(t.Context(), urlWorld(t, apiOrigin, " \t").bearer()), spark.ErrNotFound)
}

// The job can't deliver its file, so the error doesn't say how to resume it.
func TestJobWithAnUnusableURL(t *testing.T) {
	w := jobWorld(t, `{"progress":100,"download_url":"ftp://files.example.com/token-in-path"}`)
	directory := t.TempDir()
	err := w.job().Save(t.Context(), filepath.Join(directory, "calls.zip"))
	failed := errorAs[*spark.JobError](t, err)
	require.False(t, failed.Resumable())
	require.ErrorContains(t, err, `can't be used: its scheme is "ftp"`)
	require.NotContains(t, err.Error(), "resume")
	require.NotContains(t, err.Error(), "token-in-path")
	requireOnly(t, directory)
}
