package spark_test

import (
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

func TestRawGeneratedCallsShareTheRequestPath(t *testing.T) {
	server := sparktest.NewServer(t)
	client := newClientWith(t, server, spark.BearerToken("Bearer "+server.BearerToken))
	response, err := client.API().GetLogDownloadJSONStatus(t.Context(), client.Tenant(), server.Folder, server.Service, [16]byte{1})
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	requests := server.Requests()
	require.Len(t, requests, 1)
	require.Equal(t, "Bearer "+server.BearerToken, requests[0].Header.Get("Authorization"))
	require.NotEmpty(t, requests[0].Header.Get("X-Request-Id"))
	require.True(t, strings.HasPrefix(requests[0].Header.Get("User-Agent"), "spark-go/"))
}

// A program may have replaced http.DefaultTransport.
func TestNewClientWithAnotherDefaultTransport(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	w := apiWorld(t, respond(recordResponse))
	http.DefaultTransport = w
	client, err := spark.NewClient(apiOrigin+"/t", spark.BearerToken(hidden))
	require.NoError(t, err)
	require.NoError(t, getCall(t.Context(), client))
}

func TestCloneDoesNotChangeItsOriginal(t *testing.T) {
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

func TestCloneFetchesTokensThroughItsOwnHTTPClient(t *testing.T) {
	issuer, other := newTenant(t), newTenant(t)
	client := issuer.authenticated()
	clone, err := client.Clone(spark.WithHTTPClient(&http.Client{Transport: other}))
	require.NoError(t, err)
	require.NoError(t, getCall(t.Context(), clone))
	require.Empty(t, issuer.requests(tokenHost))
	require.Len(t, other.requests(tokenHost), 1)
	require.True(t, strings.HasPrefix(other.requests(tokenHost)[0].Header.Get("User-Agent"), "spark-go/"))
	_, err = client.GetCall(t.Context(), anyCallID) // the current token is shared
	require.NoError(t, err)
	require.Empty(t, issuer.requests(tokenHost))
}
