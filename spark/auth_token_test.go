package spark_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// tenant is an API that takes the newest token of its endpoint only.
type tenant struct {
	*world
	fetches  atomic.Int64
	delay    time.Duration
	lifetime int
	revoked  atomic.Int64 // tokens up to this number are refused
}

func newTenant(t testing.TB) *tenant {
	issuer := &tenant{lifetime: 300}
	issuer.world = newWorld(t, map[string]http.HandlerFunc{tokenHost: issuer.issue, apiOrigin: issuer.serve})
	return issuer
}

func (i *tenant) issue(w http.ResponseWriter, r *http.Request) {
	time.Sleep(i.delay)
	respond(fmt.Sprintf(`{"access_token":"token-%d","expires_in":%d,"token_type":"Bearer"}`, i.fetches.Add(1), i.lifetime))(w, r)
}

func (i *tenant) serve(w http.ResponseWriter, r *http.Request) {
	var number int64
	_, err := fmt.Sscanf(r.Header.Get("Authorization"), "Bearer token-%d", &number)
	if err != nil || number <= i.revoked.Load() {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"status":"Error","error":{"message":"INVALID_TOKEN"}}`)
		return
	}
	respond(recordResponse)(w, r)
}

func (i *tenant) authenticated() *spark.Client {
	return i.client(apiOrigin+"/t", spark.ClientCredentials("id", hidden))
}

func TestTokenIsFetchedOnceAndShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.delay = time.Second
		client := issuer.authenticated()
		require.Zero(t, issuer.fetches.Load())
		all(50, func() {
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
		})
		require.EqualValues(t, 1, issuer.fetches.Load())
		request := issuer.requests(tokenHost)[0]
		require.Equal(t, "/auth/realms/t/protocol/openid-connect/token", request.URL.Path)
		body, err := io.ReadAll(request.Body)
		require.NoError(t, err)
		require.Equal(t, "client_id=id&client_secret="+hidden+"&grant_type=client_credentials", string(body))

		time.Sleep(260 * time.Second)
		_, err = client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.EqualValues(t, 1, issuer.fetches.Load())
		time.Sleep(15 * time.Second) // within the margin before its expiry
		_, err = client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.EqualValues(t, 2, issuer.fetches.Load())
	})
}

// The margin of a short life is a tenth of it, or such a token would never be reused.
func TestShortLivedTokensAreReused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.lifetime = 20
		client := issuer.authenticated()
		for _, step := range []struct {
			pause   time.Duration
			fetches int64
		}{{0, 1}, {17 * time.Second, 1}, {1500 * time.Millisecond, 2}, {17 * time.Second, 2}} {
			time.Sleep(step.pause)
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
			require.Equal(t, step.fetches, issuer.fetches.Load())
		}
	})
}

func TestEmptyTokensAreNotSent(t *testing.T) {
	for kind, auth := range map[string]spark.Auth{
		"source":   spark.TokenSource(oauth2.StaticTokenSource(&oauth2.Token{TokenType: "Bearer"})),
		"function": spark.TokenFunc(func(context.Context) (string, error) { return " ", nil }),
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
			_, err := w.client(apiOrigin+"/t", auth).GetCall(t.Context(), anyCallID)
			require.ErrorIs(t, err, spark.ErrUnauthorized)
			require.ErrorContains(t, err, "empty")
			require.Empty(t, w.requests(apiOrigin))
		})
	}
}

// A JWT that doesn't say when it expires is good until it is refused.
func TestTokensWithoutAnExpiryAreReused(t *testing.T) {
	calls := 0
	w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
	client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
		calls++
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"x"}`)) + ".c2ln", nil
	}))
	for range 3 {
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
	}
	require.Equal(t, 1, calls)
}

// A 401 that comes late is about the token that the request carried, not about
// the newer one that others fetched meanwhile.
func TestLateRefusalsLeaveNewerTokensAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		client := issuer.authenticated()
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		issuer.revoked.Store(1)
		serve, slow := issuer.handlers[apiOrigin], make(chan struct{}, 1)
		slow <- struct{}{}
		issuer.handlers[apiOrigin] = func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-slow: // the first only
				time.Sleep(10 * time.Second)
			default:
			}
			serve(w, r)
		}
		all(2, func() {
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
		})
		require.EqualValues(t, 2, issuer.fetches.Load())
	})
}

