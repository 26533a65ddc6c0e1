package spark

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/sparkgo/spark-go/gen"
)

// Client accesses the API Call History of one tenant. It is safe for concurrent use,
// runs no goroutine while idle, and need not be closed.
type Client struct {
	base       baseURL
	auth       Auth
	authSource string
	credential credential
	settings   settings
	api        *gen.Client
	httpClient *http.Client
}

// NewClient returns a client for the tenant in the base URL, such as
// https://excel.uat.us.coherent.global/my-tenant. With a bearer token the base URL may
// be empty, because the token's issuer names the tenant. Nothing is sent yet. NewClient
// returns an [*ArgumentError] for a base URL, credential or option that can't be used.
func NewClient(baseURL string, auth Auth, opts ...Option) (*Client, error) {
	if err := auth.check(); err != nil {
		return nil, err
	}
	base, err := baseURLFor(baseURL, auth)
	if err != nil {
		return nil, err
	}
	c := &Client{base: base, auth: auth, credential: auth.bind(base), settings: defaultSettings()}
	return c.with(opts)
}

func baseURLFor(raw string, auth Auth) (baseURL, error) {
	if raw == "" && !auth.bearer.empty() {
		return baseURLOfToken(auth.bearer.reveal())
	}
	return parseBaseURL(raw)
}

// Clone returns a client for the same tenant with further options. It shares
// connections, limits and the current token with the original, unless an option
// changes them. The original stays as it is.
func (c *Client) Clone(opts ...Option) (*Client, error) {
	clone := *c
	return clone.with(opts)
}

// with applies options and builds the request path.
func (c *Client) with(opts []Option) (*Client, error) {
	if err := c.settings.apply(opts); err != nil {
		return nil, err
	}
	err := checkEncrypted("base URL", c.base.url(), c.settings.plainHTTP)
	if err != nil {
		return nil, err
	}
	hosts := credentialHosts{base: c.base, named: c.settings.fileHosts, plainHTTP: c.settings.plainHTTP}
	c.httpClient = c.settings.layeredClient(hosts, c.credential)
	c.api, err = gen.NewClient(c.base.server(), gen.WithHTTPClient(c.settings.requestPath(c.base, c.httpClient)))
	return c, err
}

// API returns the generated client behind this one, for operations and fields that
// this package has no method for. Its requests carry the credential and are retried
// and observed like all others: GET as a read, the rest only if the platform certainly
// didn't act. The generated client follows the OpenAPI document, so it may change in
// a minor version.
func (c *Client) API() *gen.Client { return c.api }

// BaseURL returns the base URL with the tenant.
func (c *Client) BaseURL() string { return c.base.String() }

// Tenant returns the tenant's name, which each method of [Client.API] takes.
func (c *Client) Tenant() string { return c.base.tenant }

// AuthSource returns what the client authenticates with: the environment variable that
// [NewClientFromEnv] took, or the kind of credential, for example "bearer token".
func (c *Client) AuthSource() string {
	return cmp.Or(c.authSource, c.auth.String())
}

// String returns the base URL and the kind of credential.
func (c *Client) String() string {
	return "spark client for " + c.BaseURL() + " with " + c.AuthSource()
}

// CloseIdleConnections closes connections that no request uses, for programs
// that drop a client long before they end.
func (c *Client) CloseIdleConnections() { c.settings.httpClient.CloseIdleConnections() }

// send makes one operation's request and returns the response_data of its response.
func (c *Client) send(ctx context.Context, op operation, request func(context.Context) (*http.Response, error)) (json.RawMessage, *operationState, error) {
	opCtx, state := withOperation(ctx, op)
	response, err := request(opCtx)
	if err != nil {
		return nil, state, state.ended(ctx).noResponse(err)
	}
	state.url = response.Request.URL
	body, err := readBody(response)
	if err != nil {
		return nil, state, state.ended(ctx).noResponse(err)
	}
	data, err := state.decodeEnvelope(response.StatusCode, response.Header, body)
	return data, state, err
}
