package spark

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// tokenMargin is how long before its expiry a token is replaced, or a tenth of
// its lifetime if that is less.
const tokenMargin = 30 * time.Second

// fetchToken asks for a new token.
type fetchToken func(ctx context.Context) (*oauth2.Token, error)

// renewable is a credential whose token is fetched when it is first needed,
// kept until shortly before its expiry, and fetched once for all that wait.
type renewable struct {
	fetch fetchToken

	mu     sync.Mutex
	token  secret
	until  time.Time // zero: no expiry is known
	flight *tokenFlight
}

// tokenFlight is one fetch that any number of requests wait for.
type tokenFlight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int
	token   secret
	err     error
}

func (r *renewable) apply(ctx context.Context, request *http.Request) error {
	token, err := r.get(ctx)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token.reveal())
	return nil
}

func (r *renewable) renew(refused *http.Request) bool {
	carried := strings.TrimPrefix(refused.Header.Get("Authorization"), "Bearer ")
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.token.empty() && r.token.reveal() == carried {
		r.token = secret{}
	}
	return true
}

// get returns the held token, or waits for a fetch. A caller that gives up
// leaves the fetch to the others; the last one to leave ends it.
func (r *renewable) get(ctx context.Context) (secret, error) {
	r.mu.Lock()
	if !r.token.empty() && (r.until.IsZero() || time.Now().Before(r.until)) {
		defer r.mu.Unlock()
		return r.token, nil
	}
	if r.flight == nil {
		r.flight = r.takeOff(ctx)
	}
	flight := r.flight
	flight.waiters++
	r.mu.Unlock()

	select {
	case <-flight.done:
		return flight.token, flight.err
	case <-ctx.Done():
		r.leave(flight)
		return secret{}, ctx.Err()
	}
}

func (r *renewable) leave(flight *tokenFlight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if flight.waiters--; flight.waiters > 0 {
		return
	}
	flight.cancel()
	if r.flight == flight {
		r.flight = nil
	}
}

func (r *renewable) takeOff(ctx context.Context) *tokenFlight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	flight := &tokenFlight{done: make(chan struct{}), cancel: cancel}
	go func() {
		defer cancel()
		token, err := r.fetch(ctx)
		r.land(flight, token, err)
	}()
	return flight
}

func (r *renewable) land(flight *tokenFlight, token *oauth2.Token, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer close(flight.done)
	if err == nil && (token == nil || token.AccessToken == "") {
		err = fmt.Errorf("%w: the token is empty", ErrUnauthorized)
	}
	if err == nil {
		err = checkHeaderValue("access token", token.AccessToken)
	}
	flight.err = err
	if err == nil {
		flight.token = newSecret(token.AccessToken)
	}
	if r.flight != flight {
		return
	}
	r.flight = nil
	if err == nil {
		r.token, r.until = flight.token, renewAt(token.Expiry)
	}
}

// renewAt is when a token with that expiry is to be replaced.
func renewAt(expiry time.Time) time.Time {
	if expiry.IsZero() {
		return time.Time{}
	}
	return expiry.Add(-min(tokenMargin, max(0, time.Until(expiry)/10)))
}

// jwtClaims are the claims of a JWT that the library reads, without checking
// its signature: they only tell where the token came from and how long it lasts.
type jwtClaims struct {
	Issuer string  `json:"iss"`
	Expiry float64 `json:"exp"`
}

func parseJWT(token string) (jwtClaims, bool) {
	var claims jwtClaims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims, false
	}
	return claims, json.Unmarshal(payload, &claims) == nil
}

func jwtExpiry(token string) time.Time {
	claims, ok := parseJWT(token)
	if !ok || claims.Expiry <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(claims.Expiry), 0)
}
