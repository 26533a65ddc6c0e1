package spark

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
)

// Auth is a credential. It comes from [BearerToken], [APIKey],
// [ClientCredentials], [ClientCredentialsFile], [TokenSource] or [TokenFunc],
// and is given to [NewClient]. It never shows its secret, whatever prints it.
// The zero value is not a credential, and NewClient refuses it.
type Auth struct {
	kind string
	// bind makes the credential work for a tenant.
	bind func(base baseURL) credential
	// bearer is a token that may name its issuer, for a base URL left empty.
	bearer secret
	err    error
}

// credential adds itself to requests.
type credential interface {
	// apply adds the credential to a request and returns what it added. tokens makes
	// token requests.
	apply(ctx context.Context, tokens tokenEndpoint, request *http.Request) (secret, error)
	// refresh forgets what a rejected request carried, and reports whether another attempt
	// may carry something newer.
	refresh(rejected secret) bool
	// reject notes that the server rejected the refreshed credential as well.
	reject()
}

func (a Auth) check() error {
	if a.err == nil && a.bind == nil {
		return invalid("credential", "it is missing; use BearerToken, APIKey, ClientCredentials, TokenSource or TokenFunc")
	}
	return a.err
}

// String names the kind of credential, for example "bearer token".
func (a Auth) String() string {
	if a.kind == "" {
		return "no credential"
	}
	return a.kind
}

// GoString is String, for the %#v verb.
func (a Auth) GoString() string { return "spark.Auth(" + a.String() + ")" }

// BearerToken returns the credential for a JWT from the platform's user menu, with or
// without the word Bearer before it. The token is not refreshed. Its issuer names the
// environment and the tenant, so [NewClient] accepts an empty base URL with it.
func BearerToken(token string) Auth {
	token = trimBearer(token)
	value := newSecret(token)
	return Auth{
		kind: "bearer token", bearer: value, err: checkHeaderValue("bearer token", token),
		bind: func(baseURL) credential { return fixedCredential{value, setBearer} },
	}
}

// APIKey returns the credential for an API key, which the platform also calls a
// synthetic key. It is sent together with the tenant's name.
func APIKey(key string) Auth {
	key = strings.TrimSpace(key)
	value := newSecret(key)
	return Auth{
		kind: "API key", err: checkHeaderValue("API key", key),
		bind: func(base baseURL) credential {
			return fixedCredential{value, func(header http.Header, key secret) {
				header.Set(keyHeader, key.reveal())
				header.Set(tenantHeader, base.tenant)
			}}
		},
	}
}

// TokenSource returns a credential that gets its tokens from an [oauth2.TokenSource].
// A token is used until shortly before it expires, or until the platform rejects it
// with 401. If the source fails, only network errors are retried.
func TokenSource(source oauth2.TokenSource) Auth {
	if source == nil {
		return Auth{kind: "token source", err: invalid("token source", "it is nil")}
	}
	return tokenAuth("token source", func(context.Context) (*oauth2.Token, error) { return source.Token() })
}

// TokenFunc returns a credential that gets its bearer tokens from a function, for
// example one that reads them from a vault. A JWT is used until shortly before it
// expires, any other token until the platform rejects it with 401. The function is
// never called twice at the same time, and should return when its context ends. If it
// fails, only network errors are retried.
func TokenFunc(fetch func(ctx context.Context) (string, error)) Auth {
	if fetch == nil {
		return Auth{kind: "token function", err: invalid("token function", "it is nil")}
	}
	return tokenAuth("token function", func(ctx context.Context) (*oauth2.Token, error) {
		token, err := fetch(ctx)
		if err != nil {
			return nil, err
		}
		token = trimBearer(token)
		return &oauth2.Token{AccessToken: token, Expiry: jwtExpiry(token)}, nil
	})
}

// tokenAuth returns a credential whose tokens come from the user's own code.
func tokenAuth(kind string, fetch func(context.Context) (*oauth2.Token, error)) Auth {
	return Auth{kind: kind, bind: func(baseURL) credential {
		return &refreshable{fetch: func(ctx context.Context, _ tokenEndpoint) (*oauth2.Token, error) {
			token, err := fetch(ctx)
			if err != nil {
				return nil, sourceFailure(err)
			}
			return token, nil
		}}
	}}
}

// fixedCredential is a credential that can't be refreshed.
type fixedCredential struct {
	value secret
	set   func(http.Header, secret)
}

func (c fixedCredential) apply(_ context.Context, _ tokenEndpoint, request *http.Request) (secret, error) {
	c.set(request.Header, c.value)
	return c.value, nil
}

func (fixedCredential) refresh(secret) bool { return false }
func (fixedCredential) reject()             {}

func setBearer(header http.Header, token secret) {
	header.Set("Authorization", "Bearer "+token.reveal())
}

// The headers of the document's security schemes tenantName and syntheticKey,
// which the generator leaves out of gen.
const (
	keyHeader    = "X-Synthetic-Key"
	tenantHeader = "X-Tenant-Name"
)

func trimBearer(token string) string {
	token = strings.TrimSpace(token)
	if word, remainder, found := strings.Cut(token, " "); found && strings.EqualFold(word, "Bearer") {
		return strings.TrimSpace(remainder)
	}
	if strings.EqualFold(token, "Bearer") {
		return ""
	}
	return token
}
