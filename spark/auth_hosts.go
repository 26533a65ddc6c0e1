package spark

import (
	"net/url"
	"slices"
	"strings"
)

// credentialHosts are the hosts that may receive credentials.
type credentialHosts struct {
	base baseURL
	// named are further hosts that the user named, with their port if it isn't the scheme's own.
	named []string
	// plainHTTP lets credentials travel unencrypted to hosts other than this machine.
	plainHTTP bool
}

// allows reports whether a request to the URL may carry credentials: the
// API's own host, hosts of the same environment, and hosts that the user named.
func (h credentialHosts) allows(target *url.URL) bool {
	if !isEncrypted(target, h.plainHTTP) {
		return false
	}
	host := canonicalHost(target)
	if host == h.base.host {
		return target.Scheme == h.base.scheme || target.Scheme == "https"
	}
	return h.sameEnvironment(host) || slices.Contains(h.named, host)
}

// sameEnvironment matches one label before the environment: with more, a host
// of the environment "uat.us" would pass for one of "us".
func (h credentialHosts) sameEnvironment(host string) bool {
	if h.base.environment == "" {
		return false
	}
	label, found := strings.CutSuffix(host, "."+h.base.environment+platformDomain)
	return found && label != "" && !strings.Contains(label, ".")
}

// isEncrypted reports whether nobody on the network path can read what is sent to the
// URL, or whether that is permitted.
func isEncrypted(target *url.URL, plainHTTP bool) bool {
	return target.Scheme == "https" || target.Scheme == "http" && (plainHTTP || isLoopback(target.Hostname()))
}

// checkEncrypted returns an [*ArgumentError] for a URL that must not get a credential.
func checkEncrypted(name string, target *url.URL, plainHTTP bool) error {
	if isEncrypted(target, plainHTTP) {
		return nil
	}
	return invalid(name, "%s://%s would get the credential unencrypted; use https, or WithPlainHTTP if the network is trusted", target.Scheme, target.Host)
}
