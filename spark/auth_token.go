package spark

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

const (
	// tokenMargin is how long before its expiry a token is replaced, or a tenth
	// of its lifetime if that is less.
	tokenMargin = 30 * time.Second
	// refusalKept is how long a refused credential isn't tried again, so that
	// thousands of calls with a wrong secret don't ask thousands of times.
	refusalKept = 30 * time.Second
)

// fetchToken asks for a new token.
type fetchToken func(ctx context.Context, tokens tokenFetcher) (*oauth2.Token, error)

// renewable is a credential whose token is fetched when it is first needed,
// kept until shortly before its expiry, and fetched once for all that wait.
type renewable struct {
	fetch fetchToken

	mu     sync.Mutex
	token  secret
	until  time.Time // zero: no expiry is known
	flight *tokenFlight

	refusal      error     // what the last fetch was refused with
	refusedUntil time.Time // until when that, or a refusal of a fresh token, stands
}

// tokenFlight is one fetch that any number of requests wait for.
type tokenFlight struct {
	cancel  context.CancelFunc
	done    chan struct{} // closed when it has ended
	waiters int
	left    bool // by all that waited, at some time, so that it was cancelled
	token   secret
	err     error
	// futile: it failed because it was left. Set before done is closed.
	futile bool
}

func (r *renewable) apply(ctx context.Context, tokens tokenFetcher, request *http.Request) (secret, error) {
	token, err := r.get(ctx, tokens)
	if err != nil {
		return secret{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token.reveal())
	return token, nil
}

func (r *renewable) renew(refused secret) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.refusedUntil) {
		return false
	}
	if !r.token.empty() && r.token.reveal() == refused.reveal() {
		r.token = secret{}
	}
	return true
}

func (r *renewable) hopeless() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusedUntil = time.Now().Add(refusalKept)
}

// get returns the held token, or waits for a fetch. A caller that gives up
// leaves the fetch to the others; the last one to leave ends it.
func (r *renewable) get(ctx context.Context, tokens tokenFetcher) (secret, error) {
	for {
		flight, held, err := r.board(ctx, tokens)
		if flight == nil {
			return held, err
		}
		select {
		case <-flight.done:
			if flight.futile && ctx.Err() == nil {
				continue // everyone had left it before this one came
			}
			return flight.token, flight.err
		case <-ctx.Done():
			r.leave(flight)
			return secret{}, ctx.Err()
		}
	}
}

// board returns the held token, a refusal that still stands, or a fetch to wait for.
func (r *renewable) board(ctx context.Context, tokens tokenFetcher) (*tokenFlight, secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if !r.token.empty() && (r.until.IsZero() || now.Before(r.until)) {
		return nil, r.token, nil
	}
	if r.refusal != nil && now.Before(r.refusedUntil) {
		return nil, secret{}, r.refusal
	}
	if r.flight == nil {
		r.flight = r.takeOff(ctx, tokens)
	}
	r.flight.waiters++
	return r.flight, secret{}, nil
}

func (r *renewable) leave(flight *tokenFlight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if flight.waiters--; flight.waiters == 0 {
		flight.left = true
		flight.cancel()
	}
}

func (r *renewable) takeOff(ctx context.Context, tokens tokenFetcher) *tokenFlight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	flight := &tokenFlight{cancel: cancel, done: make(chan struct{})}
	go func() {
		token, err := r.fetch(ctx, tokens)
		r.land(flight, token, err)
	}()
	return flight
}

func (r *renewable) land(flight *tokenFlight, token *oauth2.Token, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer flight.cancel()
	defer close(flight.done)
	r.flight, r.refusal = nil, nil
	if err == nil && (token == nil || token.AccessToken == "") {
		err = fmt.Errorf("%w: the token is empty", ErrUnauthorized)
	}
	if err == nil {
		err = checkHeaderValue("access token", token.AccessToken)
	}
	if err == nil {
		flight.token = newSecret(token.AccessToken)
		r.token, r.until = flight.token, renewAt(token.Expiry)
		return
	}
	flight.err, flight.futile = err, flight.left
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) {
		r.refusal, r.refusedUntil = err, time.Now().Add(refusalKept)
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
