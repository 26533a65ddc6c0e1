package sparktest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Permissions that the platform requires of an API key's group.
const (
	permissionRecord = "Spark.DownloadAPILog.json"
	permissionCSV    = "Spark.DownloadCsvLog.json"
	permissionJSON   = "Spark.DownloadJSONLog.json"
)

// authorize returns nil if the request's credential has the permission in the
// tenant.
func (s *Server) authorize(r *http.Request, tenant, permission string) *apiError {
	credential, ok := s.credential(r)
	switch {
	case !ok, tenant != s.config.tenant:
		return errUnauthorized
	case credential == s.ForbiddenToken, credential == s.ForbiddenAPIKey:
		return errForbidden.details(map[string][]string{"permissions": {permission}})
	}
	return nil
}

// credential returns the request's credential; ok is false unless it is valid.
func (s *Server) credential(r *http.Request) (credential string, ok bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		known := token == s.BearerToken || token == s.ForbiddenToken || s.tokens.valid(token)
		return token, known && strings.EqualFold(scheme, "Bearer")
	}
	key := r.Header.Get("x-synthetic-key")
	known := key == s.APIKey || key == s.ForbiddenAPIKey
	return key, known && r.Header.Get("x-tenant-name") == s.config.tenant
}

// jwt returns a token in the shape of the platform's. Its signature isn't one.
func (s *Server) jwt(subject string, issued, expires time.Time) string {
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(encode(v)) }
	return strings.Join([]string{
		part(map[string]string{"alg": "RS256", "typ": "JWT", "kid": "emulator"}),
		part(map[string]any{
			"iss": s.tokens.issuer, "realm": s.config.tenant, "tenant": s.config.tenant, "sub": subject, "typ": "Bearer",
			"iat": issued.Unix(), "exp": expires.Unix(),
		}),
		base64.RawURLEncoding.EncodeToString([]byte("signature of " + subject)),
	}, ".")
}

// tokens are those that the token endpoint issued.
type tokens struct {
	issuer string

	mu       sync.Mutex
	expiries map[string]time.Time // by token
	issued   int
}

func (t *tokens) valid(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	expiry, ok := t.expiries[token]
	return ok && time.Now().Before(expiry)
}

// expire makes all tokens expire.
func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.expiries)
}

func (s *Server) issueToken() string {
	t := &s.tokens
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for token, expiry := range t.expiries {
		if !now.Before(expiry) {
			delete(t.expiries, token)
		}
	}
	t.issued++
	token := s.jwt(namedUUID("token %d", t.issued), now, now.Add(s.config.tokenLifetime))
	t.expiries[token] = now.Add(s.config.tokenLifetime)
	return token
}

// tokenTenant returns the tenant in the path of a token endpoint.
func tokenTenant(escapedPath string) (tenant string, ok bool) {
	realm, isRealm := strings.CutPrefix(escapedPath, "/auth/realms/")
	realm, isToken := strings.CutSuffix(realm, "/protocol/openid-connect/token")
	tenant, err := url.PathUnescape(realm)
	return tenant, isRealm && isToken && err == nil && !strings.Contains(realm, "/")
}

// serveToken responds as Keycloak does to OAuth 2.0 client credentials, in the
// form or by HTTP basic authentication.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, tenant string) {
	switch {
	case tenant != s.config.tenant:
		refuseToken(w, http.StatusNotFound, "Realm does not exist", "")
	case r.Method != http.MethodPost:
		refuseToken(w, http.StatusMethodNotAllowed, "RESTEASY003650: No resource method found, return 405 with Allow header", "")
	case r.ParseForm() != nil:
		refuseToken(w, http.StatusBadRequest, "invalid_request", "The form can't be read")
	case r.PostForm.Get("grant_type") == "":
		refuseToken(w, http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type")
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuseToken(w, http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type")
	case !s.isClient(r):
		refuseToken(w, http.StatusUnauthorized, "unauthorized_client", "Invalid client or Invalid client credentials")
	default:
		writeToken(w, http.StatusOK, jsonObject(
			"access_token", s.issueToken(), "expires_in", int(s.config.tokenLifetime.Seconds()),
			"refresh_expires_in", 0, "token_type", "Bearer", "not-before-policy", 0, "scope", "email profile",
		))
	}
}

func (s *Server) isClient(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	return id == s.ClientID && secret == s.ClientSecret
}

func refuseToken(w http.ResponseWriter, code int, kind, description string) {
	refusal := []any{"error", kind}
	if description != "" {
		refusal = append(refusal, "error_description", description)
	}
	writeToken(w, code, jsonObject(refusal...))
}

func writeToken(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write(body)
}
