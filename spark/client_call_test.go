package spark_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestGetCall(t *testing.T) {
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

func TestGetCallWithoutIndexReturnsTheLastRecord(t *testing.T) {
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

func TestGetCallNotFound(t *testing.T) {
	const unknown = "00000000-0000-4000-8000-000000000000"
	for name, empty := range map[string]bool{"null": false, "empty string": true} {
		t.Run(name, func(t *testing.T) {
			server := sparktest.NewServer(t)
			testfault.Records(server, false, empty)
			client := newClient(t, server)
			_, err := client.GetCall(t.Context(), unknown)
			require.ErrorIs(t, err, spark.ErrNotFound)
			require.ErrorContains(t, err, unknown)
			failure := errorAs[*spark.APIError](t, err)
			require.NotEmpty(t, failure.RequestID)
		})
	}
}

func TestGetCallRefusesBadInputBeforeSending(t *testing.T) {
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

// An audit must notice that a record belongs to another call.
func TestRecordOfAnotherCallIsAProblem(t *testing.T) {
	for id, problems := range map[string]int{anyCallID: 0, strings.ToUpper(anyCallID): 0, "": 0, "another": 1} {
		w := apiWorld(t, respond(`{"response_data":{"Tenant":"t","EngineCallId":"`+id+`"}}`))
		call, err := w.bearer().GetCall(t.Context(), anyCallID)
		require.NoError(t, err)
		require.Len(t, call.Problems(), problems, id)
		if problems > 0 {
			require.Equal(t, "$.EngineCallId: the record of another call than the requested "+anyCallID, call.Problems()[0].String())
			require.Equal(t, `"another"`, call.Problems()[0].Raw)
		}
	}
}
