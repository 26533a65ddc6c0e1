package spark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

const (
	// tokenMargin is how long before its expiry a token is replaced. For tokens of
	// less than five minutes it is a tenth of their lifetime.
	tokenMargin = 30 * time.Second
	// rejectionMemory is for how long a rejected credential isn't tried again, so that
	// thousands of calls with a wrong secret don't make thousands of token requests.
	rejectionMemory = 30 * time.Second
)

// tokenSourceFunc gets a new token.
type tokenSourceFunc func(ctx context.Context, tokens tokenEndpoint) (*oauth2.Token, error)

// refreshable is a credential with a token that is fetched when it is first needed
// and used until shortly before it expires. Concurrent requests share one fetch.
type refreshable struct {
	fetch tokenSourceFunc

	mu       sync.Mutex
	token    secret
	until    time.Time     // zero: no expiry is known
	inFlight *pendingToken // nil: none

	rejection     error     // of the last fetch
	rejectedUntil time.Time // until when no other fetch or refresh is tried
}

// pendingToken is one fetch that any number of requests wait for.
type pendingToken struct {
	cancel    context.CancelFunc
	waiters   int
	abandoned bool          // all waiters had left at some time, so it was cancelled
	done      chan struct{} // closed at its end
	token     secret
	err       error
}

func (r *refreshable) apply(ctx context.Context, tokens tokenEndpoint, request *http.Request) (secret, error) {
	token, err := r.get(ctx, tokens)
	if err != nil {
		return secret{}, err
	}
	setBearer(request.Header, token)
	return token, nil
}

func (r *refreshable) refresh(rejected secret) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.rejectedUntil) {
		return false
	}
	if !r.token.empty() && r.token.reveal() == rejected.reveal() {
		r.token = secret{}
	}
	return true
}

func (r *refreshable) reject() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rejectedUntil = time.Now().Add(rejectionMemory)
}

// get returns the current token, or waits for a fetch. A caller that gives up leaves
// the fetch to the others. When the last one gives up, the fetch is cancelled.
func (r *refreshable) get(ctx context.Context, tokens tokenEndpoint) (secret, error) {
	for {
		fetch, token, err := r.current(ctx, tokens)
		if fetch == nil {
			return token, err
		}
		select {
		case <-fetch.done:
		case <-ctx.Done():
			r.abandon(fetch)
			return secret{}, endedBy(ctx)
		}
		if fetch.err == nil || !fetch.abandoned {
			return fetch.token, fetch.err
		}
		// This caller came after all others had given up.
	}
}

// current returns the current token, a rejection that is still remembered, or a fetch
// to wait for.
func (r *refreshable) current(ctx context.Context, tokens tokenEndpoint) (*pendingToken, secret, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if !r.token.empty() && (r.until.IsZero() || now.Before(r.until)) {
		return nil, r.token, nil
	}
	if r.rejection != nil && now.Before(r.rejectedUntil) {
		return nil, secret{}, r.rejection
	}
	if r.inFlight == nil {
		r.inFlight = r.start(ctx, tokens)
	}
	r.inFlight.waiters++
	return r.inFlight, secret{}, nil
}

func (r *refreshable) abandon(fetch *pendingToken) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if fetch.waiters--; fetch.waiters == 0 {
		fetch.abandoned = true
		fetch.cancel()
	}
}

func (r *refreshable) start(ctx context.Context, tokens tokenEndpoint) *pendingToken {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	fetch := &pendingToken{cancel: cancel, done: make(chan struct{})}
	go func() {
		token, err := r.fetch(ctx, tokens)
		r.finish(fetch, token, err)
	}()
	return fetch
}

func (r *refreshable) finish(fetch *pendingToken, token *oauth2.Token, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer fetch.cancel()
	defer close(fetch.done)
	r.inFlight, r.rejection = nil, nil
	if err == nil && (token == nil || token.AccessToken == "") {
		err = &credentialError{err: fmt.Errorf("%w: the token is empty", ErrUnauthorized)}
	}
	if err == nil {
		err = checkHeaderValue("access token", token.AccessToken)
	}
	if err == nil {
		fetch.token = newSecret(token.AccessToken)
		r.token, r.until = fetch.token, refreshAt(token.Expiry)
		return
	}
	fetch.err = err
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) {
		r.rejection, r.rejectedUntil = err, time.Now().Add(rejectionMemory)
	}
}

// refreshAt returns when a token with that expiry is to be replaced.
func refreshAt(expiry time.Time) time.Time {
	if expiry.IsZero() {
		return time.Time{}
	}
	return expiry.Add(-min(tokenMargin, max(0, time.Until(expiry)/10)))
}
