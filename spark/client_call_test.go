package spark_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestCall(t *testing.T) {
	for name, plain := range map[string]bool{"record as string": false, "record as object": true} {
		t.Run(name, func(t *testing.T) {
			server := sparktest.NewServer(t)
			testfault.Records(server, plain, false)
			for _, auth := range []spark.Auth{spark.BearerToken(server.BearerToken), spark.APIKey(server.APIKey)} {
				client := newClientWith(t, server, auth)
				for _, want := range server.Calls()[:5] {
					got, err := client.GetCall(t.Context(), want.ID, spark.WithIndex(want.Index))
					require.NoError(t, err)
					require.Empty(t, got.Problems())
					require.JSONEq(t, string(want.Record()), string(got.JSON()))
				}
			}
		})
	}
}

func TestCallWithoutIndexIsTheLastRecord(t *testing.T) {
	server := sparktest.NewServer(t)
	last := lastOfV4(t, server)
	client := newClient(t, server)
	call, err := client.GetCall(t.Context(), last.ID)
	require.NoError(t, err)
	require.JSONEq(t, string(last.Record()), string(call.JSON()))
	first, err := client.GetCall(t.Context(), last.ID, spark.WithIndex(0))
	require.NoError(t, err)
	require.NotEqual(t, string(first.JSON()), string(call.JSON()))
	_, err = client.GetCall(t.Context(), last.ID, spark.WithIndex(last.Index+1))
	require.ErrorIs(t, err, spark.ErrBadRequest)
}

func lastOfV4(t *testing.T, server *sparktest.Server) sparktest.Call {
	t.Helper()
	var last sparktest.Call
	for _, call := range server.Calls() {
		if call.Index > 0 && (last.ID == "" || call.ID == last.ID) {
			last = call
		}
	}
	require.NotEmpty(t, last.ID)
	return last
}

func TestCallNotFound(t *testing.T) {
	const unknown = "00000000-0000-4000-8000-000000000000"
	for name, empty := range map[string]bool{"null": false, "empty string": true} {
		t.Run(name, func(t *testing.T) {
			server := sparktest.NewServer(t)
			testfault.Records(server, false, empty)
			client := newClient(t, server)
			_, err := client.GetCall(t.Context(), unknown)
			require.ErrorIs(t, err, spark.ErrNotFound)
			require.ErrorContains(t, err, unknown)
			var failure *spark.APIError
			require.ErrorAs(t, err, &failure)
			require.NotEmpty(t, failure.RequestID)
		})
	}
}

func TestCallRefusesBadInputBeforeSending(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	for _, id := range []string{"", "x", "..", "{123e4567-e89b-12d3-a456-426614174000}", "urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"} {
		_, err := client.GetCall(t.Context(), id)
		require.ErrorIs(t, err, spark.ErrInvalidArgument, id)
	}
	_, err := client.GetCall(t.Context(), server.Calls()[0].ID, spark.WithIndex(-1))
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	require.Empty(t, server.Requests())
}

func TestCallsInOrder(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	ids := uniqueIDs(server)
	const unknown = "00000000-0000-4000-8000-000000000000"
	ids[3] = unknown
	var got []string
	for call, err := range client.GetCalls(t.Context(), ids, spark.WithConcurrency(5)) {
		if err != nil {
			var failed *spark.CallError
			require.ErrorAs(t, err, &failed)
			require.ErrorIs(t, err, spark.ErrNotFound)
			got = append(got, failed.ID)
			continue
		}
		got = append(got, call.ID)
	}
	require.Equal(t, ids, got)
}

func TestCallsStopsWhereTheCallerBreaksOff(t *testing.T) {
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

func TestCallsEndsWithTheContext(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	ctx, cancel := newCancel(t)
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

func uniqueIDs(server *sparktest.Server) []string {
	var ids []string
	seen := map[string]bool{}
	for _, call := range server.Calls() {
		if !seen[call.ID] {
			ids = append(ids, call.ID)
		}
		seen[call.ID] = true
	}
	return ids
}

// Whoever audits a call must see that the record is another one's.
func TestRecordOfAnotherCallIsAProblem(t *testing.T) {
	for id, problems := range map[string]int{anyCallID: 0, strings.ToUpper(anyCallID): 0, "": 0, "another": 1} {
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(`{"response_data":{"Tenant":"t","EngineCallId":"` + id + `"}}`)})
		call, err := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Len(t, call.Problems(), problems, id)
		if problems > 0 {
			require.Equal(t, "$.EngineCallId: the record of another call than the requested "+anyCallID, call.Problems()[0].String())
			require.Equal(t, `"another"`, call.Problems()[0].Raw)
		}
	}
}
