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
// renewed once for all concurrent requests when the platform answers 401.
func ClientCredentials(id, clientSecret string, opts ...ClientCredentialsOption) Auth {
	c := clientCredentials{id: strings.TrimSpace(id), secret: newSecret(strings.TrimSpace(clientSecret))}
	for _, opt := range opts {
		opt(&c)
	}
	auth := tokenAuth("client credentials", c.fetcher)
	auth.err = c.check()
	return auth
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
	if err != nil || address.Host == "" || address.User != nil || !(scope{}).private(address) {
		return invalid("token URL", "expected an https address without a user name")
	}
	return nil
}

func (c clientCredentials) fetcher(base baseURL, tokens tokenFetcher) fetchToken {
	config := clientcredentials.Config{
		ClientID: c.id, ClientSecret: c.secret.reveal(),
		TokenURL: firstOf(c.tokenURL, base.tokenURL()), AuthStyle: oauth2.AuthStyleInParams,
	}
	return func(ctx context.Context) (*oauth2.Token, error) {
		return tokens.fetch(ctx, config)
	}
}

// tokenFetcher asks token endpoints over a client that carries no credential.
type tokenFetcher struct{ client *http.Client }

func newTokenFetcher(client *http.Client) tokenFetcher { return tokenFetcher{client} }

func (f tokenFetcher) fetch(ctx context.Context, config clientcredentials.Config) (*oauth2.Token, error) {
	ctx, told := withExchange(ctx, opToken)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, f.client)
	token, err := config.Token(ctx)
	if err == nil {
		return token, nil
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return nil, told.tokenFailure(refused)
	}
	var broken *url.Error
	if errors.As(err, &broken) {
		return nil, told.failure(0, nil, nil, scrub(err), nil)
	}
	return nil, told.unexpected("the answer holds no token: %w", err)
}

// tokenFailure turns the endpoint's refusal into an APIError. A wrong client
// is told with 400 or 401.
func (e *exchange) tokenFailure(refused *oauth2.RetrieveError) error {
	status := refused.Response.StatusCode
	kind := kindOfStatus(status)
	if status == http.StatusBadRequest {
		kind = ErrUnauthorized
	}
	if kind == nil {
		kind = ErrUnexpectedAnswer
	}
	failure := e.failure(status, refused.Response.Header, kind, nil, nil)
	failure.Type, failure.Message = refused.ErrorCode, refused.ErrorDescription
	if failure.Type == "" {
		failure.Sample = printable(string(refused.Body[:min(len(refused.Body), 200)]))
	}
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
