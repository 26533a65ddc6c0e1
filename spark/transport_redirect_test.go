package spark_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

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
					err := getCall(t.Context(), client)
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

// The rule of the user's client is applied after ours.
func TestRedirectsAreCheckedByTheUsersClientToo(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: redirect(http.StatusFound, fileOrigin+"/elsewhere"), fileOrigin: respond(recordResponse)})
	var asked []string
	users := &http.Client{Transport: w, CheckRedirect: func(request *http.Request, via []*http.Request) error {
		asked = append(asked, request.URL.String())
		return errors.New("none of that")
	}}
	err := getCall(t.Context(), w.bearer(spark.WithHTTPClient(users), oneAttempt))
	require.ErrorContains(t, err, "none of that")
	require.Equal(t, []string{fileOrigin + "/elsewhere"}, asked)
	require.Empty(t, w.requests(fileOrigin))
}

// A POST that a redirect turns into a GET would start nothing and look as if it had.
func TestRedirectsKeepTheMethod(t *testing.T) {
	for status, follows := range map[int]bool{301: false, 302: false, 303: false, 307: true, 308: true} {
		w := newWorld(t, map[string]http.HandlerFunc{
			fileOrigin: respondData(`{"job_id":"` + anyCallID + `"}`),
			apiOrigin:  redirect(status, fileOrigin+"/elsewhere"),
		})
		_, err := w.bearer().Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		if follows {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "turn the POST into a GET")
		require.Empty(t, w.requests(fileOrigin))
	}
}

func TestRedirectsAreLimited(t *testing.T) {
	w := apiWorld(t, redirect(http.StatusFound, apiOrigin+"/round"))
	err := getCall(t.Context(), w.bearer())
	require.ErrorContains(t, err, "more than 10 in a row")
	require.Len(t, w.requests(apiOrigin), 10)
}

// A file may be moved to any host, and its request carries nothing there. But it may
// not be moved to where others could read it: not from this machine, not from https to
// plain http even where that is allowed, and not to another scheme.
func TestFileRedirects(t *testing.T) {
	for _, test := range []struct {
		base, storage string
		follows       bool
		opts          []spark.Option
	}{
		{apiOrigin, "https://storage.example.com", true, nil},
		{"http://localhost:8080", "http://storage.example.com", false, nil},
		{apiOrigin, "http://storage.example.com", false, []spark.Option{spark.WithPlainHTTP()}},
		{apiOrigin, "ftp://entitystore.uat.us.coherent.global", false, nil},
	} {
		w := urlWorld(t, test.base, test.base+"/docstore/token-in-path/file.zip", test.storage)
		offer := w.handlers[test.base]
		w.handlers[test.base] = func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				offer(out, r)
				return
			}
			redirect(http.StatusFound, test.storage+"/blob")(out, r)
		}
		err := writeWorkbookOf(t.Context(), w.client(test.base+"/t", spark.APIKey(hidden), append(test.opts, oneAttempt)...))
		if !test.follows {
			require.ErrorContains(t, err, "isn't encrypted")
			require.Empty(t, w.requests(test.storage))
			continue
		}
		require.NoError(t, err)
		require.Len(t, w.requests(test.storage), 1)
		request := everything(t, w.requests(test.storage)[0])
		require.NotContains(t, request, hidden)
		require.NotContains(t, request, "token-in-path")
	}
}
