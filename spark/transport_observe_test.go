package spark_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestLogHasOnlyTheAllowedFields(t *testing.T) {
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
		job, err := service.StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		require.NoError(t, job.Write(t.Context(), io.Discard))
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
