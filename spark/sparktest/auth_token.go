package sparktest

import (
	"net/http"
	"net/url"
	"strings"
)

// tokenTenant takes the tenant out of the path of a token endpoint.
func tokenTenant(escapedPath string) (tenant string, ok bool) {
	realm, ok := strings.CutPrefix(escapedPath, "/auth/realms/")
	if !ok {
		return "", false
	}
	realm, ok = strings.CutSuffix(realm, "/protocol/openid-connect/token")
	if !ok || strings.Contains(realm, "/") {
		return "", false
	}
	tenant, err := url.PathUnescape(realm)
	return tenant, err == nil
}

// serveToken answers as Keycloak does: OAuth 2.0 client credentials, in the
// form or by HTTP basic authentication.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, tenant string) {
	switch {
	case tenant != s.Tenant:
		refuseToken(w, http.StatusNotFound, "Realm does not exist", "")
	case r.Method != http.MethodPost:
		refuseToken(w, http.StatusMethodNotAllowed, "RESTEASY003650: No resource method found, return 405 with Allow header", "")
	case r.ParseForm() != nil:
		refuseToken(w, http.StatusBadRequest, "invalid_request", "The form can't be read")
	case r.PostForm.Get("grant_type") == "":
		refuseToken(w, http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type")
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuseToken(w, http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type")
	case !s.credentials.isClient(r):
		refuseToken(w, http.StatusUnauthorized, "unauthorized_client", "Invalid client or Invalid client credentials")
	default:
		writeToken(w, http.StatusOK, tokenAnswer{
			AccessToken: s.credentials.issue(),
			ExpiresIn:   int(s.credentials.lifetime.Seconds()),
			TokenType:   "Bearer",
			Scope:       "email profile",
		})
	}
}

func (c *credentials) isClient(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	return id == c.clientID && secret == c.clientSecret
}

type tokenAnswer struct {
	AccessToken      string `json:"access_token"`
	ExpiresIn        int    `json:"expires_in"`
	RefreshExpiresIn int    `json:"refresh_expires_in"`
	TokenType        string `json:"token_type"`
	NotBeforePolicy  int    `json:"not-before-policy"`
	Scope            string `json:"scope"`
}

type tokenRefusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func refuseToken(w http.ResponseWriter, code int, kind, description string) {
	writeToken(w, code, tokenRefusal{Error: kind, Description: description})
}

func writeToken(w http.ResponseWriter, code int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write(encode(answer))
}
