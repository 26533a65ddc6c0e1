package spark

import (
	"cmp"
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
	options := collect(opts)
	concurrency := cmp.Or(options.concurrency, defaultConcurrency)
	return func(yield func(*record.Call, error) bool) {
		if err := checkNotNegative("WithConcurrency", concurrency); err != nil {
			yield(nil, err)
			return
		}
		c.fetchInOrder(ctx, ids, concurrency, options.index, yield)
	}
}

type fetchedCall struct {
	call *record.Call
	err  error
}

// fetchInOrder has several fetches in flight, each with a channel of its own, and takes
// their results in order. It returns when all have ended.
func (c *Client) fetchInOrder(ctx context.Context, ids []string, concurrency int, index *int, yield func(*record.Call, error) bool) {
	fetchCtx, cancel := context.WithCancel(ctx)
	var inFlight []chan fetchedCall
	defer func() {
		cancel()
		for _, result := range inFlight {
			<-result
		}
	}()
	for i, id := range ids {
		for next := i + len(inFlight); next < len(ids) && len(inFlight) < concurrency; next++ {
			inFlight = append(inFlight, c.fetchCall(fetchCtx, ids[next], index))
		}
		fetched := <-inFlight[0]
		inFlight = inFlight[1:]
		if ctx.Err() != nil {
			yield(nil, endedBy(ctx))
			return
		}
		if fetched.err != nil {
			fetched.err = &CallError{ID: id, Err: fetched.err}
		}
		if !yield(fetched.call, fetched.err) {
			return
		}
	}
}

func (c *Client) fetchCall(ctx context.Context, id string, index *int) chan fetchedCall {
	result := make(chan fetchedCall, 1)
	go func() {
		call, err := c.getCall(ctx, id, index)
		result <- fetchedCall{call, err}
	}()
	return result
}
