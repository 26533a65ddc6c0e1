package spark

import (
	"context"
	"errors"
	"fmt"
)

// endedBy returns the error of work that the end of the context interrupted: the failures
// before, then the context's cause and error.
func endedBy(ctx context.Context, failures ...error) error {
	return joined(append(failures, endOf(ctx)...)...)
}

// endOf returns why the context ended. Both errors are the same unless the caller gave a cause.
func endOf(ctx context.Context) []error {
	return []error{context.Cause(ctx), ctx.Err()}
}

// joined returns an error that wraps all errors, on one line. It leaves out nil, and what
// the errors before say already.
func joined(all ...error) (err error) {
	for _, next := range all {
		switch {
		case err == nil:
			err = next
		case !errors.Is(err, next):
			err = fmt.Errorf("%w: %w", err, next)
		}
	}
	return err
}
