package spark_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

const (
	apiOrigin  = "https://excel.uat.us.coherent.global"
	tokenHost  = "https://keycloak.uat.us.coherent.global"
	fileOrigin = "https://entitystore.uat.us.coherent.global"
	anyCallID  = "123e4567-e89b-12d3-a456-426614174000"
	hidden     = "hunter2-secret"
)

// credentials are all kinds, each with the same secret in it.
func credentials() map[string]spark.Auth {
	return map[string]spark.Auth{
		"bearer token":       spark.BearerToken(hidden),
		"API key":            spark.APIKey(hidden),
		"client credentials": spark.ClientCredentials("id", hidden),
		"token source":       spark.TokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: hidden})),
		"token function":     spark.TokenFunc(func(context.Context) (string, error) { return hidden, nil }),
	}
}

func tokenResponse() http.HandlerFunc {
	return respond(`{"access_token":"` + hidden + `","expires_in":300,"token_type":"Bearer"}`)
}

const recordResponse = `{"status":"Success","response_data":"{\"EngineCallId\":\"` + anyCallID + `\"}","response_meta":null,"error":null}`

func TestRedirectsCarryNoCredentialElsewhere(t *testing.T) {
	for kind, auth := range credentials() {
		for status := 301; status <= 308; status++ {
			if status >= 304 && status <= 306 {
				continue
			}
			for target, allowed := range map[string]bool{
				apiOrigin:                                           true,
				fileOrigin:                                          true,
				apiOrigin + ":8443":                                 false,
				"http://excel.uat.us.coherent.global":               false,
				"https://evil.example.com":                          false,
				"https://excel.us.coherent.global":                  false,
				"https://excel.eu.coherent.global":                  false,
				"https://excel.uat.us.coherent.global.evil.example": false,
				"https://a.b.uat.us.coherent.global":                false,
				"https://uat.us.coherent.global":                    false,
			} {
				t.Run(fmt.Sprint(kind, " ", status, " ", target), func(t *testing.T) {
					w := newWorld(t, map[string]http.HandlerFunc{tokenHost: tokenResponse(), target: respond(recordResponse)})
					hop := redirect(status, target+"/elsewhere")
					w.handlers[apiOrigin] = func(out http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/elsewhere" {
							respond(recordResponse)(out, r)
							return
						}
						hop(out, r)
					}
					client := w.client(apiOrigin+"/t", auth)
					_, err := client.GetCall(t.Context(), anyCallID)
					if allowed {
						require.NoError(t, err)
						sent := w.requests(target)
						require.Contains(t, everything(t, sent[len(sent)-1]), hidden)
						return
					}
					require.ErrorContains(t, err, "redirect not followed")
					for _, request := range w.requests(target) {
						require.NotContains(t, everything(t, request), hidden)
					}
				})
			}
		}
	}
}

// The user's own rule is asked after ours.
func TestRedirectsKeepToTheUsersRule(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: redirect(http.StatusFound, fileOrigin+"/elsewhere"), fileOrigin: respond(recordResponse)})
	var asked []string
	users := &http.Client{Transport: w, CheckRedirect: func(request *http.Request, via []*http.Request) error {
		asked = append(asked, request.URL.String())
		return errors.New("none of that")
	}}
	_, err := w.client(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithHTTPClient(users), spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1})).GetCall(t.Context(), anyCallID)
	require.ErrorContains(t, err, "none of that")
	require.Equal(t, []string{fileOrigin + "/elsewhere"}, asked)
	require.Empty(t, w.requests(fileOrigin))
}

// A POST that a redirect turns into a GET would start nothing and look as if it had.
func TestRedirectsKeepTheMethod(t *testing.T) {
	for status, follows := range map[int]bool{301: false, 302: false, 303: false, 307: true, 308: true} {
		w := newWorld(t, map[string]http.HandlerFunc{
			fileOrigin: respond(`{"status":null,"response_data":{"job_id":"` + anyCallID + `"}}`),
			apiOrigin:  redirect(status, fileOrigin+"/elsewhere"),
		})
		_, err := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		if follows {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "turn the POST into a GET")
		require.Empty(t, w.requests(fileOrigin))
	}
}

func TestPlainHTTPCarriesNoCredential(t *testing.T) {
	const base = "http://spark.example.com"
	for kind, auth := range credentials() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{base: tokenResponse()})
			_, err := spark.NewClient(base+"/t", auth, spark.WithHTTPClient(&http.Client{Transport: w}))
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			require.ErrorContains(t, err, "unencrypted")

			_, err = w.client(base+"/t", auth, spark.WithPlainHTTP()).GetCall(t.Context(), anyCallID)
			require.Error(t, err) // no host there responds with anything useful
			require.NotEmpty(t, w.requests(base))
		})
	}
	for _, loopback := range []string{"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", "http://spark.localhost"} {
		w := newWorld(t, map[string]http.HandlerFunc{loopback: respond(recordResponse)})
		_, err := w.client(loopback+"/t", spark.BearerToken(hidden)).GetCall(t.Context(), anyCallID)
		require.NoError(t, err, loopback)
	}
}

