package spark

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// jwtClaims are the claims that the library reads of a JWT: where the token came from
// and how long it is valid. It doesn't check the signature.
type jwtClaims struct {
	Issuer string  `json:"iss"`
	Expiry float64 `json:"exp"`
}

func parseJWT(token string) (jwtClaims, bool) {
	var claims jwtClaims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims, false
	}
	return claims, json.Unmarshal(payload, &claims) == nil
}

func jwtExpiry(token string) time.Time {
	claims, ok := parseJWT(token)
	if !ok || claims.Expiry <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(claims.Expiry), 0)
}

// baseURLOfToken reads the base URL from a JWT's issuer, which names
// environment and tenant.
func baseURLOfToken(token string) (baseURL, error) {
	claims, ok := parseJWT(token)
	if !ok {
		return baseURL{}, invalid("base URL", "it is empty, and the bearer token is not a JWT that could name it; give one such as https://excel.uat.us.coherent.global/my-tenant")
	}
	issuer, err := url.Parse(claims.Issuer)
	if err != nil || issuer.Host == "" {
		return baseURL{}, invalid("base URL", "it is empty, and the bearer token names no issuer; give one such as https://excel.uat.us.coherent.global/my-tenant")
	}
	tenant, found := strings.CutPrefix(issuer.EscapedPath(), realmPath)
	if !found {
		return baseURL{}, invalid("base URL", "it is empty, and the bearer token's issuer is not the platform's")
	}
	host := issuer.Host
	if environment := environmentOf(canonicalHost(issuer)); environment != "" {
		host = "excel." + environment + platformDomain
	}
	return parseBaseURL(issuer.Scheme + "://" + host + "/" + tenant)
}
