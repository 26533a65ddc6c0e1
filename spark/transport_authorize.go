package spark

import "net/http"

// authorizing adds the credential to each request as it goes out, so that no redirect
// carries it elsewhere. After a 401 it refreshes the credential, if that is possible,
// and repeats the request once.
type authorizing struct {
	next       http.RoundTripper
	hosts      credentialHosts
	credential credential
	tokens     tokenEndpoint
}

func (a authorizing) RoundTrip(request *http.Request) (*http.Response, error) {
	state := operationOf(request.Context())
	if !a.hosts.allows(request.URL) {
		if state.operation == opFile {
			return a.next.RoundTrip(request)
		}
		closeBody(request)
		return nil, invalid("request URL", "%s://%s must not get the credential; see WithFileHosts and WithPlainHTTP", request.URL.Scheme, request.URL.Host)
	}
	response, err := a.send(state, request)
	if err != nil || response.StatusCode != http.StatusUnauthorized || state.operation == opFile || !a.credential.refresh(state.sentCredential) {
		// A file host says with 401 that the URL has expired.
		return response, err
	}
	again, err := rewind(request)
	if err != nil || again.Body != nil && again.GetBody == nil {
		return response, nil
	}
	discard(response)
	state.refreshes++
	response, err = a.send(state, again)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		a.credential.reject()
	}
	return response, err
}

func (a authorizing) send(state *operationState, request *http.Request) (*http.Response, error) {
	authorized := request.Clone(request.Context())
	sent, err := a.credential.apply(request.Context(), a.tokens, authorized)
	if err != nil {
		closeBody(request)
		return nil, &unsentError{err}
	}
	state.sentCredential = sent
	return a.next.RoundTrip(authorized)
}

// closeBody does what net/http requires of a RoundTripper that doesn't send a request.
func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}
