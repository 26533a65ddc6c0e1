package spark

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Sentinels for [errors.Is]. An [*APIError] matches them however the platform reports the
// failure: by HTTP status, by an error under HTTP 200, or by an empty response.
var (
	// ErrBadRequest: the platform refused what was sent (HTTP 400, 422).
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized: the credential is missing, wrong or expired (HTTP 401).
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden: the credential doesn't have a permission (HTTP 403).
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound: there is no such call, job, service or folder (HTTP 404, 410).
	ErrNotFound = errors.New("not found")
	// ErrConflict: the request contradicts the state of the platform (HTTP 409).
	ErrConflict = errors.New("conflict")
	// ErrRateLimited: too many requests (HTTP 429).
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable: the platform or a gateway before it failed (HTTP 5xx), or
	// timed out waiting for a request (HTTP 408).
	ErrUnavailable = errors.New("unavailable")
	// ErrUnexpectedResponse: the response is not what the operation promises: HTML,
	// malformed JSON, an empty body, or a success without its content.
	ErrUnexpectedResponse = errors.New("unexpected response")
)

// APIError reports a request that failed: the platform rejected it, its response
// couldn't be used, or no response came. It matches the sentinels of this
// package by errors.Is, and unwraps to a network or context error.
type APIError struct {
	// Operation says in words what was tried, for example "get call".
	Operation string
	// Status is the HTTP status, or 0 if no response came.
	Status int
	// Category, Type and Message are the platform's own, for example "access_error",
	// "error.UNAUTHORIZED" and "INVALID_TOKEN". Each may be empty.
	Category, Type, Message string
	// Details is what the platform adds: a JSON string, or an object of string lists, or
	// nil.
	Details json.RawMessage
	// RequestID is the x-request-id of the last attempt, which support asks for.
	RequestID string
	// Attempts is how many requests were sent, repeated ones after a 401 included.
	Attempts int
	// RetryAfter is how long to wait according to the platform, or 0.
	RetryAfter time.Duration
	// NotRetried says why a transient failure wasn't retried, or is empty.
	NotRetried string
	// Sample is the beginning of a response that isn't the platform's JSON, on one line.
	Sample string
	// Permissions lists the permissions of which the operation needs one. It is set if the
	// error matches [ErrForbidden].
	Permissions []string

	// Err is the network, context or decoding error behind the failure, or nil.
	Err error

	kind error
	// transient is what Transient returns, decided when the error is made.
	transient bool
	// reported says that the platform itself reported the failure, in its envelope.
	reported bool
}

// Error implements error, on one line.
func (e *APIError) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	b.WriteString(": ")
	if e.Status != 0 && !(e.Status == http.StatusOK && e.kind != nil) {
		fmt.Fprintf(&b, "%s: ", strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	b.WriteString(e.summary())
	if advice := e.advice(); advice != "" {
		b.WriteString("; " + advice)
	}
	if e.NotRetried != "" {
		b.WriteString("; not retried: " + e.NotRetried)
	}
	if sent := e.requestSummary(); sent != "" {
		b.WriteString(" (" + sent + ")")
	}
	return b.String()
}

// requestSummary says what was sent.
func (e *APIError) requestSummary() string {
	var parts []string
	if e.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", e.Attempts))
	}
	if e.RequestID != "" {
		parts = append(parts, "request ID "+e.RequestID)
	} else {
		parts = append(parts, "no request sent")
	}
	return strings.Join(parts, ", ")
}

// summary says what went wrong in the words of whoever reported it, except those that
// only repeat the status.
func (e *APIError) summary() string {
	var parts []string
	for _, part := range []string{e.Message, e.Type, e.Category} {
		if part != "" && !e.repeatsStatus(part) {
			parts = append(parts, printable(part))
		}
	}
	if details := printable(string(e.Details)); details != "" {
		parts = append(parts, details)
	}
	if e.Err != nil {
		parts = append(parts, printable(e.Err.Error()))
	}
	if e.Sample != "" {
		parts = append(parts, fmt.Sprintf("the response begins with %q", e.Sample))
	}
	if len(parts) == 0 && e.kind != nil {
		parts = append(parts, e.kind.Error())
	}
	if len(parts) == 0 {
		return "the platform gave no reason"
	}
	return strings.Join(parts, ": ")
}

