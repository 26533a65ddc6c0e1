package page

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFetch reads pages from a server on this machine. Each failure is one line.
func TestFetch(t *testing.T) {
	content, err := os.ReadFile("testdata/forms/plain.md")
	require.NoError(t, err)
	mux := http.NewServeMux()
	markdown := func(w http.ResponseWriter, _ *http.Request) { w.Write(content) }
	mux.HandleFunc("/page.md", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
		markdown(w, r)
	})
	mux.HandleFunc("/plain", markdown)
	mux.Handle("/moved", http.RedirectHandler("/page.md", http.StatusFound))
	mux.Handle("/circle", http.RedirectHandler("/circle", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler("http://example.com/page.md", http.StatusFound))
	mux.HandleFunc("/html", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("\n<!DOCTYPE html><p>")) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		for range 33 {
			w.Write([]byte(strings.Repeat(" ", 1<<20)))
		}
	})
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write(content[:10])
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/samples.md", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("# Nothing\n")) })
	server := httptest.NewServer(mux)
	defer server.Close()
	closed := httptest.NewServer(mux)
	closed.Close()
	defer func(usual time.Duration) { fetchTimeout = usual }(fetchTimeout)

	for _, path := range []string{"/page.md", "/plain", "/moved"} {
		pages, err := Read(t.Context(), []string{server.URL + path})
		require.NoError(t, err)
		require.Equal(t, "Things", pages[0].Title)
		require.Equal(t, server.URL+path, pages[0].URL)
	}
	for name, fault := range map[string]string{
		server.URL + "/gone.md":         "the server responds 404 Not Found: check the URL in a browser",
		server.URL + "/html":            "the response is an HTML page: give the URL of the page as Markdown, which often is the same URL with .md at its end",
		server.URL + "/large":           "the page is too large: an import reads at most 32 MiB in all",
		server.URL + "/broken":          "the page broke off: unexpected EOF; try again",
		server.URL + "/circle":          "the page can't be fetched: more than 5 redirects",
		server.URL + "/away":            "the page can't be fetched: a page is fetched over https, or over http from this machine alone",
		server.URL + "/samples.md":      "no operation found: expected OpenAPI 3.1 in JSON or YAML, bare or in fenced blocks of a Markdown page",
		closed.URL + "/page.md":         "the page can't be fetched: dial tcp",
		"http://example.com/page.md":    "a page is fetched over https, or over http from this machine alone",
		"ftp://example.com/page.md":     "a page is fetched over https",
		"https:///page.md":              "a page is fetched over https",
		"https://no-such.invalid/p.md":  "the page can't be fetched: ",
		server.URL + "/page.md?token=x": "give the URL without user, password, query and fragment: it is written to openapi/pages.yaml",
		"https://me:secret@example.com": "give the URL without user, password, query and fragment",
		"https://%zz.example.com/?t=x":  "a URL can't be read: give one such as https://host/page.md",
	} {
		_, err := Read(t.Context(), []string{name})
		require.ErrorContains(t, err, fault, name)
		require.NotContains(t, err.Error(), "\n")
		require.NotContains(t, err.Error(), "secret")
		require.NotContains(t, err.Error(), "token")
	}

	fetchTimeout = 50 * time.Millisecond
	_, err = Read(t.Context(), []string{server.URL + "/slow"})
	require.EqualError(t, err, server.URL+"/slow: no complete response within 50ms; try again later")
}
