package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// Defaults of [RetryPolicy].
const (
	DefaultMaxAttempts   = 4
	DefaultBaseDelay     = 250 * time.Millisecond
	DefaultMaxDelay      = 10 * time.Second
	DefaultMaxRetryAfter = time.Minute
)

// RetryPolicy says how a request that failed for a passing reason is repeated.
// Which operations are repeated on which failures is fixed, see the package
// documentation. A zero field means its default.
type RetryPolicy struct {
	// MaxAttempts counts the first try too; default 4. 1 means no retry.
	MaxAttempts int
	// BaseDelay is the upper end of the first wait, which doubles with each
	// further one; default 250 ms. The wait itself is random below it.
	BaseDelay time.Duration
	// MaxDelay bounds the upper end; default 10 s.
	MaxDelay time.Duration
	// MaxRetryAfter bounds the wait that the platform asks for in Retry-After; default 60 s.
	MaxRetryAfter time.Duration
}

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	for _, field := range []struct {
		name  string
		value *time.Duration
		usual time.Duration
	}{
		{"BaseDelay", &p.BaseDelay, DefaultBaseDelay},
		{"MaxDelay", &p.MaxDelay, DefaultMaxDelay},
		{"MaxRetryAfter", &p.MaxRetryAfter, DefaultMaxRetryAfter},
	} {
		if *field.value < 0 {
			return p, invalid("RetryPolicy."+field.name, "it is negative")
		}
		if *field.value == 0 {
			*field.value = field.usual
		}
	}
	if p.MaxAttempts < 0 {
		return p, invalid("RetryPolicy.MaxAttempts", "it is negative; 1 means no retry")
	}
	if p.MaxAttempts == 0 {
		p.MaxAttempts = DefaultMaxAttempts
	}
	return p, nil
}

// delay is the wait before the try that follows the given number of tries.
func (p RetryPolicy) delay(tries int) time.Duration {
	most := p.MaxDelay
	if shift := tries - 1; shift < 32 && p.BaseDelay<<shift < most && p.BaseDelay<<shift > 0 {
		most = p.BaseDelay << shift
	}
	return rand.N(most + 1)
}

// retryClass says when an operation may be repeated.
type retryClass int

const (
	// retryRead is for operations that change nothing: repeated on connection
	// errors and on 408, 429, 500, 502, 503 and 504.
	retryRead retryClass = iota
	// retryUnacted is for operations that start something: repeated only where
	// the platform certainly didn't act, which is when no connection came about,
	// on 429, and on 503 with Retry-After.
	retryUnacted
	// retryNever is for the status requests of a wait, which repeats them itself.
	retryNever
)

// retrying repeats requests. A library would not do here: none of the well-kept
// ones decides by operation, gives up at once when the wait would outlast the
// context, and tells why it didn't retry.
type retrying struct {
	next   gen.HttpRequestDoer
	policy RetryPolicy
	tell   func(context.Context, Event)
}

func (r retrying) Do(request *http.Request) (*http.Response, error) {
	told := exchangeOf(request.Context())
	if told == nil {
		var ctx context.Context
		ctx, told = withExchange(request.Context(), rawOperation(request.Method))
		request = request.WithContext(ctx)
	}
	for {
		told.attempts++
		response, err := r.next.Do(request)
		wait, again := r.decide(told, request, response, err)
		if !again {
			return response, err
		}
		if interrupted := sleep(request.Context(), wait); interrupted != nil {
			told.interrupted = interrupted
			return response, err
		}
		discard(response)
		if request, err = rewind(request); err != nil {
			return nil, err
		}
	}
}

// decide says how long to wait before the next try, if there is to be one. It
// leaves the reason in the exchange where a passing failure isn't tried again.
func (r retrying) decide(told *exchange, request *http.Request, response *http.Response, err error) (time.Duration, bool) {
	wait, again, reason := r.judge(told, request, response, err)
	told.notRetried = reason
	if !again && reason == "" {
		return 0, false
	}
	event := told.outcome(response, err)
	event.Retry, event.Wait, event.NotRetried = again, wait, reason
	r.tell(request.Context(), event)
	return wait, again
}

func (r retrying) judge(told *exchange, request *http.Request, response *http.Response, err error) (wait time.Duration, again bool, reason string) {
	transient, reason := told.operation.retry.allows(response, err)
	if !transient || request.Context().Err() != nil || told.attempts >= r.policy.MaxAttempts {
		return 0, false, reason
	}
	if request.Body != nil && request.Body != http.NoBody && request.GetBody == nil {
		return 0, false, "the request's body can't be sent again"
	}
	wait = r.policy.delay(told.attempts)
	if response != nil {
		if asked, ok := retryAfter(response.Header); ok {
			wait = min(asked, r.policy.MaxRetryAfter)
		}
	}
	if outlasts(request.Context(), wait) {
		told.interrupted = context.DeadlineExceeded
		return 0, false, fmt.Sprintf("the wait of %s would outlast the context's deadline", wait.Round(time.Millisecond))
	}
	return wait, true, ""
}

// allows reports whether the outcome of a try is one to try again after. Where
// the failure is transient but the operation forbids another try, it returns the
// reason. A failed token request isn't repeated: it has been retried already.
func (c retryClass) allows(response *http.Response, err error) (again bool, reason string) {
	const unsafe = "the platform may have acted on it already"
	var (
		retried *APIError
		unsent  *unsentError
	)
	switch {
	case c == retryNever, err != nil && (!isTransient(err) || errors.As(err, &retried)),
		err == nil && !isTransientStatus(response.StatusCode):
		return false, ""
	case c == retryRead, errors.As(err, &unsent):
		return true, ""
	case err == nil && response.StatusCode == http.StatusTooManyRequests:
		return true, ""
	case err == nil && response.StatusCode == http.StatusServiceUnavailable:
		if _, asked := retryAfter(response.Header); asked {
			return true, ""
		}
	}
	return false, unsafe
}

// unsentError is the failure of a request of which no byte was sent.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// sendWatch marks failures of requests that were never sent: those for which no
// connection came about, its TLS handshake included. Only operations that start
// something are watched, since the others are repeated either way.
type sendWatch struct{ next http.RoundTripper }

func (w sendWatch) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if exchangeOf(ctx).operation.retry != retryUnacted {
		return w.next.RoundTrip(request)
	}
	// A transport that isn't net/http's may call neither.
	var connecting, connected atomic.Bool
	response, err := w.next.RoundTrip(request.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { connecting.Store(true); connected.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})))
	var dial *net.OpError
	if isTransient(err) && (connecting.Load() && !connected.Load() || errors.As(err, &dial) && dial.Op == "dial") {
		return nil, &unsentError{err}
	}
	return response, err
}

// rawOperation stands for a request made through the generated client.
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

// discard frees the connection of an answer that nobody reads.
func discard(response *http.Response) {
	if response == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
	_ = response.Body.Close()
}

// outlasts reports whether the context's deadline would cut the wait short.
func outlasts(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}

// sleep waits, or returns the context's error as soon as it ends.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
