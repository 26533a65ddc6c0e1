package spark

import (
	"context"
	"errors"
	"net"

	"golang.org/x/oauth2"
)

// credentialError is a credential that the user's own code couldn't supply.
type credentialError struct {
	err       error
	transient bool
}

func (e *credentialError) Error() string   { return "get the credential: " + e.err.Error() }
func (e *credentialError) Unwrap() error   { return e.err }
func (e *credentialError) Transient() bool { return e.transient }

// sourceFailure returns the error for what a token source or function failed
// with. A refusal of the token endpoint, which oauth2 has a type for, becomes an
// [*APIError]. Of the rest only failures of the network are transient: what a
// vault says is final.
func sourceFailure(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return (&operationState{operation: opToken, attempts: 1}).tokenFailure(refused.Response, refused.Body)
	}
	var network net.Error
	return &credentialError{err: scrub(err), transient: errors.As(err, &network)}
}
