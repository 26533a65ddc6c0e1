package spark_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestOptionsRefuseBadValues(t *testing.T) {
	for name, option := range map[string]spark.Option{
		"nil client":       spark.WithHTTPClient(nil),
		"nil observer":     spark.WithObserver(nil),
		"attempts":         spark.WithRetry(spark.RetryPolicy{MaxAttempts: -1}),
		"base delay":       spark.WithRetry(spark.RetryPolicy{BaseDelay: -1}),
		"max delay":        spark.WithRetry(spark.RetryPolicy{MaxDelay: -1}),
		"max Retry-After":  spark.WithRetry(spark.RetryPolicy{MaxRetryAfter: -1}),
		"size":             spark.WithMaxResponseSize(-1),
		"user agent":       spark.WithUserAgent("a\r\nx-evil: 1"),
		"host with a path": spark.WithFileHosts("files.example.com/x"),
		"host with a user": spark.WithFileHosts("me@files.example.com"),
		"empty host":       spark.WithFileHosts(""),
		"concurrency":      spark.WithMaxConcurrent(-1),
		"rate":             spark.WithRateLimit(-1, 1),
		"rate, no burst":   spark.WithRateLimit(1, 0),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spark.NewClient(apiOrigin+"/t", spark.APIKey("k"), option)
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
		})
	}
	_, err := spark.NewClient(apiOrigin+"/t", spark.APIKey("k"), nil, spark.WithRetry(spark.RetryPolicy{}), spark.WithStallTimeout(0),
		spark.WithMaxResponseSize(0), spark.WithMaxConcurrent(0), spark.WithRateLimit(0, 0), spark.WithLogger(nil), spark.WithUserAgent(""))
	require.NoError(t, err)
}

func TestUsersHTTPClientIsNotChanged(t *testing.T) {
	server := sparktest.NewServer(t)
	users := checked(t, server)
	before := *users
	client, err := spark.NewClient(server.BaseURL, spark.APIKey(server.APIKey), spark.WithHTTPClient(users))
	require.NoError(t, err)
	_, err = client.GetCall(t.Context(), server.Calls()[0].ID)
	require.NoError(t, err)
	require.Equal(t, before.Transport, users.Transport)
	require.Nil(t, users.CheckRedirect)
}
