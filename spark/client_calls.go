package spark

import (
	"context"
	"fmt"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// defaultConcurrency is how many calls GetCalls fetches at the same time.
const defaultConcurrency = 8

// CallError reports a call that [Client.GetCalls] couldn't fetch.
type CallError struct {
	// ID is the call's.
	ID string
	// Err is what [Client.GetCall] returned.
	Err error
}

// Error implements error.
func (e *CallError) Error() string { return fmt.Sprintf("call %s: %s", e.ID, e.Err) }

// Unwrap returns what Client.GetCall returned.
func (e *CallError) Unwrap() error { return e.Err }

// GetCalls fetches many calls at the same time and yields them in the order of the
// IDs. A call that fails is yielded as nil with a [*CallError], and the iteration
// continues. Breaking out of the loop cancels the requests in flight. When
// the context ends, its error is yielded once and the sequence ends.
func (c *Client) GetCalls(ctx context.Context, ids []string, opts ...CallOption) iter.Seq2[*record.Call, error] {
	options := collectCall(opts)
	return func(yield func(*record.Call, error) bool) {
		if options.concurrency < 0 {
			yield(nil, invalid("WithConcurrency", "%d is negative", options.concurrency))
			return
		}
		if options.concurrency == 0 {
			options.concurrency = defaultConcurrency
		}
		c.fetchInOrder(ctx, ids, options, yield)
	}
}

type fetched struct {
	call *record.Call
	err  error
}

// fetchInOrder keeps a pending of fetches under way, each with a channel of its
// own, and takes their results in order. It returns when all have ended.
func (c *Client) fetchInOrder(ctx context.Context, ids []string, options callOptions, yield func(*record.Call, error) bool) {
	fetchCtx, cancel := context.WithCancel(ctx)
	pending := make([]chan fetched, 0, min(options.concurrency, len(ids)))
	defer func() {
		cancel()
		for _, result := range pending {
			<-result
		}
	}()
	next := 0
	for done := 0; done < len(ids); done++ {
		for next < len(ids) && len(pending) < options.concurrency {
			pending = append(pending, c.fetch(fetchCtx, ids[next], options))
			next++
		}
		var result fetched
		select {
		case result = <-pending[0]:
			pending = append(pending[:0], pending[1:]...)
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			yield(nil, endedBy(ctx))
			return
		}
		if result.err != nil {
			result.err = &CallError{ID: ids[done], Err: result.err}
		}
		if !yield(result.call, result.err) {
			return
		}
	}
}

func (c *Client) fetch(ctx context.Context, id string, options callOptions) chan fetched {
	result := make(chan fetched, 1)
	go func() {
		call, err := c.getCall(ctx, id, options)
		result <- fetched{call, err}
	}()
	return result
}
