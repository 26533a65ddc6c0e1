package sparktest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

func TestBadCredentials(t *testing.T) {
	header := func(namesAndValues ...string) auth {
		return func(*sparktest.Server) gen.RequestEditorFn {
			return func(_ context.Context, req *http.Request) error {
				for i := 0; i < len(namesAndValues); i += 2 {
					req.Header.Set(namesAndValues[i], namesAndValues[i+1])
				}
				return nil
			}
		}
	}
	tests := map[string]struct {
		auth    auth
		code    int
		message string
	}{
		"nothing":                      {header(), 401, "INVALID_TOKEN"},
		"unknown token":                {header("Authorization", "Bearer x"), 401, "INVALID_TOKEN"},
		"unknown key":                  {header("x-synthetic-key", "x", "x-tenant-name", "my-tenant"), 401, "INVALID_TOKEN"},
		"key without tenant":           {header("x-synthetic-key", "synthetic-key-of-the-emulator"), 401, "INVALID_TOKEN"},
		"key of another tenant":        {header("x-synthetic-key", "synthetic-key-of-the-emulator", "x-tenant-name", "other"), 401, "INVALID_TOKEN"},
		"key as a token":               {header("Authorization", "Bearer synthetic-key-of-the-emulator"), 401, "INVALID_TOKEN"},
		"token without the permission": {forbiddenToken, 403, "PERMISSION_DENIED"},
		"key without the permission":   {forbiddenKey, 403, "PERMISSION_DENIED"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.CheckRequests(nil))
			c := newUncheckedClient(t, s, test.auth, s.Transport())
			call := s.Calls()[0].ID
			for _, send := range []func() (*http.Response, error){
				func() (*http.Response, error) { return c.getCall(call, nil) },
				func() (*http.Response, error) { return c.getWorkbook("motor", "premium", call, nil) },
				func() (*http.Response, error) { return c.start("csv", gen.ExportCSVRequest{}) },
				func() (*http.Response, error) { return c.start("json", gen.ExportCSVRequest{}) },
				func() (*http.Response, error) { return c.status("csv", call) },
				func() (*http.Response, error) { return c.status("json", call) },
			} {
				resp, err := send()
				c.fail(test.code, test.message, resp, err)
			}
			require.Empty(t, s.Jobs())
		})
	}
}

func TestForbiddenNamesThePermission(t *testing.T) {
	c := newClient(t, sparktest.NewServer(t, sparktest.InMemory()), forbiddenToken)
	_, e := c.response(c.start("json", gen.ExportCSVRequest{}))
	require.JSONEq(t, `{"permissions":["Spark.DownloadJSONLog.json"]}`, string(e.Error.Details))
	_, e = c.response(c.start("csv", gen.ExportCSVRequest{}))
	require.JSONEq(t, `{"permissions":["Spark.DownloadCsvLog.json"]}`, string(e.Error.Details))
}

func TestOtherTenant(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)
	c.Tenant = "other"
	resp, err := c.getCall(noSuchID, nil)
	c.fail(http.StatusUnauthorized, "INVALID_TOKEN", resp, err)
}

func TestBearerTokenIsAJWT(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	parts := strings.Split(s.BearerToken, ".")
	require.Len(t, parts, 3)
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	require.Equal(t, "my-tenant", decode[string](t, payload, "realm"))
	require.Equal(t, apiURL(t, s)+"/auth/realms/my-tenant", decode[string](t, payload, "iss"))
	require.Greater(t, decode[int64](t, payload, "exp"), time.Now().AddDate(0, 11, 0).Unix())
}

type token struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	TokenType   string `json:"token_type"`
	Error       string `json:"error"`
}

// fetchToken posts a form to the token endpoint of a tenant.
func (c *client) fetchToken(tenant string, form url.Values, edit func(*http.Request)) (int, token) {
	c.t.Helper()
	url := apiURL(c.t, c.Server) + "/auth/realms/" + tenant + "/protocol/openid-connect/token"
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, url, strings.NewReader(form.Encode()))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if edit != nil {
		edit(req)
	}
	resp, err := c.http.Do(req)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	var response token
	require.NoError(c.t, json.Unmarshal(body, &response))
	return resp.StatusCode, response
}

func clientForm(s *sparktest.Server) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {s.ClientID}, "client_secret": {s.ClientSecret}}
}

func TestTokenEndpoint(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newClient(t, s, goodToken)

	code, response := c.fetchToken("my-tenant", clientForm(s), nil)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, 300, response.ExpiresIn)
	require.Equal(t, "Bearer", response.TokenType)
	refreshed := newClient(t, s, bearer(func(*sparktest.Server) string { return response.AccessToken }))
	refreshed.succeed(refreshed.getCall(noSuchID, nil))

	code, _ = c.fetchToken("my-tenant", url.Values{"grant_type": {"client_credentials"}}, func(r *http.Request) {
		r.SetBasicAuth(s.ClientID, s.ClientSecret)
	})
	require.Equal(t, http.StatusOK, code)

	form := clientForm(s)
	form.Set("client_secret", "wrong")
	code, response = c.fetchToken("my-tenant", form, nil)
	require.Equal(t, http.StatusUnauthorized, code)
	require.Equal(t, "unauthorized_client", response.Error)

	code, response = c.fetchToken("my-tenant", url.Values{}, nil)
	require.Equal(t, http.StatusBadRequest, code)
	require.Equal(t, "invalid_request", response.Error)

	form = clientForm(s)
	form.Set("grant_type", "password")
	code, response = c.fetchToken("my-tenant", form, nil)
	require.Equal(t, http.StatusBadRequest, code)
	require.Equal(t, "unsupported_grant_type", response.Error)

	code, _ = c.fetchToken("other", clientForm(s), nil)
	require.Equal(t, http.StatusNotFound, code)
	require.Len(t, s.Requests(sparktest.Token), 6)
}

func TestIssuedTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.TokenLifetime(time.Minute))
		_, response := newClient(t, s, goodToken).fetchToken("my-tenant", clientForm(s), nil)
		require.Equal(t, 60, response.ExpiresIn)
		c := newClient(t, s, bearer(func(*sparktest.Server) string { return response.AccessToken }))

		time.Sleep(time.Minute - time.Nanosecond)
		c.succeed(c.getCall(noSuchID, nil))
		time.Sleep(time.Nanosecond)
		resp, err := c.getCall(noSuchID, nil)
		c.fail(http.StatusUnauthorized, "INVALID_TOKEN", resp, err)
	})
}

func TestExpireTokens(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	_, response := newClient(t, s, goodToken).fetchToken("my-tenant", clientForm(s), nil)
	c := newClient(t, s, bearer(func(*sparktest.Server) string { return response.AccessToken }))
	c.succeed(c.getCall(noSuchID, nil))
	s.ExpireTokens()
	resp, err := c.getCall(noSuchID, nil)
	c.fail(http.StatusUnauthorized, "INVALID_TOKEN", resp, err)

	c = newClient(t, s, goodToken)
	c.succeed(c.getCall(noSuchID, nil))
}
