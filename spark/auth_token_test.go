package spark_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
			require.NoError(t, getCall(t.Context(), client))
		})
		require.EqualValues(t, 1, issuer.fetches.Load())
		request := issuer.requests(tokenHost)[0]
		require.Equal(t, "/auth/realms/t/protocol/openid-connect/token", request.URL.Path)
		body, err := io.ReadAll(request.Body)
		require.NoError(t, err)
		require.Equal(t, "client_id=id&client_secret="+hidden+"&grant_type=client_credentials", string(body))

		time.Sleep(260 * time.Second)
		require.NoError(t, getCall(t.Context(), client))
		require.EqualValues(t, 1, issuer.fetches.Load())
		time.Sleep(15 * time.Second) // within the margin before its expiry
		require.NoError(t, getCall(t.Context(), client))
		require.EqualValues(t, 2, issuer.fetches.Load())
	})
}

// The margin of a short lifetime is a tenth of it. With 30 s such a token would never be reused.
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
			require.NoError(t, getCall(t.Context(), client))
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
			synctest.Test(t, func(t *testing.T) {
				w := apiWorld(t, respond(recordResponse))
				err := getCall(t.Context(), w.client(apiOrigin+"/t", auth))
				require.ErrorIs(t, err, spark.ErrUnauthorized)
				require.ErrorContains(t, err, "empty")
				require.Empty(t, w.requests(apiOrigin))
			})
		})
	}
}

