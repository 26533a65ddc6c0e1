package spark

import (
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
			return nil, err
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
