package spark_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestGetCallsYieldsInOrder(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	ids := uniqueIDs(server)
	const unknown = "00000000-0000-4000-8000-000000000000"
	ids[3] = unknown
	var got []string
	for call, err := range client.GetCalls(t.Context(), ids, spark.WithConcurrency(5)) {
		if err != nil {
			failed := errorAs[*spark.CallError](t, err)
			require.ErrorIs(t, err, spark.ErrNotFound)
			got = append(got, failed.ID)
			continue
		}
		got = append(got, call.ID)
	}
	require.Equal(t, ids, got)
}

func TestGetCallsStopsWhenTheLoopBreaks(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	ids := uniqueIDs(server)
	for call, err := range client.GetCalls(t.Context(), ids, spark.WithConcurrency(2)) {
		require.NoError(t, err)
		require.Equal(t, ids[0], call.ID)
		break
	}
	require.LessOrEqual(t, len(server.Requests()), 3)
}

func TestGetCallsEndsWithTheContext(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var count int
	var last error
	for _, err := range client.GetCalls(ctx, uniqueIDs(server)) {
		cancel()
		count++
		last = err
	}
	require.ErrorIs(t, last, ctx.Err())
	require.LessOrEqual(t, count, 2)
	for _, err := range client.GetCalls(t.Context(), nil, spark.WithConcurrency(-1)) {
		require.True(t, errors.Is(err, spark.ErrInvalidArgument))
	}
}
