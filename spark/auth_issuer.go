package spark

import (
	"net/url"
	"strings"
)

// baseURLOfToken reads the base URL from a JWT's issuer, which names
// environment and tenant (platform.md, Credentials).
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
