package spark

import (
	"net/http"

	"github.com/sparkgo/spark-go/gen"
)

// requestPath returns the layers that every request of the generated client passes,
// from top to bottom. The response passes them in the opposite order.
//
//	retrying      repeats requests that failed for a transient reason
//	limiting      limits concurrent requests and requests per second
//	identifying   sets request ID, tenant and user agent, for each attempt
//	buffering     reads the complete response, up to a limit
//	httpClient    see layeredClient
func (s *settings) requestPath(base baseURL, httpClient *http.Client) gen.HttpRequestDoer {
	var path gen.HttpRequestDoer = buffering{httpClient, s.maxResponseSize}
	path = s.identified(path, base.tenant)
	if s.slots != nil || s.rate != nil {
		path = limiting{path, s.slots, s.rate}
	}
	return retrying{path, s.retry, s.notify}
}

// layeredClient returns the user's HTTP client with layers around its transport, so
// that they see each hop of a redirect. Downloads use it without requestPath.
//
//	http.Client   follows redirects that followIn allows
//	authorizing   adds the credential if the host may see it; refreshes it after a 401
//	stallGuard    ends requests that no longer make progress
//	decompressing decodes responses that are compressed without being requested
//	observing     logs requests and calls observers
//	sendWatch     marks failures of requests that were never sent
//	transport     the user's own
func (s *settings) layeredClient(where credentialHosts, credential credential) *http.Client {
	path := authorizing{s.bare(), where, credential, tokenEndpoint{s.tokenClient()}}
	return s.around(path, followIn(where, s.httpClient.CheckRedirect))
}

// tokenClient returns the client for token endpoints. It adds no credential and
// follows no redirect, because its requests contain the client secret.
func (s *settings) tokenClient() *http.Client {
	once := s.around(privateOnly{s.bare(), credentialHosts{plainHTTP: s.plainHTTP}}, func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	})
	path := retrying{s.identified(buffering{once, s.maxResponseSize}, ""), s.retry, s.notify}
	return &http.Client{Transport: roundTripper{path}, CheckRedirect: once.CheckRedirect}
}

// identified returns a path whose requests say who sends them.
func (s *settings) identified(next gen.HttpRequestDoer, tenant string) gen.HttpRequestDoer {
	return identifying{next, tenant, userAgent(s.product)}
}

func (s *settings) bare() http.RoundTripper {
	transport := s.httpClient.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	transport = decompressing{observing{sendWatch{transport}, s.notify}}
	if s.stall > 0 {
		transport = stallGuard{transport, s.stall}
	}
	return transport
}

func (s *settings) around(transport http.RoundTripper, redirect func(*http.Request, []*http.Request) error) *http.Client {
	client := *s.httpClient
	client.Transport = transport
	client.CheckRedirect = redirect
	return &client
}

// roundTripper makes a request path usable as a transport of net/http.
type roundTripper struct{ gen.HttpRequestDoer }

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	return r.Do(request)
}

// privateOnly refuses requests that others could read on the way.
type privateOnly struct {
	next  http.RoundTripper
	scope credentialHosts
}

func (p privateOnly) RoundTrip(request *http.Request) (*http.Response, error) {
	if !p.scope.isEncrypted(request.URL) {
		closeBody(request)
		return nil, invalid("token URL", "%s://%s would get the client secret unencrypted; use https, or WithPlainHTTP if the network is trusted", request.URL.Scheme, request.URL.Host)
	}
	return p.next.RoundTrip(request)
}
