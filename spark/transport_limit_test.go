package spark_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestMaxConcurrentIsSharedWithClones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Latency(time.Second))
		client := newClient(t, server, spark.WithMaxConcurrent(3))
		clone, err := client.Clone(spark.WithUserAgent("clone/1"))
		require.NoError(t, err)
		id := server.Calls()[0].ID
		start := time.Now()
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() { _, err := client.GetCall(t.Context(), id); require.NoError(t, err) })
			group.Go(func() { _, err := clone.GetCall(t.Context(), id); require.NoError(t, err) })
		}
		group.Wait()
		require.Equal(t, 4*time.Second, time.Since(start))
	})
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		client := newClient(t, server, spark.WithRateLimit(2, 3))
		start := time.Now()
		for range 9 {
			_, err := client.GetCall(t.Context(), server.Calls()[0].ID)
			require.NoError(t, err)
		}
		require.Equal(t, 3*time.Second, time.Since(start))
	})
}

func TestRateLimitThatOutlastsTheDeadlineFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		client := newClient(t, server, spark.WithRateLimit(0.1, 1))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.GetCall(ctx, server.Calls()[0].ID)
		require.NoError(t, err)
		_, err = client.GetCall(ctx, server.Calls()[0].ID)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, server.Requests(), 1)
		require.NoError(t, ctx.Err())
	})
}
