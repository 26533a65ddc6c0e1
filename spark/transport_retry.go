package spark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// Defaults of [RetryPolicy].
const (
	defaultMaxAttempts   = 4
	defaultBaseDelay     = 250 * time.Millisecond
	defaultMaxDelay      = 10 * time.Second
	defaultMaxRetryAfter = time.Minute
)

// RetryPolicy controls how often and when a request that failed for a transient reason
// is repeated. Which operations are repeated after which failures is fixed, see the
// package documentation. A zero field means its default.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt too; default 4. 1 means no retry.
	MaxAttempts int
	// BaseDelay limits the first wait; default 250 ms. The limit doubles with each
	// further wait. The wait itself is random below it.
	BaseDelay time.Duration
	// MaxDelay limits all waits; default 10 s.
	MaxDelay time.Duration
	// MaxRetryAfter limits the wait that the platform asks for in Retry-After; default 60 s.
	MaxRetryAfter time.Duration
}

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	err := cmp.Or(
		checkNotNegative("RetryPolicy.MaxAttempts", p.MaxAttempts),
		checkNotNegative("RetryPolicy.BaseDelay", p.BaseDelay),
		checkNotNegative("RetryPolicy.MaxDelay", p.MaxDelay),
		checkNotNegative("RetryPolicy.MaxRetryAfter", p.MaxRetryAfter),
	)
	return RetryPolicy{
		MaxAttempts:   cmp.Or(p.MaxAttempts, defaultMaxAttempts),
		BaseDelay:     cmp.Or(p.BaseDelay, defaultBaseDelay),
		MaxDelay:      cmp.Or(p.MaxDelay, defaultMaxDelay),
		MaxRetryAfter: cmp.Or(p.MaxRetryAfter, defaultMaxRetryAfter),
	}, err
}

// delay returns the wait before the attempt that follows that number of attempts.
func (p RetryPolicy) delay(tries int) time.Duration {
	limit := p.MaxDelay
	if shift := tries - 1; shift < 32 && p.BaseDelay<<shift < limit && p.BaseDelay<<shift > 0 {
		limit = p.BaseDelay << shift
	}
	return rand.N(limit + 1)
}

// retrying repeats requests. It is our own because the retry libraries that we know
// don't decide by operation, don't give up at once if the wait would outlast the
// context, and don't say why they didn't retry.
type retrying struct {
	next   gen.HttpRequestDoer
	policy RetryPolicy
	notify func(context.Context, Event)
}

func (r retrying) Do(request *http.Request) (*http.Response, error) {
	state := operationOf(request.Context())
	if state == nil {
		var ctx context.Context
		ctx, state = withOperation(request.Context(), rawOperation(request.Method))
		request = request.WithContext(ctx)
	}
	var lastResponse *http.Response
	var lastErr error
	for {
		state.attempts++
		response, err := r.next.Do(request)
		if err != nil && request.Context().Err() != nil && (lastResponse != nil || lastErr != nil) && state.operation.retry == retryRead {
			state.interruption = endOf(request.Context())
			return lastResponse, lastErr // they say more than a request that was cut short
		}
		wait, again := r.nextAttempt(state, request, response, err)
		if again || state.notRetried != "" {
			event := state.outcome(response, err)
			event.Retry, event.Wait, event.NotRetried = again, wait, state.notRetried
			r.notify(request.Context(), event)
		}
		if !again {
			return response, err
		}
		if !sleep(request.Context(), wait) {
			state.interruption = endOf(request.Context())
			return response, err
		}
		lastResponse, lastErr = response, err
		if request, err = rewind(request); err != nil {
			return nil, err
		}
	}
}

// nextAttempt returns how long to wait before the next attempt, if there is one. If a
// transient failure isn't retried, it notes the reason in the state.
func (r retrying) nextAttempt(state *operationState, request *http.Request, response *http.Response, err error) (wait time.Duration, again bool) {
	var transient bool
	transient, state.notRetried = state.operation.retry.allows(response, err)
	if !transient || request.Context().Err() != nil || state.attempts >= r.policy.MaxAttempts {
		return 0, false
	}
	if request.Body != nil && request.Body != http.NoBody && request.GetBody == nil {
		state.notRetried = "the request's body can't be sent again"
		return 0, false
	}
	wait = r.policy.delay(state.attempts)
	if response != nil {
		if requested, ok := retryAfter(response.Header); ok {
			wait = min(requested, r.policy.MaxRetryAfter)
		}
	}
	if outlasts(request.Context(), wait) {
		state.interruption = []error{context.DeadlineExceeded}
		state.notRetried = fmt.Sprintf("the wait of %s would outlast the context's deadline", wait.Round(time.Millisecond))
		return 0, false
	}
	return wait, true
}

// allows reports whether another attempt may follow the outcome of this one. If the
// failure is transient but the operation forbids another attempt, it returns the reason. A
// failed token request isn't repeated, because it has been retried already.
func (c retryClass) allows(response *http.Response, err error) (again bool, reason string) {
	var (
		retried *APIError
		unsent  *unsentError
	)
	switch {
	case c == retryNever, err != nil && (!isTransient(err) || errors.As(err, &retried)),
		err == nil && !isTransientStatus(response.StatusCode):
		return false, ""
	case c == retryRead, errors.As(err, &unsent), err == nil && didNotAct(response):
		return true, ""
	}
	return false, "the platform may have acted on it already"
}

// didNotAct reports whether a response says that the platform didn't act on the request.
func didNotAct(response *http.Response) bool {
	_, waits := retryAfter(response.Header)
	return response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable && waits
}

// unsentError is the failure of a request of which no byte was sent.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// sendWatch marks failures of requests that were never sent: those for which no
// connection was made, its TLS handshake included. Only operations that start
// something are watched, since the others are repeated either way.
type sendWatch struct{ next http.RoundTripper }

func (w sendWatch) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if operationOf(ctx).operation.retry != retryUnacted {
		return w.next.RoundTrip(request)
	}
	// A transport that isn't net/http's may call neither.
	var connecting, connected atomic.Bool
	response, err := w.next.RoundTrip(request.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { connecting.Store(true); connected.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})))
	var dial *net.OpError
	if err != nil && (connecting.Load() && !connected.Load() || errors.As(err, &dial) && dial.Op == "dial") {
		return nil, &unsentError{err}
	}
	return response, err
}

// rawOperation returns the operation of a request made through the generated client.
func rawOperation(method string) operation {
	if method == http.MethodGet || method == http.MethodHead {
		return operation{name: "request", retry: retryRead}
	}
	return operation{name: "request", retry: retryUnacted}
}

// rewind returns the request with its body at the beginning again.
func rewind(request *http.Request) (*http.Request, error) {
	if request.GetBody == nil {
		return request, nil
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, fmt.Errorf("repeat the request: %w", err)
	}
	request = request.Clone(request.Context())
	request.Body = body
	return request, nil
}

// discard drains an unused response, so that its connection can be reused.
func discard(response *http.Response) {
	if response == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
	_ = response.Body.Close()
}

// retryAfter reads a Retry-After header: whole seconds or a date (RFC 9110,
// 10.2.3). A date in the past means now; what can't be read counts as absent.
func retryAfter(header http.Header) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if isDigits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(math.MaxInt64/time.Second) {
			return math.MaxInt64, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, time.Until(date)), true
}

func isDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// outlasts reports whether the wait is longer than the context's deadline allows.
func outlasts(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}

// sleep waits, and returns false as soon as the context ends.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