// A body that can't be had again isn't sent again: the response is the 401.
func TestBodiesThatCannotBeRepeatedAreNotAfter401(t *testing.T) {
	issuer := newTenant(t)
	issuer.revoked.Store(1)
	body := &closing{Reader: strings.NewReader(`{"request_data":{}}`)}
	response, err := issuer.authenticated().API().PostLogDownloadCSVWithBody(t.Context(), "t", "f", "s", "application/json", body)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	said, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(said), "INVALID_TOKEN")
	require.Len(t, issuer.requests(apiOrigin), 1)
}

// Who comes while a fetch that everybody left is still ending gets a fetch of its own.
func TestTokenFetchThatWasLeftIsNoFailureOfTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, end := 0, make(chan struct{})
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(ctx context.Context) (string, error) {
			if calls++; calls > 1 {
				return hidden, nil
			}
			<-end
			return "", ctx.Err()
		}))
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.GetCall(impatient, anyCallID)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		time.AfterFunc(time.Second, func() { close(end) })
		start := time.Now()
		_, err = client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Equal(t, 2, calls)
		require.Equal(t, time.Second, time.Since(start), "no wait of a retry")
		require.Len(t, w.requests(apiOrigin), 1)
	})
}

func TestTokenIsRenewedOnceAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		client := issuer.authenticated()
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		issuer.revoked.Store(1)
		issuer.delay = time.Second
		all(20, func() {
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
		})
		require.EqualValues(t, 2, issuer.fetches.Load())

		issuer.revoked.Store(1000) // now no token helps
		before := len(issuer.requests(apiOrigin))
		_, err = client.GetCall(t.Context(), anyCallID)
		require.ErrorIs(t, err, spark.ErrUnauthorized)
		require.ErrorContains(t, err, "INVALID_TOKEN")
		require.EqualValues(t, 3, issuer.fetches.Load())
		require.Len(t, issuer.requests(apiOrigin), before+2)
		var refused *spark.APIError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, 2, refused.Attempts, "the one with the newer token counts")
	})
}

func TestExportIsRepeatedWithItsBodyAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.revoked.Store(1)
		started := 0
		serve := issuer.handlers[apiOrigin]
		issuer.handlers[apiOrigin] = func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			require.JSONEq(t, `{"request_data":{"userName":"me"}}`, string(body))
			if strings.HasSuffix(r.Header.Get("Authorization"), "token-1") {
				serve(w, r)
				return
			}
			started++
			respond(`{"status":null,"response_data":{"job_id":"`+anyCallID+`"}}`)(w, r)
		}
		_, err := issuer.authenticated().Service("f", "s").StartExport(t.Context(), spark.FormatCSV, spark.Filter{User: "me"})
		require.NoError(t, err)
		require.Equal(t, 1, started)
	})
}

func TestCallerWhoGivesUpLeavesTheTokenToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.delay = 10 * time.Second
		client := issuer.authenticated()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			start := time.Now()
			_, err := client.GetCall(impatient, anyCallID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, time.Second, time.Since(start))
		})
		synctest.Wait() // the impatient one has begun the fetch
		group.Go(func() {
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
		})
		group.Wait()
		require.EqualValues(t, 1, issuer.fetches.Load())
	})
}

func TestTokenFetchEndsWithItsLastWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		client := newWorld(t, nil).client(apiOrigin+"/t", spark.TokenFunc(func(ctx context.Context) (string, error) {
			<-ctx.Done()
			ended = true
			return "", ctx.Err()
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.GetCall(ctx, anyCallID)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		require.True(t, ended)
	})
}

// A function is never called twice at the same time, even where it takes no
// notice of a context that ended.
func TestTokenFuncIsCalledOneAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, calls atomic.Int64
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
			if running.Add(1) > 1 {
				t.Error("called while it was running")
			}
			defer running.Add(-1)
			calls.Add(1)
			time.Sleep(10 * time.Second)
			return hidden, nil
		}))
		for range 3 {
			impatient, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := client.GetCall(impatient, anyCallID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.EqualValues(t, 1, calls.Load()) // the last caller got what the first one began
	})
}

