package spark

import (
	"fmt"
	"net/http"
)

// errRedirect means that a redirect was not followed.
const errRedirect = permanentError("redirect not followed")

const maxRedirects = 10

// followIn says which redirects are followed. A file may wait anywhere, since
// its request carries nothing but its address; a request to the API goes only
// where credentials may go, since its path and body are the user's data. Nothing
// is followed from https to plain http.
func followIn(s scope, users func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(request *http.Request, via []*http.Request) error {
		// net/http names the page before, and with it a file's address.
		request.Header.Del("Referer")
		told := exchangeOf(request.Context())
		switch {
		case len(via) >= maxRedirects:
			return fmt.Errorf("%w: more than %d in a row", errRedirect, maxRedirects)
		case request.Method != via[0].Method:
			return fmt.Errorf("%w: it would turn the %s into a %s; check the base URL", errRedirect, via[0].Method, request.Method)
		case !s.private(request.URL), request.URL.Scheme == "http" && via[0].URL.Scheme == "https":
			return fmt.Errorf("%w: it leads to %s, where the connection isn't encrypted", errRedirect, request.URL.Host)
		case told.operation != opFile && !s.allows(request.URL):
			return fmt.Errorf("%w: it leads to another host, %s; check the base URL", errRedirect, request.URL.Host)
		case users != nil:
			return users(request, via)
		}
		return nil
	}
}
