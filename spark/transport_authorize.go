package spark

import (
	"net/http"
	"net/url"
)

// authorizing puts the credential on each request as it goes out, so that no
// redirect can carry it on. After a 401 it asks for a newer credential and
// repeats the request once.
type authorizing struct {
	next       http.RoundTripper
	scope      scope
	credential credential
	tokens     tokenFetcher
}

func (a authorizing) RoundTrip(request *http.Request) (*http.Response, error) {
	told := exchangeOf(request.Context())
	if !a.scope.allows(request.URL) {
		if told.operation == opFile {
			return a.next.RoundTrip(request)
		}
		closeBody(request)
		return nil, unencrypted(request.URL)
	}
	response, err := a.send(told, request)
	if err != nil || response.StatusCode != http.StatusUnauthorized || told.operation == opFile || !a.credential.renew(told.sent) {
		// A file host says with 401 that the address has expired.
		return response, err
	}
	again, err := rewind(request)
	if err != nil || again.Body != nil && again.GetBody == nil {
		return response, nil
	}
	discard(response)
	told.renewals++
	response, err = a.send(told, again)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		a.credential.hopeless()
	}
	return response, err
}

func (a authorizing) send(told *exchange, request *http.Request) (*http.Response, error) {
	authorized := request.Clone(request.Context())
	sent, err := a.credential.apply(request.Context(), a.tokens, authorized)
	if err != nil {
		closeBody(request)
		return nil, &unsentError{err}
	}
	told.sent = sent
	return a.next.RoundTrip(authorized)
}

func unencrypted(address *url.URL) error {
	return invalid("base URL", "%s://%s would get the credential unencrypted; use https, or AllowPlainHTTP if the network is trusted", address.Scheme, address.Host)
}

// closeBody does what net/http asks of a RoundTripper that doesn't send.
func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}