func TestFilesGetTheCredentialWithinTheEnvironmentOnly(t *testing.T) {
	for kind, auth := range credentials() {
		for host, allowed := range map[string]bool{
			fileOrigin:                               true,
			"https://files.example.com":              false,
			"https://named.example.com:8443":         true,
			"https://named.example.com":              false,
			"https://entitystore.us.coherent.global": false,
			"https://.uat.us.coherent.global":        false,
		} {
			t.Run(kind+" "+host, func(t *testing.T) {
				w := newWorld(t, map[string]http.HandlerFunc{
					tokenHost: tokenResponse(),
					apiOrigin: respond(`{"status":null,"response_data":{"download_url":"` + host + `/docstore/token-in-path/file.zip"}}`),
					host:      respond("no file"),
				})
				client := w.client(apiOrigin+"/t", auth, spark.WithFileHosts("Named.example.com:8443"), spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1}))
				err := client.Service("f", "s").WriteWorkbook(t.Context(), anyCallID, new(discard))
				require.ErrorIs(t, err, record.ErrCorrupt)
				require.NotContains(t, err.Error(), "token-in-path")
				require.NotEmpty(t, w.requests(host))
				for _, request := range w.requests(host) {
					if allowed {
						require.Contains(t, everything(t, request), hidden)
					} else {
						require.NotContains(t, everything(t, request), hidden)
					}
				}
			})
		}
	}
}

// A permission for plain http is for a base URL that has it, or for hosts that
// the user names: not for a way down from https on the same host.
func TestFilesOnTheSameHostByAnotherScheme(t *testing.T) {
	for _, test := range []struct {
		base, host string
		allowed    bool
	}{
		{"https://spark.example.com", "https://spark.example.com", true},
		{"https://spark.example.com", "http://spark.example.com", false},
		{"http://spark.example.com", "http://spark.example.com", true},
		{"http://spark.example.com", "https://spark.example.com", true},
		{"https://spark.example.com", "https://files..coherent.global", false}, // of no environment
	} {
		w := newWorld(t, map[string]http.HandlerFunc{test.host: respond("no file")})
		download := respond(`{"status":null,"response_data":{"download_url":"` + test.host + `/docstore/file.zip"}}`)
		w.handlers[test.base] = func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				download(out, r)
				return
			}
			respond("no file")(out, r)
		}
		client := w.client(test.base+"/t", spark.BearerToken(hidden), spark.WithPlainHTTP(), spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1}))
		require.ErrorIs(t, client.Service("f", "s").WriteWorkbook(t.Context(), anyCallID, new(discard)), record.ErrCorrupt)
		requests := w.requests(test.host)
		require.NotEmpty(t, requests)
		file := everything(t, requests[len(requests)-1])
		require.Contains(t, file, "/docstore/file.zip")
		if test.allowed {
			require.Contains(t, file, hidden, "%+v", test)
		} else {
			require.NotContains(t, file, hidden, "%+v", test)
		}
	}
}

// A request of the generated client that is led elsewhere isn't sent, and its
// body is closed, as net/http asks.
func TestRequestsLedElsewhereAreNotSent(t *testing.T) {
	w := newWorld(t, nil)
	client := w.client(apiOrigin+"/t", spark.BearerToken(hidden))
	body := &closing{Reader: strings.NewReader("{}")}
	_, err := client.API().PostLogDownloadCSVWithBody(t.Context(), "t", "f", "s", "application/json", body, func(_ context.Context, request *http.Request) error {
		request.URL.Scheme, request.URL.Host = "http", "spark.example.com"
		return nil
	})
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	require.ErrorContains(t, err, "unencrypted")
	require.Empty(t, w.requests("http://spark.example.com"))
	require.True(t, body.closed)
}

// closing is a body that can't be had again.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// A file may be moved anywhere, since nothing but its address leads to it.
func TestFileRedirectsCarryNothing(t *testing.T) {
	const storage = "https://storage.example.com"
	w := newWorld(t, map[string]http.HandlerFunc{
		apiOrigin:  respond(`{"status":null,"response_data":{"download_url":"` + fileOrigin + `/docstore/token-in-path/file.zip"}}`),
		fileOrigin: redirect(http.StatusFound, storage+"/blob"),
		storage:    respond("no file"),
	})
	client := w.client(apiOrigin+"/t", spark.APIKey(hidden), spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1}))
	require.Error(t, client.Service("f", "s").WriteWorkbook(t.Context(), anyCallID, new(discard)))
	require.NotEmpty(t, w.requests(storage))
	for _, request := range w.requests(storage) {
		require.NotContains(t, everything(t, request), hidden)
		require.NotContains(t, everything(t, request), "token-in-path")
	}
}

