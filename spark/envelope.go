package spark

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/sparkgo/spark-go/gen"
)

// decodeEnvelope returns the response_data of an answer, or the APIError that
// it amounts to. The status comes first, because an answer that isn't the
// platform's still has one.
func (e *exchange) decodeEnvelope(status int, header http.Header, body []byte) (json.RawMessage, error) {
	kind := kindOfStatus(status)
	if e.operation == opToken || e.operation == opFile {
		return nil, e.failure(status, header, kind, nil, body)
	}
	var envelope gen.Envelope
	if err := json.Unmarshal(body, &envelope); err != nil {
		if kind == nil {
			kind = ErrUnexpectedAnswer
		}
		failure := e.failure(status, header, kind, notEnvelope(body, err), body)
		return nil, failure
	}
	detail, failed := failureDetail(envelope)
	if kind == nil && !failed {
		return envelope.ResponseData, nil
	}
	if kind == nil {
		if kind = kindOfType(text(detail.ErrorType), text(detail.Message)); kind == nil {
			kind = ErrBadRequest
		}
	}
	failure := e.failure(status, header, kind, nil, nil)
	failure.Category, failure.Type, failure.Message = text(detail.ErrorCategory), text(detail.ErrorType), text(detail.Message)
	if !isNull(detail.AdditionalDetails) {
		failure.Details = detail.AdditionalDetails
	}
	return nil, failure
}

// failureDetail reads the error of an envelope; failed also where only the
// status says so.
func failureDetail(envelope gen.Envelope) (detail gen.FailureDetail, failed bool) {
	failed = text(envelope.Status) == "Error" || !isNull(envelope.Error)
	if isNull(envelope.Error) {
		return detail, failed
	}
	if err := json.Unmarshal(envelope.Error, &detail); err != nil {
		// An error of another shape is shown as it is.
		message := string(envelope.Error)
		detail = gen.FailureDetail{Message: &message}
	}
	return detail, failed
}

// failure starts the APIError of an answer. The body is sampled where given.
func (e *exchange) failure(status int, header http.Header, kind, cause error, body []byte) *APIError {
	failure := &APIError{
		Operation: e.operation.name, Status: status,
		RequestID: e.requestID, Attempts: e.attempts, NotRetried: e.notRetried,
		kind: kind, cause: cause,
		Sample: printable(string(body[:min(len(body), 200)])),
	}
	if e.interrupted != nil && !errors.Is(cause, e.interrupted) {
		failure.cause = &interruption{ended: e.interrupted, before: cause}
	}
	if wait, ok := retryAfter(header); ok {
		failure.RetryAfter = wait
	}
	if kind == ErrForbidden && e.operation.permission != "" {
		failure.Permissions = []string{e.operation.permission, allPermissions}
	}
	return failure
}

// unexpected is the error of a success that lacks what it must hold.
func (e *exchange) unexpected(format string, args ...any) *APIError {
	return e.failure(http.StatusOK, nil, ErrUnexpectedAnswer, fmt.Errorf(format, args...), nil)
}

// notEnvelope says what stands where JSON should.
func notEnvelope(body []byte, err error) error {
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		return errors.New("the answer is empty")
	case trimmed[0] == '<':
		return errors.New("the answer is HTML, probably a gateway's, instead of the platform's JSON")
	}
	return fmt.Errorf("the answer is not the platform's JSON: %w", err)
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}

func text[S ~string](value *S) string {
	if value == nil {
		return ""
	}
	return string(*value)
}

// interruption is the context's error, which ended the wait for another try,
// with what was wrong before.
type interruption struct{ ended, before error }

func (i *interruption) Error() string {
	if i.before == nil {
		return i.ended.Error()
	}
	return i.before.Error() + ": " + i.ended.Error()
}

func (i *interruption) Unwrap() []error {
	if i.before == nil {
		return []error{i.ended}
	}
	return []error{i.before, i.ended}
}
