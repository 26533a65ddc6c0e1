package spark_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestClientAuthenticatesWithEachCredential(t *testing.T) {
	server := sparktest.NewServer(t)
	id := server.Calls()[0].ID
	for name, auth := range map[string]spark.Auth{
		"bearer token":       spark.BearerToken("Bearer " + server.BearerToken),
		"API key":            spark.APIKey(server.APIKey),
		"client credentials": spark.ClientCredentials(server.ClientID, server.ClientSecret),
		"token function":     spark.TokenFunc(func(context.Context) (string, error) { return server.BearerToken, nil }),
	} {
		t.Run(name, func(t *testing.T) {
			client := newClientWith(t, server, auth)
			require.Equal(t, name, client.AuthSource())
			call, err := client.GetCall(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, id, call.ID)
		})
	}
}

func TestNothingShowsACredential(t *testing.T) {
	for _, auth := range credentials() {
		client, err := spark.NewClient(apiOrigin+"/t", auth)
		require.NoError(t, err)
		for _, shown := range []any{auth, &auth, client, *client, client.Service("f", "s"), client.Service("f", "s").Job(spark.FormatJSON, "id")} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				require.NotContains(t, fmt.Sprintf(verb, shown), hidden)
				require.NotContains(t, fmt.Sprintf(verb, shown), fmt.Sprintf("%x", hidden))
			}
		}
	}
}
