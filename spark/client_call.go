package spark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/record"
)

// GetCall fetches the record of a call. It returns an
// [*ArgumentError] for an ID that is not a UUID or a negative index, and an
// [*APIError] that matches [ErrNotFound] if there is no such call, or [ErrBadRequest]
// if the index is out of bounds. If the platform returns the record of another call,
// [record.Call.Problems] says so.
func (c *Client) GetCall(ctx context.Context, callID string, opts ...CallOption) (*record.Call, error) {
	return c.getCall(ctx, callID, collect(opts).index)
}

func (c *Client) getCall(ctx context.Context, callID string, index *int) (*record.Call, error) {
	id, err := parseID("callID", callID)
	if err != nil {
		return nil, err
	}
	if err := checkIndex(index); err != nil {
		return nil, err
	}
	data, state, err := c.send(ctx, opGetCall, func(ctx context.Context) (*http.Response, error) {
		params := &gen.GetLogGetExecutionHistoryByCallidParams{Index: index}
		return c.api.GetLogGetExecutionHistoryByCallid(ctx, c.base.tenant, id, params)
	})
	if err != nil {
		return nil, err
	}
	text := string(data)
	if strings.HasPrefix(text, `"`) { // its syntax has been checked already
		text = jsonscan.Unquote(text[1 : len(text)-1])
	}
	call, err := record.ParseCall(text)
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
