package spark

import (
	"crypto/tls"
	"errors"
	"net/http"
)

// isTransient reports whether a request that failed with err, without a
// response, may succeed later. Errors of this library know it. Of the network's,
// only those about certificates and protocols are permanent. Whether the
// caller's context has ended is for the caller to ask: timeouts within net/http
// look the same.
func isTransient(err error) bool {
	var (
		known       interface{ Transient() bool }
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	if errors.As(err, &known) {
		return known.Transient()
	}
	return err != nil && !errors.Is(err, ErrInvalidArgument) && !errors.Is(err, http.ErrSchemeMismatch) &&
		!errors.As(err, &certificate) && !errors.As(err, &record) && !errors.As(err, &alert)
}

// isTransientStatus reports whether a request with that response may succeed later.
func isTransientStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// permanentError is a failure of this library's own that no further attempt changes.
type permanentError string

func (e permanentError) Error() string { return string(e) }

// Transient returns false.
func (permanentError) Transient() bool { return false }
