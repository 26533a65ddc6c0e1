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
func (s *settings) layeredClient(hosts credentialHosts, credential credential) *http.Client {
	path := authorizing{s.bareTransport(), hosts, credential, s.tokenEndpoint()}
	return s.around(path, followIn(hosts, s.httpClient.CheckRedirect))
}

// tokenEndpoint returns the path of token requests. It adds no credential and follows no
// redirect, because these requests contain the client secret.
func (s *settings) tokenEndpoint() tokenEndpoint {
	once := s.around(s.bareTransport(), func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	return tokenEndpoint{
		path:      retrying{s.identified(buffering{once, s.maxResponseSize}, ""), s.retry, s.notify},
		plainHTTP: s.plainHTTP,
	}
}

// identified returns a path whose requests say who sends them.
func (s *settings) identified(next gen.HttpRequestDoer, tenant string) gen.HttpRequestDoer {
	return identifying{next, tenant, userAgent(s.product)}
}

// bareTransport returns the layers that add nothing to a request.
func (s *settings) bareTransport() http.RoundTripper {
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

// around returns the user's HTTP client with another transport and redirect policy.
func (s *settings) around(transport http.RoundTripper, redirect func(*http.Request, []*http.Request) error) *http.Client {
	client := *s.httpClient
	client.Transport = transport
	client.CheckRedirect = redirect
	return &client
}
