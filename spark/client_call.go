package spark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/record"
)

// CallOption changes how [Client.GetCall] and [Client.GetCalls] fetch a call. A nil
// option is ignored.
type CallOption interface{ applyCall(*callOptions) }

// IndexOption is an option of calls and of workbooks; see [WithIndex].
type IndexOption interface {
	CallOption
	WorkbookOption
}

type callOptions struct {
	index       *int
	concurrency int
}

func collectCall(opts []CallOption) callOptions {
	var options callOptions
	for _, opt := range opts {
		if opt != nil {
			opt.applyCall(&options)
		}
	}
	return options
}

// WithIndex chooses one record of a call that was made with v4/execute, which takes
// several requests at once. The first is 0. Without this option the platform returns
// the last record.
func WithIndex(index int) IndexOption { return indexOption(index) }

type indexOption int

func (i indexOption) applyCall(o *callOptions) { o.index = i.pointer() }

func (i indexOption) applyWorkbook(o *workbookOptions) { o.index = i.pointer() }

func (i indexOption) pointer() *int {
	index := int(i)
	return &index
}

func checkIndex(index *int) error {
	if index != nil && *index < 0 {
		return invalid("index", "%d is negative; the first record is 0", *index)
	}
	return nil
}

// GetCall fetches the record of a call. It returns an
// [*ArgumentError] for an ID that is not a UUID or a negative index, and an
// [*APIError] that matches [ErrNotFound] if there is no such call, or [ErrBadRequest]
// if the index is out of bounds. If the platform returns the record of another call,
// [record.Call.Problems] says so.
func (c *Client) GetCall(ctx context.Context, callID string, opts ...CallOption) (*record.Call, error) {
	return c.getCall(ctx, callID, collectCall(opts))
}

func (c *Client) getCall(ctx context.Context, callID string, options callOptions) (*record.Call, error) {
	id, err := parseID("callID", callID)
	if err != nil {
		return nil, err
	}
	if err := checkIndex(options.index); err != nil {
		return nil, err
	}
	data, state, err := c.send(ctx, opGetCall, func(ctx context.Context) (*http.Response, error) {
		params := &gen.GetLogGetExecutionHistoryByCallidParams{Index: options.index}
		return c.api.GetLogGetExecutionHistoryByCallid(ctx, c.base.tenant, id, params)
	})
	if err != nil {
		return nil, err
	}
	call, err := record.ParseCall(data)
	if errors.Is(err, record.ErrNoRecord) {
		return nil, state.failure(http.StatusOK, nil, ErrNotFound, fmt.Errorf("there is no call %s", callID), nil)
	}
	if err != nil {
		return nil, state.unexpected("the record of call %s can't be read: %w", callID, err)
	}
	if call.ID != "" && !strings.EqualFold(call.ID, callID) {
		call.AddProblem(record.Problem{
			Path: "$.EngineCallId", Raw: strconv.Quote(call.ID), Reason: "the record of another call than the requested " + callID,
		})
	}
	return call, nil
}
