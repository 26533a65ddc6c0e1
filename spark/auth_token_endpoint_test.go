package spark_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// How long a token lasts may be spelled in any way; one that can't be read is used
// until it is rejected.
func TestTokenLifetimeInAnySpelling(t *testing.T) {
	const forever = 60 * 365 * 24 * time.Hour
	for expiresIn, lasts := range map[string]time.Duration{
		`300`: 270 * time.Second, `"300"`: 270 * time.Second, `300.9`: 270 * time.Second, `"300.5"`: 270 * time.Second, `3e2`: 270 * time.Second,
		`9223372036854775808`: forever, `1e999999999`: forever, `"1e30"`: forever, `2147483648`: forever,
		`null`: forever, `0`: forever, `-1`: forever, `""`: forever, `"soon"`: forever, `"NaN"`: forever, `{}`: forever, `[300]`: forever,
	} {
		t.Run(expiresIn, virtual(func(t *testing.T) {
			issuer := newTenant(t)
			issuer.handlers[tokenHost] = respond(`{"access_token":"token-7","expires_in":` + expiresIn + `}`)
			client := issuer.authenticated()
			for _, step := range []struct {
				pause   time.Duration
				fetches int
			}{{0, 1}, {lasts - 5*time.Second, 1}, {10 * time.Second, 2}} {
				if lasts == forever {
					step.fetches = 1
				}
				time.Sleep(step.pause)
				require.NoError(t, getCall(t.Context(), client))
				require.Len(t, issuer.requests(tokenHost), step.fetches)
			}
		}))
	}
}

func TestWrongClientSecretIsReportedAtOnce(t *testing.T) {
	for status, is := range map[int]error{400: spark.ErrUnauthorized, 401: spark.ErrUnauthorized, 403: spark.ErrForbidden} {
		synctest.Test(t, func(t *testing.T) {
			issuer := newTenant(t)
			issuer.handlers[tokenHost] = respondBody(status, `{"error":"unauthorized_client","error_description":"Invalid client credentials"}`)
			err := getCall(t.Context(), issuer.authenticated())
			require.ErrorIs(t, err, is)
			require.ErrorContains(t, err, "get access token")
			require.ErrorContains(t, err, "unauthorized_client")
			require.NotContains(t, err.Error(), hidden)
			require.Len(t, issuer.requests(tokenHost), 1)
			require.Empty(t, issuer.requests(apiOrigin))
		})
	}
}

// TestFaultMatrix has the faults of the token endpoint. This test counts its requests.
func TestTokenEndpointIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		client := newClientWith(t, server, spark.ClientCredentials(server.ClientID, server.ClientSecret))
		id := server.Calls()[0].ID
		server.Fault(sparktest.Token, sparktest.ResetAfter(20), sparktest.Times(3))
		_, err := client.GetCall(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, server.Requests(sparktest.Token), 4)

		server.ExpireTokens()
		fault := server.Fault(sparktest.Token, sparktest.Stall(20), sparktest.Always())
		_, err = client.GetCall(t.Context(), id)
		failure := errorAs[*spark.APIError](t, err)
		require.Equal(t, "get access token", failure.Operation)
		require.Equal(t, 4, failure.Attempts)
		require.True(t, failure.Transient())
		require.NotErrorIs(t, err, context.DeadlineExceeded) // the caller's context has none
		require.NotContains(t, err.Error(), "no request sent")

		fault.Remove()
		server.Fault(sparktest.Token, sparktest.Status(429), sparktest.RetryAfter(50*time.Second))
		_, err = client.GetCall(t.Context(), id)
		require.NoError(t, err, "Retry-After is honored even if it is long")
	})
}

func TestTokenResponsesWithoutAToken(t *testing.T) {
	for name, body := range map[string]string{"HTML": "<html>sign in</html>", "empty": "", "no token": `{"token_type":"Bearer"}`, "cut short": `{"access_token":"` + hidden} {
		t.Run(name, func(t *testing.T) {
			issuer := newTenant(t)
			issuer.handlers[tokenHost] = respond(body)
			err := getCall(t.Context(), issuer.authenticated())
			require.ErrorIs(t, err, spark.ErrUnexpectedResponse)
			require.ErrorContains(t, err, "get access token: the response contains no token")
			require.NotContains(t, err.Error(), hidden)
			require.Empty(t, issuer.requests(apiOrigin))
		})
	}
}

// The client secret travels in the body, which a redirect would repeat elsewhere.
func TestTokenEndpointRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		issuer := newTenant(t)
		issuer.handlers[tokenHost] = redirect(status, "https://evil.example.com/token")
		err := getCall(t.Context(), issuer.authenticated())
		require.Error(t, err)
		require.Empty(t, issuer.requests("https://evil.example.com"))
	}
}

func TestTokenURLCanBeSet(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"https://login.example.com": tokenResponse(), apiOrigin: respond(recordResponse)})
	require.NoError(t, getCall(t.Context(), w.client(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL("https://login.example.com/oauth/token")))))
	require.Equal(t, "/oauth/token", w.requests("https://login.example.com")[0].URL.Path)
	for _, bad := range []string{"ftp://login.example.com/token", "login", "https://me:pw@login.example.com"} {
		_, err := spark.NewClient(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL(bad)))
		require.ErrorIs(t, err, spark.ErrInvalidArgument, bad)
	}
}

// The client secret in the body of a token request is a credential too.
func TestTokenURLOverPlainHTTP(t *testing.T) {
	const endpoint = "http://login.example.com"
	w := newWorld(t, map[string]http.HandlerFunc{endpoint: tokenResponse(), apiOrigin: respond(recordResponse)})
	auth := spark.ClientCredentials("id", hidden, spark.WithTokenURL(endpoint+"/token"))
	err := getCall(t.Context(), w.client(apiOrigin+"/t", auth))
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	require.ErrorContains(t, err, "credential unencrypted")
	require.Empty(t, w.requests(endpoint))
	require.NoError(t, getCall(t.Context(), w.client(apiOrigin+"/t", auth, spark.WithPlainHTTP())))
}

func TestTokenEndpointIsOnTheBaseHostOutsideThePlatform(t *testing.T) {
	const base = "https://spark.example.com:8443"
	w := newWorld(t, map[string]http.HandlerFunc{base: func(out http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/auth/realms/my tenant/") {
			tokenResponse()(out, r)
			return
		}
		respond(recordResponse)(out, r)
	}})
	require.NoError(t, getCall(t.Context(), w.client(base+"/my%20tenant", spark.ClientCredentials("id", hidden))))
}

// A token that can't be used is the endpoint's fault, not the user's.
func TestTokenThatIsInvalidInAHeader(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"https://login.example.com": respond(`{"access_token":"two\nlines"}`)})
	err := getCall(t.Context(), w.client(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL("https://login.example.com/token"))))
	require.ErrorIs(t, err, spark.ErrUnexpectedResponse)
	require.NotErrorIs(t, err, spark.ErrInvalidArgument)
	require.NotContains(t, err.Error(), "lines")
}
