package spark

import (
	"fmt"
	"net/http"
)

// errRedirect means that a redirect was not followed.
const errRedirect = permanentError("redirect not followed")

const maxRedirects = 10

// followIn returns the function that decides which redirects are followed. A file may be
// on any host, because its request carries nothing but its URL. A request to the API is
// followed only to hosts that may receive credentials, because its path and body are the
// user's data. No redirect from https to plain http is followed.
func followIn(hosts credentialHosts, users func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(request *http.Request, via []*http.Request) error {
		// net/http sets the previous URL here, which may be that of a file.
		request.Header.Del("Referer")
		state := operationOf(request.Context())
		switch {
		case len(via) >= maxRedirects:
			return fmt.Errorf("%w: more than %d in a row", errRedirect, maxRedirects)
		case request.Method != via[0].Method:
			return fmt.Errorf("%w: it would turn the %s into a %s; check the base URL", errRedirect, via[0].Method, request.Method)
		case !isEncrypted(request.URL, hosts.plainHTTP), request.URL.Scheme == "http" && via[0].URL.Scheme == "https":
			return fmt.Errorf("%w: it leads to %s, where the connection isn't encrypted", errRedirect, request.URL.Host)
		case state.operation != opFile && !hosts.allows(request.URL):
			return fmt.Errorf("%w: it leads to another host, %s; check the base URL", errRedirect, request.URL.Host)
		case users != nil:
			return users(request, via)
		}
		return nil
	}
}
