package spark_test

import (
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestNewClientNormalizesBaseURLs(t *testing.T) {
	for given, want := range map[string]string{
		"https://excel.uat.us.coherent.global/my-tenant":     "https://excel.uat.us.coherent.global/my-tenant",
		"  https://excel.us.coherent.global/my-tenant/\n":    "https://excel.us.coherent.global/my-tenant",
		"HTTPS://Excel.US.Coherent.Global:443/My%20Tenant":   "https://excel.us.coherent.global/My%20Tenant",
		"http://[::1]:8080/t":                                "http://[::1]:8080/t",
		"https://spark.example.com:8443/tenant%2Fwith-slash": "https://spark.example.com:8443/tenant%2Fwith-slash",
	} {
		client, err := spark.NewClient(given, spark.APIKey("key"))
		require.NoError(t, err)
		require.Equal(t, want, client.BaseURL())
	}
}

func TestBaseURLComesFromTheBearerToken(t *testing.T) {
	token := jwt(`{"iss":"https://keycloak.uat.us.coherent.global/auth/realms/my-tenant","realm":"my-tenant"}`)
	for _, written := range []string{token, "Bearer " + token, "  bearer   " + token + "\n"} {
		client, err := spark.NewClient("", spark.BearerToken(written))
		require.NoError(t, err)
		require.Equal(t, "https://excel.uat.us.coherent.global/my-tenant", client.BaseURL())
	}
	for _, issuer := range []string{"", "https://accounts.example.com", "not a url\u0000", "https://keycloak.us.coherent.global/auth/realms/"} {
		_, err := spark.NewClient("", spark.BearerToken(jwt(fmt.Sprintf(`{"iss":%q}`, issuer))))
		require.ErrorIs(t, err, spark.ErrInvalidArgument, issuer)
	}
}

func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + "." + encode([]byte("signature"))
}
