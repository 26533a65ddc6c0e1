package sparktest

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Permissions that the platform asks of an API key's group.
const (
	permissionRecord = "Spark.DownloadAPILog.json"
	permissionCSV    = "Spark.DownloadCsvLog.json"
	permissionJSON   = "Spark.DownloadJSONLog.json"
)

// credentials knows who may come in.
type credentials struct {
	tenant                    string
	issuer                    string
	bearerToken, apiKey       string
	forbiddenToken, forbidden string // good, but without any permission
	clientID, clientSecret    string
	lifetime                  time.Duration

	mu     sync.Mutex
	issued map[string]time.Time // token: end of its life
	count  int                  // of tokens issued
}

func newCredentials(tenant, apiURL string, lifetime time.Duration) *credentials {
	c := &credentials{
		tenant:       tenant,
		issuer:       apiURL + "/auth/realms/" + tenant,
		apiKey:       "synthetic-key-of-the-emulator",
		forbidden:    "synthetic-key-without-permission",
		clientID:     "client-of-the-emulator",
		clientSecret: "secret-of-the-emulator",
		lifetime:     lifetime,
		issued:       make(map[string]time.Time),
	}
	now := time.Now()
	c.bearerToken = c.jwt("ada.okafor@example.com", now, now.AddDate(1, 0, 0))
	c.forbiddenToken = c.jwt("nobody@example.com", now, now.AddDate(1, 0, 0))
	return c
}

// jwt makes a token in the shape of the platform's. Its signature is none.
func (c *credentials) jwt(subject string, issued, expires time.Time) string {
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(encode(v)) }
	return strings.Join([]string{
		part(map[string]string{"alg": "RS256", "typ": "JWT", "kid": "emulator"}),
		part(map[string]any{
			"iss": c.issuer, "realm": c.tenant, "tenant": c.tenant, "sub": subject, "typ": "Bearer",
			"iat": issued.Unix(), "exp": expires.Unix(),
		}),
		base64.RawURLEncoding.EncodeToString([]byte("signature of " + subject)),
	}, ".")
}

// issue makes a token that expires.
func (c *credentials) issue() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for token, expires := range c.issued {
		if !now.Before(expires) {
			delete(c.issued, token)
		}
	}
	c.count++
	token := c.jwt(namedUUID("token %d", c.count), now, now.Add(c.lifetime))
	c.issued[token] = now.Add(c.lifetime)
	return token
}

// revoke ends the life of all tokens that were issued.
func (c *credentials) revoke() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.issued)
}

func (c *credentials) alive(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	expires, ok := c.issued[token]
	return ok && time.Now().Before(expires)
}

// check is nil if the request may do what needs the permission in the tenant.
func (c *credentials) check(r *http.Request, tenant, permission string) *apiError {
	credential, ok := c.credential(r)
	switch {
	case !ok, tenant != c.tenant:
		return errUnauthorized
	case credential == c.forbiddenToken, credential == c.forbidden:
		return errForbidden.details(map[string][]string{"permissions": {permission}})
	}
	return nil
}

// credential finds the request's credential; ok is false if it isn't a good one.
func (c *credentials) credential(r *http.Request) (credential string, ok bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		known := token == c.bearerToken || token == c.forbiddenToken || c.alive(token)
		return token, known && strings.EqualFold(scheme, "Bearer")
	}
	key := r.Header.Get("x-synthetic-key")
	known := key == c.apiKey || key == c.forbidden
	return key, known && r.Header.Get("x-tenant-name") == c.tenant
}
