package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// defaultStallTimeout is the default of [WithStallTimeout].
const defaultStallTimeout = time.Minute

// errStalled means that a connection is alive but nothing arrives on it.
var errStalled = errors.New("no data arrived in time")

// stallGuard ends a request when nothing of its response has arrived for a while. A
// timeout for the complete request would end large downloads.
type stallGuard struct {
	next  http.RoundTripper
	after time.Duration
}

func (g stallGuard) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	timer := time.AfterFunc(g.after, func() { cancel(fmt.Errorf("%w: nothing for %s", errStalled, g.after)) })
	response, err := g.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		timer.Stop()
		err = stalledOr(ctx, err)
		cancel(nil)
		return nil, err
	}
	timer.Reset(g.after)
	response.Body = &guardedBody{ReadCloser: response.Body, ctx: ctx, cancel: cancel, timer: timer, after: g.after}
	return response, nil
}

type guardedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	after  time.Duration
}

func (b *guardedBody) Read(p []byte) (int, error) {
	// The reader's own pauses between reads don't count.
	b.timer.Reset(b.after)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF {
		err = stalledOr(b.ctx, err)
	}
	return n, err
}

func (b *guardedBody) Close() error {
	b.timer.Stop()
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}

func stalledOr(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errStalled) {
		return cause
	}
	return err
}
