package spark_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestNewClientRefusesBadInput(t *testing.T) {
	const good = "https://excel.uat.us.coherent.global/my-tenant"
	token := spark.BearerToken("some-token")
	for name, test := range map[string]struct {
		base string
		auth spark.Auth
		says string
	}{
		"empty base URL":      {"", spark.APIKey("key"), "invalid base URL: it is empty"},
		"no JWT":              {"", token, "not a JWT"},
		"no scheme":           {"excel.uat.us.coherent.global/my-tenant", token, "no scheme and host"},
		"other scheme":        {"ftp://excel.uat.us.coherent.global/my-tenant", token, "no scheme and host"},
		"no host":             {"https:///my-tenant", token, "no scheme and host"},
		"no tenant":           {"https://excel.uat.us.coherent.global/", token, "names no tenant"},
		"more than a tenant":  {good + "/api/v3", token, "more than the tenant"},
		"dots for a tenant":   {"https://excel.uat.us.coherent.global/..", token, `".." can't be a name`},
		"dot, escaped":        {"https://excel.uat.us.coherent.global/%2e", token, `"." can't be a name`},
		"password":            {"https://me:hunter2@excel.uat.us.coherent.global/my-tenant", token, "user name or password"},
		"unreadable password": {"https://me:hunter2%zz@excel.uat.us.coherent.global/my-tenant", token, "can't be read"},
		"query":               {good + "?token=hunter2", token, "query"},
		"no credential":       {good, spark.Auth{}, "invalid credential: it is missing"},
		"empty token":         {good, spark.BearerToken("  "), "invalid bearer token: it is empty"},
		"Bearer alone":        {good, spark.BearerToken("Bearer "), "invalid bearer token: it is empty"},
		"token of two words":  {good, spark.BearerToken("hunter2 hunter2"), "white space"},
		"token with newline":  {good, spark.BearerToken("hunter2\r\nx-evil: 1"), "white space"},
		"empty key":           {good, spark.APIKey(""), "invalid API key: it is empty"},
		"empty client ID":     {good, spark.ClientCredentials("", "hunter2"), "invalid client ID"},
		"empty client secret": {good, spark.ClientCredentials("id", ""), "invalid client secret"},
		"missing file":        {good, spark.ClientCredentialsFile("testdata/none.json"), "client credentials file"},
		"nil function":        {good, spark.TokenFunc(nil), "invalid token function"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := spark.NewClient(test.base, test.auth)
			require.Nil(t, client)
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestNewClientTakesBaseURLs(t *testing.T) {
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

func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + "." + encode([]byte("signature"))
}

func TestBearerTokenNamesTheBaseURL(t *testing.T) {
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

func TestNothingShowsACredential(t *testing.T) {
	const hidden = "hunter2"
	for _, auth := range []spark.Auth{
		spark.BearerToken(hidden), spark.APIKey(hidden), spark.ClientCredentials("id", hidden),
		spark.TokenFunc(func(context.Context) (string, error) { return hidden, nil }),
	} {
		client, err := spark.NewClient("https://excel.us.coherent.global/t", auth)
		require.NoError(t, err)
		for _, shown := range []any{auth, &auth, client, *client, client.Service("f", "s"), client.Service("f", "s").Job(spark.FormatJSON, "id")} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				require.NotContains(t, fmt.Sprintf(verb, shown), hidden)
				require.NotContains(t, fmt.Sprintf(verb, shown), fmt.Sprintf("%x", hidden))
			}
		}
	}
}

func TestSignsInWithEachCredential(t *testing.T) {
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

func TestWrongCredentials(t *testing.T) {
	server := sparktest.NewServer(t)
	id := server.Calls()[0].ID
	for name, test := range map[string]struct {
		auth spark.Auth
		is   error
	}{
		"bearer token":  {spark.BearerToken("wrong"), spark.ErrUnauthorized},
		"API key":       {spark.APIKey("wrong"), spark.ErrUnauthorized},
		"client secret": {spark.ClientCredentials(server.ClientID, "wrong"), spark.ErrUnauthorized},
		"no permission": {spark.BearerToken(server.ForbiddenToken), spark.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClientWith(t, server, test.auth).GetCall(t.Context(), id)
			require.ErrorIs(t, err, test.is)
			require.NotContains(t, err.Error(), "\n")
			if test.is == spark.ErrForbidden {
				require.ErrorContains(t, err, "Spark.DownloadAPILog.json or Spark.AllEncompassingProxy.json")
			}
		})
	}
}

func TestRawGeneratedCallsShareTheRequestPath(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClient(t, server)
	response, err := client.API().GetLogDownloadJSONStatus(t.Context(), client.Tenant(), server.Folder, server.Service, [16]byte{1})
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	requests := server.Requests()
	require.Len(t, requests, 1)
	require.Equal(t, "Bearer "+server.BearerToken, requests[0].Header.Get("Authorization"))
	require.NotEmpty(t, requests[0].Header.Get("X-Request-Id"))
	require.True(t, strings.HasPrefix(requests[0].Header.Get("User-Agent"), "spark-go/"))
}

// A program may have put its own transport in place of net/http's.
func TestNewClientWithAnotherDefaultTransport(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: respond(recordResponse)})
	http.DefaultTransport = w
	client, err := spark.NewClient(apiOrigin+"/t", spark.BearerToken(hidden))
	require.NoError(t, err)
	_, err = client.GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
}
