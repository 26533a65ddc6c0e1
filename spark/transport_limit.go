package spark

import (
	"context"
	"fmt"
	"net/http"

	"golang.org/x/time/rate"

	"github.com/sparkgo/spark-go/gen"
)

// limiting holds requests back: so many at the same time, so many a second.
type limiting struct {
	next  gen.HttpRequestDoer
	slots chan struct{} // nil: any number at the same time
	rate  *rate.Limiter // nil: any number a second
}

func (l limiting) Do(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if l.rate != nil {
		if err := l.rate.Wait(ctx); err != nil {
			return nil, rateError(ctx, err)
		}
	}
	if l.slots != nil {
		select {
		case l.slots <- struct{}{}:
			defer func() { <-l.slots }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return l.next.Do(request)
}

// errRateLimit means that the rate limit lets no request through before the deadline.
const errRateLimit = permanentError("the rate limit leaves no room before the deadline")

// rateError makes the limiter's refusal to wait past a deadline what it is for
// the caller.
func rateError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w: %w", errRateLimit, context.DeadlineExceeded, err)
}
