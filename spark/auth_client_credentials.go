package spark

import (
	"cmp"
	"encoding/json"
	"net/url"
	"os"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// clientLogin is what a client sends to the token endpoint.
type clientLogin struct {
	id       string
	secret   secret
	tokenURL string
}

// ClientCredentialsOption changes how [ClientCredentials] are used. A nil option is
// ignored.
type ClientCredentialsOption func(*clientLogin)

// WithTokenURL sets the token endpoint. By default it follows from the base URL:
// Keycloak of the same environment, or of the same host for a base URL outside
// coherent.global.
func WithTokenURL(url string) ClientCredentialsOption {
	return func(c *clientLogin) { c.tokenURL = url }
}

// ClientCredentials returns the credential for an OAuth 2.0 client ID and secret. The
// first request fetches a bearer token, which is used until shortly before it expires.
// After a 401 it is refreshed once, and all concurrent requests share the result. If
// the token endpoint rejects the client, no further token is requested for 30 s.
func ClientCredentials(id, clientSecret string, opts ...ClientCredentialsOption) Auth {
	c := clientLogin{id: strings.TrimSpace(id), secret: newSecret(strings.TrimSpace(clientSecret))}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	return Auth{
		kind: "client credentials", err: c.check(),
		bind: func(base baseURL) credential {
			login := c
			login.tokenURL = cmp.Or(c.tokenURL, base.tokenURL())
			return &refreshable{fetch: login.fetchToken}
		},
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
		return "", "", &ArgumentError{Name: name, Problem: err.Error(), Err: err}
	}
	var file struct {
		ID          string `json:"client_id"`
		Secret      string `json:"client_secret"`
		CamelID     string `json:"clientId"`
		CamelSecret string `json:"clientSecret"`
	}
	data, err = sniff.WithoutMark(data)
	if err != nil {
		return "", "", invalid(name, "%s: %v; save it as UTF-8", path, err)
	}
	err = json.Unmarshal(data, &file)
	id, clientSecret = cmp.Or(file.ID, file.CamelID), cmp.Or(file.Secret, file.CamelSecret)
	if err != nil || id == "" || clientSecret == "" { // the decoder's error may repeat what it read
		return "", "", invalid(name, "%s is not a JSON object with client_id and client_secret", path)
	}
	return id, clientSecret, nil
}

func (c clientLogin) check() error {
	switch {
	case c.id == "":
		return invalid("client ID", "it is empty")
	case c.secret.empty():
		return invalid("client secret", "it is empty")
	case c.tokenURL == "":
		return nil
	}
	target, err := url.Parse(c.tokenURL)
	if err != nil || target.Host == "" || target.User != nil || (target.Scheme != "https" && target.Scheme != "http") {
		return invalid("token URL", "expected an https URL without a user name")
	}
	return nil
}