// repeatsStatus reports whether a code such as error.NOT_FOUND or not_found_error, or a
// message, says no more than the status.
func (e *APIError) repeatsStatus(text string) bool {
	letters := func(text string) string {
		return strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(text))
	}
	code := strings.TrimSuffix(strings.TrimPrefix(letters(text), "error."), "error")
	return code == "http" || code == letters(http.StatusText(e.Status))
}

func (e *APIError) advice() string {
	if errors.Is(e.Err, http.ErrSchemeMismatch) || errors.As(e.Err, new(tls.RecordHeaderError)) {
		return "the server doesn't use TLS at this port; use http:// in the base URL"
	}
	switch e.kind {
	case ErrUnauthorized:
		return "check the credential, it may be wrong or expired"
	case ErrForbidden:
		if len(e.Permissions) > 0 {
			return "the credential needs the permission " + strings.Join(e.Permissions, " or ")
		}
	case ErrNotFound:
		if e.Status == http.StatusNotFound && e.Operation != opFile.name {
			return "check the tenant, folder, service and ID"
		}
	case ErrRateLimited:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("try again in %s", e.RetryAfter)
		}
		return "try again later"
	case ErrUnavailable:
		return "try again later"
	}
	return ""
}

// Is reports whether the failure is of the kind of a sentinel.
func (e *APIError) Is(target error) bool { return e.kind != nil && target == e.kind }

// Unwrap returns Err.
func (e *APIError) Unwrap() error { return e.Err }

// Transient reports whether the same request may succeed later: after a failed
// connection, the statuses 408, 429, 500, 502, 503 and 504, a response that
// isn't the platform's, such as a maintenance page, and a rate limit or an
// outage that the platform reports in a response with status 200.
func (e *APIError) Transient() bool { return e.transient }

func kindOfStatus(status int) error {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return ErrBadRequest
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound, http.StatusGone:
		return ErrNotFound
	case http.StatusConflict:
		return ErrConflict
	case http.StatusTooManyRequests:
		return ErrRateLimited
	}
	if status >= 500 || status == http.StatusRequestTimeout {
		return ErrUnavailable
	}
	if status >= 200 && status < 300 {
		return nil
	}
	return ErrUnexpectedResponse
}

// kindOfType returns the sentinel for one of the platform's error types, for failures under
// HTTP 200. A message counts only if it is a code, such as INVALID_TOKEN.
func kindOfType(errorType, message string) error {
	if strings.ContainsFunc(message, func(r rune) bool { return r == ' ' || unicode.IsLower(r) }) {
		message = ""
	}
	text := strings.ToUpper(strings.NewReplacer("_", "", "-", "", " ", "").Replace(errorType + " " + message))
	for _, known := range []struct {
		word string
		kind error
	}{
		{"UNAUTHORIZED", ErrUnauthorized}, {"UNAUTHENTICATED", ErrUnauthorized}, {"INVALIDTOKEN", ErrUnauthorized}, {"TOKENEXPIRED", ErrUnauthorized},
		{"FORBIDDEN", ErrForbidden}, {"PERMISSION", ErrForbidden}, {"ACCESSDENIED", ErrForbidden},
		{"NOTFOUND", ErrNotFound}, {"DOESNOTEXIST", ErrNotFound},
		{"CONFLICT", ErrConflict},
		{"TOOMANYREQUESTS", ErrRateLimited}, {"RATELIMIT", ErrRateLimited},
		{"UNAVAILABLE", ErrUnavailable}, {"INTERNAL", ErrUnavailable}, {"TIMEOUT", ErrUnavailable},
		{"BADREQUEST", ErrBadRequest}, {"VALIDATION", ErrBadRequest}, {"INVALID", ErrBadRequest},
	} {
		if strings.Contains(text, known.word) {
			return known.kind
		}
	}
	return nil
}
