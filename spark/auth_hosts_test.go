package spark_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestPlainHTTPCarriesNoCredential(t *testing.T) {
	const base = "http://spark.example.com"
	for kind, auth := range credentials() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{base: tokenResponse()})
			_, err := spark.NewClient(base+"/t", auth, spark.WithHTTPClient(&http.Client{Transport: w}))
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			require.ErrorContains(t, err, "unencrypted")

			err = getCall(t.Context(), w.client(base+"/t", auth, spark.WithPlainHTTP()))
			require.Error(t, err) // no host there responds with anything useful
			require.NotEmpty(t, w.requests(base))
		})
	}
	for _, loopback := range []string{"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", "http://spark.localhost"} {
		w := newWorld(t, map[string]http.HandlerFunc{loopback: respond(recordResponse)})
		err := getCall(t.Context(), w.client(loopback+"/t", spark.BearerToken(hidden)))
		require.NoError(t, err, loopback)
	}
}

// A request of the generated client whose editor changes its host isn't sent. Its body is
// closed, as net/http requires.
func TestEditedRequestsCarryNoCredentialElsewhere(t *testing.T) {
	for _, elsewhere := range []url.URL{
		{Scheme: "https", Host: "spark.example.com"},
		{Scheme: "http", Host: strings.TrimPrefix(fileOrigin, "https://")}, // the same environment, but unencrypted
	} {
		w := newWorld(t, nil)
		client := w.bearer()
		body := &closing{Reader: strings.NewReader("{}")}
		_, err := client.API().PostLogDownloadCSVWithBody(t.Context(), "t", "f", "s", "application/json", body, func(_ context.Context, request *http.Request) error {
			request.URL.Scheme, request.URL.Host = elsewhere.Scheme, elsewhere.Host
			return nil
		})
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
		require.ErrorContains(t, err, "must not get the credential")
		require.Empty(t, w.requests(elsewhere.String()))
		require.True(t, body.closed)
	}
}

func TestFileRequestsCarryTheCredentialOnlyWhereItMayGo(t *testing.T) {
	for kind, auth := range credentials() {
		for host, allowed := range map[string]bool{
			fileOrigin:                               true,
			"https://files.example.com":              false,
			"https://named.example.com:8443":         true,
			"https://named.example.com":              false,
			"https://entitystore.us.coherent.global": false,
			"https://a.b.uat.us.coherent.global":     false,
			"https://.uat.us.coherent.global":        false,
		} {
			t.Run(kind+" "+host, func(t *testing.T) {
				w := urlWorld(t, apiOrigin, host+"/docstore/file.zip", host)
				require.NoError(t, writeWorkbookOf(t.Context(), w.client(apiOrigin+"/t", auth, spark.WithFileHosts("Named.example.com:8443"))))
				require.NotEmpty(t, w.requests(host))
				for _, request := range w.requests(host) {
					require.Equal(t, allowed, strings.Contains(everything(t, request), hidden))
				}
			})
		}
	}
}

// WithPlainHTTP permits plain http for a base URL that has it, and for hosts that the
// user names, but not instead of https on the same host.
func TestFileOnTheSameHostByAnotherScheme(t *testing.T) {
	for _, test := range []struct {
		base, host string
		allowed    bool
	}{
		{"https://spark.example.com", "https://spark.example.com", true},
		{"https://spark.example.com", "http://spark.example.com", false},
		{"http://spark.example.com", "http://spark.example.com", true},
		{"http://spark.example.com", "https://spark.example.com", true},
		{"https://spark.example.com", "https://files..coherent.global", false}, // without an environment
	} {
		w := urlWorld(t, test.base, test.host+"/docstore/file.zip", test.host)
		require.NoError(t, writeWorkbookOf(t.Context(), w.client(test.base+"/t", spark.BearerToken(hidden), spark.WithPlainHTTP())))
		requests := w.requests(test.host)
		require.NotEmpty(t, requests)
		request := everything(t, requests[len(requests)-1])
		require.Contains(t, request, "/docstore/file.zip")
		require.Equal(t, test.allowed, strings.Contains(request, hidden), "%+v", test)
	}
}
