package spark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ended notes whether the caller's own context is over.
func (e *operationState) ended(ctx context.Context) *operationState {
	if ctx.Err() != nil {
		e.callerDone, e.interruption = true, endOf(ctx) // net/http may report one of the two only
	}
	return e
}

// noResponse returns the error of a request without a complete response.
func (e *operationState) noResponse(err error) error {
	var refused *APIError
	if errors.As(err, &refused) && refused.Operation == opToken.name {
		return refused
	}
	var argument *ArgumentError
	if errors.As(err, &argument) {
		return argument
	}
	return e.failure(0, nil, nil, scrub(err), nil)
}

// failure returns the APIError of a response, with a sample of the body if there is one.
func (e *operationState) failure(status int, header http.Header, kind, cause error, body []byte) *APIError {
	failure := &APIError{
		Operation: e.operation.name, Status: status,
		RequestID: e.requestID, Attempts: e.attempts + e.refreshes, NotRetried: e.notRetried,
		kind: kind, Err: joined(append([]error{cause}, e.interruption...)...), transient: e.transient(status, kind, cause),
		Sample: printable(e.conceal(string(body[:min(len(body), 200)]))),
	}
	if wait, ok := retryAfter(header); ok {
		failure.RetryAfter = wait
	}
	if kind == ErrForbidden && e.operation.permission != "" {
		failure.Permissions = []string{e.operation.permission, allPermissions}
	}
	return failure
}

// transient decides whether the same request may succeed later.
func (e *operationState) transient(status int, kind, cause error) bool {
	switch {
	case status == 0:
		return !e.callerDone && isTransient(cause)
	case status >= 300:
		return isTransientStatus(status)
	}
	return kind == ErrRateLimited || kind == ErrUnavailable || kind == ErrUnexpectedResponse && (cause == nil || isTransient(cause))
}

// unexpected returns the error of a success without its content.
func (e *operationState) unexpected(format string, args ...any) *APIError {
	return e.failure(http.StatusOK, nil, ErrUnexpectedResponse, fmt.Errorf(format, args...), nil)
}
