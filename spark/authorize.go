package spark

import "net/http"

// authorizing puts the credential on each request as it goes out, so that no
// redirect can carry it on. After a 401 it asks for a newer credential and
// repeats the request once.
type authorizing struct {
	next       http.RoundTripper
	scope      scope
	credential credential
}

func (a authorizing) RoundTrip(request *http.Request) (*http.Response, error) {
	if !a.scope.allows(request.URL) {
		if told := exchangeOf(request.Context()); told == nil || told.operation != opFile {
			closeBody(request)
			return nil, invalid("base URL", "%s://%s would get the credential unencrypted; use https, or AllowPlainHTTP if the network is trusted", request.URL.Scheme, request.URL.Host)
		}
		return a.next.RoundTrip(request)
	}
	sent, response, err := a.send(request)
	if err != nil || response.StatusCode != http.StatusUnauthorized || !a.credential.renew(sent) {
		return response, err
	}
	again, err := rewind(request)
	if err != nil || again.Body != nil && again.GetBody == nil {
		return response, nil
	}
	discard(response)
	_, response, err = a.send(again)
	return response, err
}

func (a authorizing) send(request *http.Request) (*http.Request, *http.Response, error) {
	authorized := request.Clone(request.Context())
	if err := a.credential.apply(request.Context(), authorized); err != nil {
		closeBody(request)
		return nil, nil, &credentialError{err}
	}
	response, err := a.next.RoundTrip(authorized)
	return authorized, response, err
}

// credentialError is a failure to get a credential: nothing was sent.
type credentialError struct{ err error }

func (e *credentialError) Error() string { return "credential: " + e.err.Error() }
func (e *credentialError) Unwrap() error { return e.err }

// closeBody does what net/http asks of a RoundTripper that doesn't send.
func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}
