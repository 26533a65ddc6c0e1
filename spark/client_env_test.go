package spark_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestNewClientFromEnv(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oauth.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"client_id":"id","client_secret":"s"}`), 0o600))
	token := jwt(`{"iss":"https://keycloak.us.coherent.global/auth/realms/my-tenant"}`)
	base := apiOrigin + "/t"
	for name, test := range map[string]struct {
		env    map[string]string
		source string
		says   string
	}{
		"nothing":               {nil, "", "no credential is set"},
		"no base URL":           {map[string]string{"CSPARK_API_KEY": "k"}, "", "CSPARK_BASE_URL"},
		"bearer token alone":    {map[string]string{"CSPARK_BEARER_TOKEN": token}, "CSPARK_BEARER_TOKEN", ""},
		"API key before token":  {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_BEARER_TOKEN": token}, "CSPARK_API_KEY", ""},
		"client before API key": {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_CLIENT_ID": "id", "CSPARK_CLIENT_SECRET": "s"}, "CSPARK_CLIENT_ID", ""},
		"client from a file":    {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_OAUTH_PATH": path}, "CSPARK_OAUTH_PATH", ""},
		"client ID alone":       {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_API_KEY": "k", "CSPARK_CLIENT_ID": "id"}, "", "CSPARK_CLIENT_SECRET"},
		"client secret alone":   {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_CLIENT_SECRET": "s"}, "", "CSPARK_CLIENT_ID"},
		"file that isn't there": {map[string]string{"CSPARK_BASE_URL": base, "CSPARK_OAUTH_PATH": path + "x"}, "", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"CSPARK_BASE_URL", "CSPARK_API_KEY", "CSPARK_BEARER_TOKEN", "CSPARK_CLIENT_ID", "CSPARK_CLIENT_SECRET", "CSPARK_OAUTH_PATH"} {
				t.Setenv(variable, test.env[variable])
			}
			client, err := spark.NewClientFromEnv()
			if test.says != "" {
				require.ErrorIs(t, err, spark.ErrInvalidArgument)
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.source, client.AuthSource())
		})
	}
}
