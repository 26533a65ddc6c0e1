package spark_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestLogHoldsTheFieldsAllowedAndNoOthers(t *testing.T) {
	allowed := map[string]bool{
		"time": true, "level": true, "msg": true, "operation": true, "attempt": true, "status": true, "request_id": true,
		"method": true, "host": true, "duration": true, "sent": true, "received": true, "wait": true, "reason": true, "error": true,
	}
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		var out bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		client := newClientWith(t, server, spark.ClientCredentials(server.ClientID, server.ClientSecret),
			spark.WithLogger(logger), spark.WithHTTPClient(server.Client())) // the faults break the contract
		service := client.Service(server.Folder, server.Service)
		server.Fault(sparktest.JobStatus, sparktest.HTML(502))
		server.Fault(sparktest.File, sparktest.ResetAfter(1000))
		require.NoError(t, exportTo(t.Context(), service, io.Discard))
		require.NoError(t, service.WriteWorkbook(t.Context(), server.Calls()[0].ID, io.Discard))

		operations := map[string]bool{}
		for _, line := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
			var entry map[string]any
			require.NoError(t, json.Unmarshal(line, &entry))
			operations[entry["operation"].(string)] = true
			for name := range entry {
				require.True(t, allowed[name], name)
			}
		}
		require.Equal(t, map[string]bool{"get access token": true, "start JSON export": true, "get JSON export status": true, "download file": true, "download as Excel": true}, operations)
		require.Contains(t, out.String(), `"msg":"retry"`)
		for _, secret := range secretsOf(server) {
			require.NotContains(t, out.String(), secret)
		}
	})
}

func exportTo(ctx context.Context, service *spark.Service, w io.Writer) error {
	job, err := service.StartExport(ctx, spark.FormatJSON, spark.Filter{})
	if err != nil {
		return err
	}
	return job.Write(ctx, w)
}

// secretsOf are the credentials that a server knows, the tokens that it issued,
// and the addresses of its files.
func secretsOf(server *sparktest.Server) []string {
	secrets := []string{server.BearerToken, server.APIKey, server.ClientSecret, "/tokens/"}
	for _, request := range server.Requests() {
		if token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); found {
			secrets = append(secrets, token)
		}
		if request.Operation == sparktest.File {
			secrets = append(secrets, request.Path)
		}
	}
	return secrets
}

func TestNothingIsLoggedByDefault(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	server := sparktest.NewServer(t)
	_, err := newClient(t, server).GetCall(t.Context(), server.Calls()[0].ID)
	require.NoError(t, err)
	require.Empty(t, out.String())
}

func TestObserverSeesEachRequest(t *testing.T) {
	server := sparktest.NewServer(t)
	var events []spark.Event
	record := spark.WithObserver(func(_ context.Context, event spark.Event) { events = append(events, event) })
	order := 0
	client := newClient(t, server, record, spark.WithObserver(func(context.Context, spark.Event) { order = len(events) }))
	call, err := client.GetCall(t.Context(), server.Calls()[0].ID)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, 1, order)
	event := events[0]
	require.Equal(t, "GET", event.Method)
	require.Equal(t, 200, event.Status)
	require.Equal(t, "getLogGetExecutionHistoryByCallid", event.OperationID)
	require.Greater(t, event.Received, int64(len(call.JSON())))
	require.Positive(t, event.Duration)
	require.Equal(t, server.Requests()[0].Header.Get("X-Request-Id"), event.RequestID)
}

func TestMaxConcurrentHoldsForClones(t *testing.T) {
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

func TestCloneLeavesItsOriginAlone(t *testing.T) {
	server := sparktest.NewServer(t)
	id := server.Calls()[0].ID
	client := newClient(t, server)
	clone, err := client.Clone(spark.WithUserAgent("audit/2.1"))
	require.NoError(t, err)
	for _, c := range []*spark.Client{client, clone} {
		_, err := c.GetCall(t.Context(), id)
		require.NoError(t, err)
	}
	requests := server.Requests()
	require.Equal(t, "spark-go/"+spark.Version(), requests[0].Header.Get("User-Agent"))
	require.Equal(t, "audit/2.1 spark-go/"+spark.Version(), requests[1].Header.Get("User-Agent"))
	_, err = client.Clone(spark.WithMaxResponseSize(-1))
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
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
