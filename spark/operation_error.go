package spark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// ended notes whether the caller's own context has ended.
func (s *operationState) ended(ctx context.Context) *operationState {
	if ctx.Err() != nil {
		s.callerDone, s.interruption = true, endOf(ctx) // net/http may report one of the two only
	}
	return s
}

// noResponse returns the error of a request without a complete response.
func (s *operationState) noResponse(err error) error {
	var refused *APIError
	if errors.As(err, &refused) && refused.Operation == opToken.name {
		return refused
	}
	var argument *ArgumentError
	if errors.As(err, &argument) {
		return argument
	}
	return s.failure(0, nil, nil, scrub(err), nil)
}

// failure returns the APIError of a response, with a sample of the body if there is one.
func (s *operationState) failure(status int, header http.Header, kind, cause error, body []byte) *APIError {
	failure := &APIError{
		Operation: s.operation.name, Status: status,
		RequestID: s.requestID, Attempts: s.attempts + s.refreshes, NotRetried: s.notRetried,
		kind: kind, Err: joined(append([]error{cause}, s.interruption...)...), transient: s.transient(status, kind, cause),
		Sample: printable(s.conceal(string(body[:min(len(body), 200)]))),
	}
	if wait, ok := retryAfter(header); ok {
		failure.RetryAfter = wait
	}
	if kind == ErrForbidden && s.operation.permission != "" {
		failure.Permissions = []string{s.operation.permission, permissionAll}
	}
	return failure
}

// transient decides whether the same request may succeed later.
func (s *operationState) transient(status int, kind, cause error) bool {
	switch {
	case status == 0:
		return !s.callerDone && isTransient(cause)
	case status >= 300:
		return isTransientStatus(status)
	}
	return kind == ErrRateLimited || kind == ErrUnavailable || kind == ErrUnexpectedResponse && (cause == nil || isTransient(cause))
}

// unexpected returns the error of a success without its content.
func (s *operationState) unexpected(format string, args ...any) *APIError {
	return s.failure(http.StatusOK, nil, ErrUnexpectedResponse, fmt.Errorf(format, args...), nil)
}