// A function may have contexts of its own, and say so.
func TestTokenFuncThatWasCancelledByItsOwn(t *testing.T) {
	calls := 0
	client := newWorld(t, nil).client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
		if calls++; calls > 100 {
			return "", errors.New("asked without end")
		}
		return "", fmt.Errorf("read the secret: %w", context.Canceled)
	}))
	_, err := client.GetCall(t.Context(), anyCallID)
	require.ErrorContains(t, err, "read the secret")
	require.LessOrEqual(t, calls, 4)
}

// The network between a function and its vault may recover. Without a credential
// nothing is sent, so an export is not an exception.
func TestTokenFuncThatIsCutOffIsAskedAgain(t *testing.T) {
	for name, try := range operationsToTry {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				vault, calls := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, 0
				w := newWorld(t, nil)
				client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) { calls++; return "", vault }))
				err := try(t.Context(), client)
				require.ErrorIs(t, err, syscall.ECONNRESET)
				require.NotContains(t, err.Error(), "may have acted")
				require.Equal(t, 4, calls)
				require.Empty(t, w.requests(apiOrigin))
			})
		})
	}
}

func TestWrongClientSecretIsReportedAtOnce(t *testing.T) {
	for status, is := range map[int]error{400: spark.ErrUnauthorized, 401: spark.ErrUnauthorized, 403: spark.ErrForbidden} {
		synctest.Test(t, func(t *testing.T) {
			issuer := newTenant(t)
			issuer.handlers[tokenHost] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{"error":"unauthorized_client","error_description":"Invalid client credentials"}`)
			}
			_, err := issuer.authenticated().GetCall(t.Context(), anyCallID)
			require.ErrorIs(t, err, is)
			require.ErrorContains(t, err, "get access token")
			require.ErrorContains(t, err, "unauthorized_client")
			require.NotContains(t, err.Error(), hidden)
			require.Len(t, issuer.requests(tokenHost), 1)
			require.Empty(t, issuer.requests(apiOrigin))
		})
	}
}

func TestTokenEndpointIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		tries := 0
		issue := issuer.handlers[tokenHost]
		issuer.handlers[tokenHost] = func(w http.ResponseWriter, r *http.Request) {
			if tries++; tries < 3 {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = io.WriteString(w, "<html>")
				return
			}
			issue(w, r)
		}
		_, err := issuer.authenticated().GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Equal(t, 3, tries)
	})
}

func TestTokenEndpointThatBreaksIsAskedAgain(t *testing.T) {
	for name, fault := range map[string]sparktest.FaultPart{
		"no response":           sparktest.Hang(),
		"reset":                 sparktest.Reset(),
		"reset within the body": sparktest.ResetAfter(20),
		"end within the body":   sparktest.Truncate(20),
		"stall within the body": sparktest.Stall(20),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory())
				client := newClientWith(t, server, spark.ClientCredentials(server.ClientID, server.ClientSecret))
				server.Fault(sparktest.Token, fault, sparktest.Times(3))
				_, err := client.GetCall(t.Context(), server.Calls()[0].ID)
				require.NoError(t, err)
				require.Len(t, server.Requests(sparktest.Token), 4)

				server.ExpireTokens()
				server.Fault(sparktest.Token, fault, sparktest.Always())
				_, err = client.GetCall(t.Context(), server.Calls()[0].ID)
				var failure *spark.APIError
				require.ErrorAs(t, err, &failure)
				require.Equal(t, "get access token", failure.Operation)
				require.Equal(t, 4, failure.Attempts)
				require.True(t, failure.Transient())
				require.NotErrorIs(t, err, context.DeadlineExceeded) // the caller's has none
				require.NotContains(t, err.Error(), "no request sent")
			})
		})
	}
}

// What the endpoint asks for in Retry-After is honored even if it is long.
func TestTokenEndpointIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		client := newClientWith(t, server, spark.ClientCredentials(server.ClientID, server.ClientSecret))
		server.Fault(sparktest.Token, sparktest.Status(429), sparktest.RetryAfter(50*time.Second))
		_, err := client.GetCall(t.Context(), server.Calls()[0].ID)
		require.NoError(t, err)
	})
}

func TestTokenResponsesWithoutAToken(t *testing.T) {
	for name, body := range map[string]string{"HTML": "<html>sign in</html>", "empty": "", "no token": `{"token_type":"Bearer"}`, "cut short": `{"access_token":"` + hidden} {
		t.Run(name, func(t *testing.T) {
			issuer := newTenant(t)
			issuer.handlers[tokenHost] = respond(body)
			_, err := issuer.authenticated().GetCall(t.Context(), anyCallID)
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
		_, err := issuer.authenticated().GetCall(t.Context(), anyCallID)
		require.Error(t, err)
		require.Empty(t, issuer.requests("https://evil.example.com"))
	}
}

func TestTokenURLCanBeSet(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"https://login.example.com": tokenResponse(), apiOrigin: respond(recordResponse)})
	_, err := w.client(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL("https://login.example.com/oauth/token"))).GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
	require.Equal(t, "/oauth/token", w.requests("https://login.example.com")[0].URL.Path)
	for _, bad := range []string{"ftp://login.example.com/token", "login", "https://me:pw@login.example.com"} {
		_, err := spark.NewClient(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL(bad)))
		require.ErrorIs(t, err, spark.ErrInvalidArgument, bad)
	}
}

func TestTokenEndpointElsewhereStaysOnTheHost(t *testing.T) {
	const base = "https://spark.example.com:8443"
	w := newWorld(t, map[string]http.HandlerFunc{base: func(out http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/auth/realms/my tenant/") {
			tokenResponse()(out, r)
			return
		}
		respond(recordResponse)(out, r)
	}})
	_, err := w.client(base+"/my%20tenant", spark.ClientCredentials("id", hidden)).GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
}