// No file leads to where others could read it: not from this machine, not down
// from https even where plain http is allowed, and not by another scheme.
func TestFileRedirectsStayEncrypted(t *testing.T) {
	for _, test := range []struct {
		base, storage string
		opts          []spark.Option
	}{
		{"http://localhost:8080", "http://storage.example.com", nil},
		{apiOrigin, "http://storage.example.com", []spark.Option{spark.WithPlainHTTP()}},
		{apiOrigin, "ftp://entitystore.uat.us.coherent.global", nil},
	} {
		w := newWorld(t, map[string]http.HandlerFunc{test.storage: respond("no file")})
		w.handlers[test.base] = func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				respond(`{"status":null,"response_data":{"download_url":"`+test.base+`/docstore/file.zip"}}`)(out, r)
				return
			}
			redirect(http.StatusFound, test.storage+"/blob")(out, r)
		}
		client := w.client(test.base+"/t", spark.BearerToken(hidden), append(test.opts, spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1}))...)
		err := client.Service("f", "s").WriteWorkbook(t.Context(), anyCallID, new(discard))
		require.ErrorContains(t, err, "isn't encrypted")
		require.Empty(t, w.requests(test.storage))
	}
}

func TestRedirectsEnd(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: redirect(http.StatusFound, apiOrigin+"/round")})
	_, err := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).GetCall(t.Context(), anyCallID)
	require.ErrorContains(t, err, "more than 10 in a row")
	require.Len(t, w.requests(apiOrigin), 10)
}

func TestEditorOnABareGeneratedClient(t *testing.T) {
	for kind, auth := range credentials() {
		if kind == "client credentials" {
			continue // see TestEditorFetchesATokenOnABareGeneratedClient
		}
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, nil)
			edit := auth.Editor()
			bare := func(server string) (*http.Response, error) {
				client, err := gen.NewClient(server, gen.WithHTTPClient(&http.Client{Transport: w}), gen.WithRequestEditorFn(edit))
				require.NoError(t, err)
				return client.GetLogGetExecutionHistoryByCallid(t.Context(), "my-tenant", [16]byte{1}, nil)
			}
			_, err := bare("http://spark.example.com")
			require.ErrorContains(t, err, "isn't encrypted")
			response, err := bare(apiOrigin)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Contains(t, everything(t, w.requests(apiOrigin)[0]), hidden)
			if kind == "API key" {
				require.Equal(t, "my-tenant", w.requests(apiOrigin)[0].Header.Get("x-tenant-name"))
			}
			_, err = bare("https://evil.example.com")
			require.ErrorContains(t, err, "not the tenant")
			require.Empty(t, w.requests("https://evil.example.com"))
			require.Empty(t, w.requests("http://spark.example.com"))
		})
	}
}

func TestEditorFetchesATokenOnABareGeneratedClient(t *testing.T) {
	server := sparktest.NewServer(t)
	base, err := url.Parse(server.BaseURL)
	require.NoError(t, err)
	client, err := gen.NewClient(base.Scheme+"://"+base.Host, gen.WithHTTPClient(checked(t, server)),
		gen.WithRequestEditorFn(spark.ClientCredentials(server.ClientID, server.ClientSecret).Editor()))
	require.NoError(t, err)
	for range 2 {
		response, err := client.GetLogGetExecutionHistoryByCallid(t.Context(), server.Tenant, [16]byte{1}, nil)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	require.Len(t, server.Requests(sparktest.Token), 1)
}

// The client secret in the body of a token request is a credential too.
func TestTokenURLOverPlainHTTP(t *testing.T) {
	const endpoint = "http://login.example.com"
	w := newWorld(t, map[string]http.HandlerFunc{endpoint: tokenResponse(), apiOrigin: respond(recordResponse)})
	auth := spark.ClientCredentials("id", hidden, spark.WithTokenURL(endpoint+"/token"))
	_, err := w.client(apiOrigin+"/t", auth).GetCall(t.Context(), anyCallID)
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	require.ErrorContains(t, err, "client secret unencrypted")
	require.Empty(t, w.requests(endpoint))
	_, err = w.client(apiOrigin+"/t", auth, spark.WithPlainHTTP()).GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
}