// A JWT without an expiry is used until it is rejected.
func TestTokensWithoutAnExpiryAreReused(t *testing.T) {
	calls := 0
	w := apiWorld(t, respond(recordResponse))
	client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
		calls++
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"x"}`)) + ".c2ln", nil
	}))
	for range 3 {
		require.NoError(t, getCall(t.Context(), client))
	}
	require.Equal(t, 1, calls)
}

// A late 401 rejects the token that its request carried, not the newer one that was
// fetched meanwhile.
func TestLate401DoesNotDropANewerToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		client := issuer.authenticated()
		require.NoError(t, getCall(t.Context(), client))
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
			require.NoError(t, getCall(t.Context(), client))
		})
		require.EqualValues(t, 2, issuer.fetches.Load())
	})
}

// A body that can be read only once isn't sent again. The response is the 401.
func TestRequestIsNotRepeatedAfter401IfItsBodyCannotBe(t *testing.T) {
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

// A request that comes while an abandoned fetch is still ending gets a fetch of its own.
func TestAbandonedFetchDoesNotFailTheNextCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, end := 0, make(chan struct{})
		w := apiWorld(t, respond(recordResponse))
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(ctx context.Context) (string, error) {
			if calls++; calls > 1 {
				return hidden, nil
			}
			<-end
			return "", ctx.Err()
		}))
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := getCall(impatient, client)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		time.AfterFunc(time.Second, func() { close(end) })
		start := time.Now()
		require.NoError(t, getCall(t.Context(), client))
		require.Equal(t, 2, calls)
		require.Equal(t, time.Second, time.Since(start), "no wait of a retry")
		require.Len(t, w.requests(apiOrigin), 1)
	})
}

func TestTokenIsRefreshedOnceAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		client := issuer.authenticated()
		require.NoError(t, getCall(t.Context(), client))
		issuer.revoked.Store(1)
		issuer.delay = time.Second
		all(20, func() {
			require.NoError(t, getCall(t.Context(), client))
		})
		require.EqualValues(t, 2, issuer.fetches.Load())

		issuer.revoked.Store(1000) // now no token helps
		before := len(issuer.requests(apiOrigin))
		err := getCall(t.Context(), client)
		require.ErrorIs(t, err, spark.ErrUnauthorized)
		require.ErrorContains(t, err, "INVALID_TOKEN")
		require.EqualValues(t, 3, issuer.fetches.Load())
		require.Len(t, issuer.requests(apiOrigin), before+2)
		require.Equal(t, 2, errorAs[*spark.APIError](t, err).Attempts, "the one with the newer token counts")
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
			respondData(`{"job_id":"`+anyCallID+`"}`)(w, r)
		}
		_, err := issuer.authenticated().Service("f", "s").StartExport(t.Context(), spark.FormatCSV, spark.Filter{User: "me"})
		require.NoError(t, err)
		require.Equal(t, 1, started)
	})
}

func TestCancelledCallerDoesNotCancelTheSharedFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.delay = 10 * time.Second
		client := issuer.authenticated()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			start := time.Now()
			err := getCall(impatient, client)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, time.Second, time.Since(start))
		})
		synctest.Wait() // the impatient one has begun the fetch
		group.Go(func() {
			require.NoError(t, getCall(t.Context(), client))
		})
		group.Wait()
		require.EqualValues(t, 1, issuer.fetches.Load())
	})
}

func TestTokenFetchIsCancelledWithItsLastCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		client := newWorld(t, nil).client(apiOrigin+"/t", spark.TokenFunc(func(ctx context.Context) (string, error) {
			<-ctx.Done()
			ended = true
			return "", ctx.Err()
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := getCall(ctx, client)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		require.True(t, ended)
	})
}

// A token function is never called concurrently, even if it ignores the end of its context.
func TestTokenFuncIsCalledOneAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, calls atomic.Int64
		w := apiWorld(t, respond(recordResponse))
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
			err := getCall(impatient, client)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		require.NoError(t, getCall(t.Context(), client))
		require.EqualValues(t, 1, calls.Load()) // the last caller got what the first one began
	})
}

// A token function may fail because a context of its own was cancelled.
func TestTokenFuncMayReturnItsOwnCancellation(t *testing.T) {
	calls := 0
	client := newWorld(t, nil).client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
		if calls++; calls > 100 {
			return "", errors.New("asked without end")
		}
		return "", fmt.Errorf("read the secret: %w", context.Canceled)
	}))
	err := getCall(t.Context(), client)
	require.ErrorContains(t, err, "read the secret")
	require.LessOrEqual(t, calls, 4)
}

// The network between a function and its vault may recover. Without a credential
// nothing is sent, so an export is not an exception.
func TestTokenFuncIsRetriedAfterNetworkErrors(t *testing.T) {
	for name, try := range operationsToTry {
		t.Run(name, virtual(func(t *testing.T) {
			vault, calls := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, 0
			w := newWorld(t, nil)
			client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) { calls++; return "", vault }))
			err := try(t.Context(), client)
			require.ErrorIs(t, err, syscall.ECONNRESET)
			require.NotContains(t, err.Error(), "may have acted")
			require.Equal(t, 4, calls)
			require.Empty(t, w.requests(apiOrigin))
		}))
	}
}

func TestTokenFuncIsCalledAgainAfterExpiryAndAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w := apiWorld(t, respond(recordResponse))
		client := w.client(apiOrigin+"/t", spark.TokenFunc(func(context.Context) (string, error) {
			asked++
			return "Bearer " + jwt(fmt.Sprintf(`{"exp":%d,"n":%d}`, time.Now().Add(time.Hour).Unix(), asked)), nil
		}))
		for range 3 {
			require.NoError(t, getCall(t.Context(), client))
		}
		require.Equal(t, 1, asked)
		time.Sleep(time.Hour - 10*time.Second)
		require.NoError(t, getCall(t.Context(), client))
		require.Equal(t, 2, asked)
		w.handlers[apiOrigin] = respondStatus(http.StatusUnauthorized)
		require.ErrorIs(t, getCall(t.Context(), client), spark.ErrUnauthorized)
		require.Equal(t, 3, asked)
	})
}

// With a wrong client secret, one of the vendor's SDKs sends
// thousands of token requests.
func TestRejectedCredentialIsNotTriedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issue := issuer.handlers[tokenHost]
		issuer.handlers[tokenHost] = respondStatus(http.StatusUnauthorized)
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
		require.NoError(t, getCall(t.Context(), client))

		issuer.revoked.Store(1000) // a token that the API refuses, however new
		before := len(issuer.requests(tokenHost))
		for _, err := range client.GetCalls(t.Context(), ids) {
			require.ErrorIs(t, err, spark.ErrUnauthorized)
		}
		require.LessOrEqual(t, len(issuer.requests(tokenHost))-before, 8)
	})
}

// A 401 of a file host is about the URL, not about the credential.
func TestExpiredFileURLDoesNotRefreshTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := newTenant(t)
		issuer.handlers[apiOrigin] = offers(fileOrigin + "/x.zip")
		issuer.handlers[fileOrigin] = respondStatus(http.StatusUnauthorized)
		err := issuer.authenticated().Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), io.Discard)
		require.ErrorIs(t, err, spark.ErrUnauthorized)
		require.Len(t, issuer.requests(tokenHost), 1)
	})
}
