package spark_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestNothingShowsACredential(t *testing.T) {
	for kind, auth := range credentials() {
		client, err := spark.NewClient(apiOrigin+"/t", auth)
		require.NoError(t, err)
		require.Equal(t, kind, client.AuthSource())
		for _, shown := range []any{auth, &auth, client, *client, client.Service("f", "s"), client.Service("f", "s").Job(spark.FormatJSON, "id")} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				require.NotContains(t, fmt.Sprintf(verb, shown), hidden)
				require.NotContains(t, fmt.Sprintf(verb, shown), fmt.Sprintf("%x", hidden))
			}
			encoded, _ := json.Marshal(shown)
			require.NotContains(t, string(encoded), hidden)
			require.NotContains(t, logged(shown), hidden)
		}
	}
}
