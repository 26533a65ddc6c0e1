package spark

import (
	"net/url"
	"slices"
	"strings"
)

// scope says where credentials may go.
type credentialHosts struct {
	base baseURL
	// hosts are further hosts that the user named, with their port if it isn't the scheme's own.
	hosts []string
	// plainHTTP lets credentials travel unencrypted to hosts other than this machine.
	plainHTTP bool
}

// allows reports whether a request to the URL may carry credentials: the
// API's own host, hosts of the same environment, and hosts that the user named.
func (s credentialHosts) allows(target *url.URL) bool {
	if !s.isEncrypted(target) {
		return false
	}
	host := canonicalHost(target)
	if host == s.base.host {
		return target.Scheme == s.base.scheme || target.Scheme == "https"
	}
	return s.sameEnvironment(host) || slices.Contains(s.hosts, host)
}

// private reports whether nobody on the way can read what is sent.
func (s credentialHosts) isEncrypted(target *url.URL) bool {
	switch target.Scheme {
	case "https":
		return true
	case "http":
		return s.plainHTTP || loopback(target.Hostname())
	}
	return false
}

// sameEnvironment matches one label before the environment: with more, a host
// of the environment "uat.us" would pass for one of "us".
func (s credentialHosts) sameEnvironment(host string) bool {
	if s.base.environment == "" {
		return false
	}
	label, found := strings.CutSuffix(host, "."+s.base.environment+platformDomain)
	return found && label != "" && !strings.Contains(label, ".")
}
