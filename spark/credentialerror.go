package spark

import (
	"context"
	"errors"
	"net"

	"golang.org/x/oauth2"
)

// credentialError is a credential that couldn't be had from the user's own code.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return "get the credential: " + e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }

// passing reports whether it was the network's fault. What a vault says isn't ours
// to doubt.
func (e *credentialError) passing() bool {
	var network net.Error
	return errors.As(e.err, &network)
}

// sourceFailure is the error of a token source or function. One that oauth2
// knows as the token endpoint's is told like our own.
func sourceFailure(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return (&exchange{operation: opToken, attempts: 1}).tokenFailure(refused.Response, refused.Body)
	}
	return &credentialError{scrub(err)}
}
