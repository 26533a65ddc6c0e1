package spark

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// platformDomain is where the vendor runs the platform.
const platformDomain = ".coherent.global"

// baseURL names the server and the tenant: https://excel.{environment}.coherent.global/{tenant}.
type baseURL struct {
	scheme, host, tenant string
	// environment is empty for hosts outside the vendor's domain.
	environment string
}

func parseBaseURL(raw string) (baseURL, error) {
	const name, example = "base URL", "https://excel.uat.us.coherent.global/my-tenant"
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return baseURL{}, invalid(name, "it is empty; expected one such as %s", example)
	}
	parsed, err := url.Parse(raw)
	if err != nil {
		// The parser's own error repeats the URL, and with it a password.
		return baseURL{}, invalid(name, "it can't be read as a URL; expected one such as %s", example)
	}
	switch {
	case parsed.Scheme != "https" && parsed.Scheme != "http", parsed.Hostname() == "":
		return baseURL{}, invalid(name, "it has no scheme and host; expected one such as %s", example)
	case parsed.User != nil:
		return baseURL{}, invalid(name, "it contains a user name or password; remove it and pass the credential separately")
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return baseURL{}, invalid(name, "it has a query or a fragment; expected one such as %s", example)
	}
	tenant, err := tenantOf(parsed)
	if err != nil {
		return baseURL{}, err
	}
	host := canonicalHost(parsed)
	return baseURL{scheme: parsed.Scheme, host: host, tenant: tenant, environment: environmentOf(host)}, nil
}

func tenantOf(target *url.URL) (string, error) {
	segment := strings.Trim(target.EscapedPath(), "/")
	if segment == "" {
		return "", invalid("base URL", "it names no tenant; the tenant is its path, as in %s://%s/my-tenant", target.Scheme, target.Host)
	}
	if strings.Contains(segment, "/") {
		return "", invalid("base URL", "its path has more than the tenant; expected %s://%s/%s", target.Scheme, target.Host, strings.SplitN(segment, "/", 2)[0])
	}
	tenant, err := url.PathUnescape(segment)
	if err != nil {
		return "", invalid("base URL", "its path is badly escaped")
	}
	return tenant, checkSegment("tenant", tenant)
}

// canonicalHost returns the host in lower case, without a final dot, and with its port
// unless that is the scheme's default.
func canonicalHost(target *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(target.Hostname()), ".")
	port := target.Port()
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[target.Scheme] {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}

// environmentOf returns "uat.us" for "excel.uat.us.coherent.global", and "" for hosts
// outside the vendor's domain.
func environmentOf(host string) string {
	labels, found := strings.CutSuffix(host, platformDomain)
	if !found {
		return ""
	}
	_, environment, _ := strings.Cut(labels, ".")
	return environment
}

// server returns the base URL without the tenant, as the generated client takes it.
func (b baseURL) server() string { return b.scheme + "://" + b.host }

func (b baseURL) url() *url.URL { return &url.URL{Scheme: b.scheme, Host: b.host} }

func (b baseURL) String() string { return b.server() + "/" + url.PathEscape(b.tenant) }

// tokenURL returns the OAuth 2.0 token endpoint: on the environment's own Keycloak, or on
// the same host for a base URL outside the vendor's domain.
func (b baseURL) tokenURL() string {
	server := b.server()
	if b.environment != "" {
		server = "https://keycloak." + b.environment + platformDomain
	}
	return server + realmPath + url.PathEscape(b.tenant) + "/protocol/openid-connect/token"
}

const realmPath = "/auth/realms/"

// isLoopback reports whether a host, without its port, is this machine.
func isLoopback(hostname string) bool {
	hostname = strings.ToLower(hostname)
	if hostname == "localhost" || strings.HasSuffix(hostname, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(hostname)
	return err == nil && ip.IsLoopback()
}
