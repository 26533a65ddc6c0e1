package spark_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestClientCredentialsFile(t *testing.T) {
	for _, content := range []string{`{"client_id":"id","client_secret":"hunter2-secret"}`, `{"clientId":"id","clientSecret":"hunter2-secret","tenant":"t"}`} {
		path := filepath.Join(t.TempDir(), "oauth.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		issuer := newTenant(t)
		require.NoError(t, getCall(t.Context(), issuer.client(apiOrigin+"/t", spark.ClientCredentialsFile(path))))
	}
	for _, content := range []string{"hunter2", `{}`, `{"client_id":"id"}`, `{"client_id":"id","client_secret":7}`} {
		path := filepath.Join(t.TempDir(), "oauth.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := spark.NewClient(apiOrigin+"/t", spark.ClientCredentialsFile(path))
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
		require.ErrorContains(t, err, path+" is not a JSON object with client_id and client_secret")
		require.NotContains(t, err.Error(), "hunter2")
	}
}
