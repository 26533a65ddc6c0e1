package sparktest

import (
	"encoding/json"
	"net/http"
)

// An envelope is the frame of every response of the API but those to searches.
type envelope struct {
	Status       *string         `json:"status"`
	ResponseData json.RawMessage `json:"response_data"`
	ResponseMeta json.RawMessage `json:"response_meta"`
	Error        *apiError       `json:"error"`
}

// An apiError is an error as the platform reports it.
type apiError struct {
	code int

	Category          string          `json:"error_category"`
	Type              string          `json:"error_type"`
	Message           string          `json:"message"`
	AdditionalDetails json.RawMessage `json:"additional_details"`
}

// details returns the error with details: a string, or lists of strings by name.
func (e apiError) details(v any) *apiError {
	e.AdditionalDetails = encode(v)
	return &e
}

func newError(code int, category, kind, message string) *apiError {
	return &apiError{code: code, Category: category, Type: kind, Message: message}
}

var (
	errUnauthorized   = newError(http.StatusUnauthorized, "access_error", "error.UNAUTHORIZED", "INVALID_TOKEN")
	errForbidden      = newError(http.StatusForbidden, "access_error", "error.FORBIDDEN", "PERMISSION_DENIED")
	errExpiredURL     = newError(http.StatusForbidden, "access_error", "error.FORBIDDEN", "DOWNLOAD_TOKEN_EXPIRED")
	errNoRoute        = newError(http.StatusNotFound, "not_found_error", "error.NOT_FOUND", "ROUTE_NOT_FOUND")
	errNoService      = newError(http.StatusNotFound, "not_found_error", "error.NOT_FOUND", "SERVICE_NOT_FOUND")
	errNoCall         = newError(http.StatusNotFound, "not_found_error", "error.NOT_FOUND", "CALL_NOT_FOUND")
	errNoJob          = newError(http.StatusNotFound, "not_found_error", "error.NOT_FOUND", "JOB_NOT_FOUND")
	errNoFile         = newError(http.StatusNotFound, "not_found_error", "error.NOT_FOUND", "FILE_NOT_FOUND")
	errMethod         = newError(http.StatusMethodNotAllowed, "request_error", "error.METHOD_NOT_ALLOWED", "METHOD_NOT_ALLOWED")
	errInvalid        = newError(http.StatusBadRequest, "validation_error", "error.BAD_REQUEST", "INVALID_REQUEST")
	errIndex          = newError(http.StatusBadRequest, "validation_error", "error.BAD_REQUEST", "INDEX_OUT_OF_BOUNDS")
	errNotImplemented = newError(http.StatusNotImplemented, "request_error", "error.NOT_IMPLEMENTED", "OPERATION_NOT_EMULATED")
	errTooLarge       = newError(http.StatusRequestEntityTooLarge, "request_error", "error.BAD_REQUEST", "REQUEST_TOO_LARGE")
)

// succeed responds with data. The status of Get Call ID is "Success", that of the
// download operations null.
func succeed(w http.ResponseWriter, status *string, data any) {
	writeJSON(w, http.StatusOK, envelope{Status: status, ResponseData: encode(data)})
}

// fail responds with an error in the operation's envelope.
func (o Operation) fail(w http.ResponseWriter, err *apiError) {
	if o == Search {
		failSearch(w, err)
	} else {
		fail(w, err)
	}
}

func fail(w http.ResponseWriter, err *apiError) {
	writeJSON(w, err.code, envelope{Status: &statusError, Error: err})
}

var (
	statusSuccess = "Success"
	statusError   = "Error"
)

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	w.Write(encode(v))
}
