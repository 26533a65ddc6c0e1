package spark

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSuggestedName(t *testing.T) {
	for header, want := range map[string]string{
		`attachment; filename="report.xlsx"`:                   "report.xlsx",
		`attachment; filename="../../etc/passwd"`:              "passwd",
		`attachment; filename="C:\\Windows\\evil.xlsx"`:        "evil.xlsx",
		`attachment; filename=".bashrc"`:                       "bashrc",
		`attachment; filename*=UTF-8''pr%C3%A4mie%2Fx%0A.xlsx`: "x.xlsx",
		`attachment; filename=".."`:                            "file.zip",
		`attachment`:                                           "file.zip",
		`;;;`:                                                  "file.zip",
		``:                                                     "file.zip",
	} {
		require.Equal(t, want, suggestedName(&http.Response{
			Header:  http.Header{"Content-Disposition": {header}},
			Request: &http.Request{URL: &url.URL{Path: "/docstore/file.zip"}},
		}), header)
	}
}
