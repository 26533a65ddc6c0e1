package spark

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
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
// the failure may pass but the operation forbids it, it says why.
func (c retryClass) allows(response *http.Response, err error) (again bool, reason string) {
	const unsafe = "the platform may have acted on it already"
	if err != nil {
		if !transientNetworkError(err) {
			return false, ""
		}
		if c == retryRead || neverSent(err) {
			return true, ""
		}
		return false, unsafe
	}
	if !retryableStatus(response.StatusCode) {
		return false, ""
	}
	switch {
	case c == retryRead, response.StatusCode == http.StatusTooManyRequests:
		return true, ""
	case response.StatusCode == http.StatusServiceUnavailable:
		if _, asked := retryAfter(response.Header); asked {
			return true, ""
		}
	}
	return false, unsafe
}

func retryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// transientNetworkError reports whether a request failed on its way, in a manner
// that may pass. Certificates that don't fit, and refusals of our own, don't.
// Whether the caller's own context ended is for the caller to ask: time-outs
// within net/http look the same.
func transientNetworkError(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		argument    *ArgumentError
		refused     *APIError
		source      *credentialError
	)
	switch {
	case err == nil, errors.Is(err, errRedirect), errors.Is(err, errTooLarge), errors.Is(err, errRateLimit),
		errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert),
		errors.As(err, &argument), errors.As(err, &refused):
		return false
	case errors.As(err, &source):
		return source.passing()
	}
	return true
}

// neverSent reports whether no byte of the request can have arrived.
func neverSent(err error) bool {
	var dial *net.OpError
	var credential *credentialError
	return errors.As(err, &credential) || errors.As(err, &dial) && dial.Op == "dial"
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
