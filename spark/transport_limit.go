package spark

import (
	"context"
	"fmt"
	"net/http"

	"golang.org/x/time/rate"

	"github.com/sparkgo/spark-go/gen"
)

// limiting limits concurrent requests and requests per second.
type limiting struct {
	next  gen.HttpRequestDoer
	slots chan struct{} // one for each concurrent request; nil: any number
	rate  *rate.Limiter // nil: any number per second
}

func (l limiting) Do(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if l.rate != nil {
		if err := l.rate.Wait(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, endedBy(ctx)
			}
			return nil, fmt.Errorf("%w: %w: %w", errRateLimit, context.DeadlineExceeded, err)
		}
	}
	if l.slots != nil {
		select {
		case l.slots <- struct{}{}:
			defer func() { <-l.slots }()
		case <-ctx.Done():
			return nil, endedBy(ctx)
		}
	}
	return l.next.Do(request)
}

// errRateLimit means that the rate limit allows no request before the deadline.
const errRateLimit = permanentError("the rate limit allows no request before the deadline")
