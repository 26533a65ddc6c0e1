package spark

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// ClientCredentialsOption changes how [ClientCredentials] are used.
type ClientCredentialsOption func(*clientCredentials)

// TokenURL sets the token endpoint. By default it follows from the base URL:
// Keycloak of the same environment, or of the same host for a base URL outside
// coherent.global.
func TokenURL(address string) ClientCredentialsOption {
	return func(c *clientCredentials) { c.tokenURL = address }
}

type clientCredentials struct {
	id       string
	secret   secret
	tokenURL string
}

// ClientCredentials are an OAuth 2.0 client ID and secret. A bearer token is
// fetched with the first request, kept until shortly before it expires, and
// renewed once for all concurrent requests when the platform answers 401. A
// client that the token endpoint refuses isn't tried again for 30 s.
func ClientCredentials(id, clientSecret string, opts ...ClientCredentialsOption) Auth {
	c := clientCredentials{id: strings.TrimSpace(id), secret: newSecret(strings.TrimSpace(clientSecret))}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	return Auth{
		kind: "client credentials", err: c.check(),
		bind: func(base baseURL) credential { return &renewable{fetch: c.fetcher(base)} },
	}
}

// ClientCredentialsFile reads a client ID and secret from the JSON file that
// the platform offers for download, in either of its spellings.
func ClientCredentialsFile(path string, opts ...ClientCredentialsOption) Auth {
	id, clientSecret, err := readCredentialsFile(path)
	if err != nil {
		return Auth{kind: "client credentials", err: err}
	}
	return ClientCredentials(id, clientSecret, opts...)
}

func readCredentialsFile(path string) (id, clientSecret string, err error) {
	const name = "client credentials file"
	data, err := os.ReadFile(path)
	if err != nil {
		return "", "", &ArgumentError{Name: name, Problem: err.Error()}
	}
	var file struct {
		ID          string `json:"client_id"`
		Secret      string `json:"client_secret"`
		CamelID     string `json:"clientId"`
		CamelSecret string `json:"clientSecret"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		// The decoder's error may repeat what it read.
		return "", "", invalid(name, "%s is no JSON object with client_id and client_secret", path)
	}
	return firstOf(file.ID, file.CamelID), firstOf(file.Secret, file.CamelSecret), nil
}

func (c clientCredentials) check() error {
	switch {
	case c.id == "":
		return invalid("client ID", "it is empty")
	case c.secret.empty():
		return invalid("client secret", "it is empty")
	case c.tokenURL == "":
		return nil
	}
	address, err := url.Parse(c.tokenURL)
	if err != nil || address.Host == "" || address.User != nil || (address.Scheme != "https" && address.Scheme != "http") {
		return invalid("token URL", "expected an https address without a user name")
	}
	return nil
}

func (c clientCredentials) fetcher(base baseURL) fetchToken {
	config := clientcredentials.Config{
		ClientID: c.id, ClientSecret: c.secret.reveal(),
		TokenURL: firstOf(c.tokenURL, base.tokenURL()), AuthStyle: oauth2.AuthStyleInParams,
	}
	return func(ctx context.Context, tokens tokenFetcher) (*oauth2.Token, error) {
		return tokens.fetch(ctx, config)
	}
}

// tokenFetcher asks token endpoints over a client that carries no credential.
type tokenFetcher struct{ client *http.Client }

func (f tokenFetcher) fetch(ctx context.Context, config clientcredentials.Config) (*oauth2.Token, error) {
	asking, told := withExchange(ctx, opToken)
	told.sent = newSecret(config.ClientSecret)
	token, err := config.Token(context.WithValue(asking, oauth2.HTTPClient, f.client))
	if err == nil {
		return token, nil
	}
	var (
		refused *oauth2.RetrieveError
		network *url.Error
	)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case errors.As(err, &refused) && refused.Response != nil:
		return nil, told.tokenFailure(refused)
	case errors.As(err, &network):
		return nil, told.noAnswer(err)
	}
	return nil, told.failure(http.StatusOK, nil, ErrUnexpectedAnswer, errNoToken, nil)
}

var errNoToken = errors.New("the answer holds no token; check the base URL or the token URL")

// tokenFailure turns the endpoint's refusal into an APIError. A wrong client
// is told with 400 or 401.
func (e *exchange) tokenFailure(refused *oauth2.RetrieveError) error {
	status := refused.Response.StatusCode
	kind := kindOfStatus(status)
	switch {
	case status == http.StatusBadRequest:
		kind = ErrUnauthorized
	case kind == nil:
		return e.failure(status, nil, ErrUnexpectedAnswer, errNoToken, nil)
	}
	if refused.ErrorCode == "" {
		return e.failure(status, refused.Response.Header, kind, nil, refused.Body)
	}
	failure := e.failure(status, refused.Response.Header, kind, nil, nil)
	failure.Type, failure.Message = e.conceal(refused.ErrorCode), e.conceal(refused.ErrorDescription)
	return failure
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