func TestTokenFuncIsAskedAgainAfterExpiryAndAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
			asked++
			return "Bearer " + jwt(fmt.Sprintf(`{"exp":%d,"n":%d}`, time.Now().Add(time.Hour).Unix(), asked)), nil
		}))
		for range 3 {
			_, err := client.GetCall(t.Context(), anyCallID)
			require.NoError(t, err)
		}
		require.Equal(t, 1, asked)
		time.Sleep(time.Hour - 10*time.Second)
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Equal(t, 2, asked)
		w.handlers[apiOrigin] = func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(http.StatusUnauthorized) }
		_, err = client.GetCall(t.Context(), anyCallID)
		require.ErrorIs(t, err, spark.ErrUnauthorized)
		require.Equal(t, 3, asked)
	})
}

func TestClientCredentialsFile(t *testing.T) {
	for _, content := range []string{`{"client_id":"id","client_secret":"hunter2-secret"}`, `{"clientId":"id","clientSecret":"hunter2-secret","tenant":"t"}`} {
		path := filepath.Join(t.TempDir(), "oauth.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		issuer := newTenant(t)
		_, err := issuer.client(apiOrigin+"/t", spark.ClientCredentialsFile(path)).GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
	}
	for _, content := range []string{"hunter2", `{}`, `{"client_id":"id","client_secret":7}`} {
		path := filepath.Join(t.TempDir(), "oauth.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := spark.NewClient(apiOrigin+"/t", spark.ClientCredentialsFile(path))
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestNewClientFromEnv(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oauth.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"client_id":"id","client_secret":"s"}`), 0o600))
	token := jwt(`{"iss":"https://keycloak.us.coherent.global/auth/realms/my-tenant"}`)
	base := apiOrigin + "/t"
	for name, test := range map[string]struct {
		env    map[string]string
		source string
		says   string
	}{
		"nothing":               {nil, "", "no credential is set"},
		"no base URL":           {map[string]string{"CSPARK_API_KEY": "k"}, "", "CSPARK_BASE_URL"},
		"bearer token alone":    {map[string]string{"CSPARK_BEARER_TOKEN": token}, "CSPARK_BEARER_TOKEN", ""},
		"API key before token":  {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_BEARER_TOKEN": token}, "CSPARK_API_KEY", ""},
		"client before API key": {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_CLIENT_ID": "id", "CSPARK_CLIENT_SECRET": "s"}, "CSPARK_CLIENT_ID", ""},
		"client from a file":    {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_OAUTH_PATH": path}, "CSPARK_OAUTH_PATH", ""},
		"client ID alone":       {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_CLIENT_ID": "id"}, "", "CSPARK_CLIENT_SECRET"},
		"client secret alone":   {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_CLIENT_SECRET": "s"}, "", "CSPARK_CLIENT_ID"},
		"file that isn't there": {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_OAUTH_PATH": path + "x"}, "", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"CSPARK_BASE_URL", "CSPARK_API_KEY", "CSPARK_BEARER_TOKEN", "CSPARK_CLIENT_ID", "CSPARK_CLIENT_SECRET", "CSPARK_OAUTH_PATH"} {
				t.Setenv(variable, test.env[variable])
			}
			client, err := spark.NewClientFromEnv()
			if test.says != "" {
				require.ErrorIs(t, err, spark.ErrInvalidArgument)
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.source, client.AuthSource())
		})
	}
}

// all runs a function in that many goroutines and waits for them.
func all(n int, f func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(f)
	}
	group.Wait()
}

// platform.md: with a wrong client secret, one of the vendor's SDKs sends
// thousands of token requests.
func TestRefusalsAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issue := issuer.handlers[tokenHost]
		issuer.handlers[tokenHost] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
		client := issuer.authenticated()
		ids := make([]string, 500)
		for i := range ids {
			ids[i] = anyCallID
		}
		for _, err := range client.GetCalls(t.Context(), ids) {
			require.ErrorIs(t, err, spark.ErrUnauthorized)
		}
		require.Len(t, issuer.requests(tokenHost), 1)
		time.Sleep(time.Minute)
		issuer.handlers[tokenHost] = issue
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)

		issuer.revoked.Store(1000) // a token that the API refuses, however new
		before := len(issuer.requests(tokenHost))
		for _, err := range client.GetCalls(t.Context(), ids) {
			require.ErrorIs(t, err, spark.ErrUnauthorized)
		}
		require.LessOrEqual(t, len(issuer.requests(tokenHost))-before, 8)
	})
}

func TestTokenFuncIsNeverCalledTwiceAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running, most := 0, 0
		var mu sync.Mutex
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(10 * time.Second) // without a look at its context
			mu.Lock()
			running--
			mu.Unlock()
			return "token", nil
		}))
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := client.GetCall(ctx, anyCallID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		_, err := client.GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Equal(t, 1, most)
	})
}

func TestCloneFetchesTokensItsOwnWay(t *testing.T) {
	issuer, other := newTenant(t), newTenant(t)
	client := issuer.authenticated()
	clone, err := client.Clone(spark.WithHTTPClient(&http.Client{Transport: other}))
	require.NoError(t, err)
	_, err = clone.GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
	require.Empty(t, issuer.requests(tokenHost))
	require.Len(t, other.requests(tokenHost), 1)
	require.True(t, strings.HasPrefix(other.requests(tokenHost)[0].Header.Get("User-Agent"), "spark-go/"))
	_, err = client.GetCall(t.Context(), anyCallID) // the current token is shared
	require.NoError(t, err)
	require.Empty(t, issuer.requests(tokenHost))
}

// A 401 of a file host is about the address, not about the credential.
func TestExpiredAddressesDoNotRenewTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.handlers[apiOrigin] = respond(`{"status":null,"response_data":{"progress":100,"download_url":"` + fileOrigin + `/x.zip"}}`)
		issuer.handlers[fileOrigin] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
		err := issuer.authenticated().Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), io.Discard)
		require.ErrorIs(t, err, spark.ErrUnauthorized)
		require.Len(t, issuer.requests(tokenHost), 1)
	})
}

// A token that can't be used is the endpoint's fault, not the user's.
func TestTokenThatNoHeaderCanCarry(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"https://login.example.com": respond(`{"access_token":"two\nlines"}`)})
	_, err := w.client(apiOrigin+"/t", spark.ClientCredentials("id", hidden, spark.WithTokenURL("https://login.example.com/token"))).GetCall(t.Context(), anyCallID)
	require.ErrorIs(t, err, spark.ErrUnexpectedResponse)
	require.NotErrorIs(t, err, spark.ErrInvalidArgument)
	require.NotContains(t, err.Error(), "lines")
}
