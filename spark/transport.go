package spark

import (
	"math"
	"net/http"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// requestPath is what every request of the generated client passes, outermost
// first; the answer passes it the other way.
//
//	retrying      repeats what failed for a passing reason
//	limiting      holds back, so many at once and a second
//	identifying   request ID, tenant, user agent: new for each try
//	buffering     reads the answer whole, under a limit
//	wire          see below
func (s *settings) requestPath(base baseURL, wire *http.Client) gen.HttpRequestDoer {
	var path gen.HttpRequestDoer = buffering{wire, s.maxAnswer}
	path = s.identified(path, base.tenant)
	if s.slots != nil || s.rate != nil {
		path = limiting{path, s.slots, s.rate}
	}
	return retrying{path, s.retry, s.tell}
}

// wire is the user's HTTP client with our layers around its transport, so that
// they see each hop of a redirect. Downloads use it as it is.
//
//	http.Client   follows redirects where followIn lets it
//	authorizing   the credential, if the host may have it; renews it after a 401
//	stallGuard    ends what no longer moves
//	decompressing decodes what is compressed unasked
//	observing     log and events
//	sendWatch     marks failures of requests that were never sent
//	transport     the user's own
func (s *settings) wire(where scope, held credential) *http.Client {
	path := authorizing{s.bare(), where, held, tokenFetcher{s.tokenClient()}}
	return s.around(path, followIn(where, s.httpClient.CheckRedirect))
}

// tokenClient asks token endpoints: it carries no credential of its own and
// follows no redirect, since its requests hold the client secret.
func (s *settings) tokenClient() *http.Client {
	once := s.around(privateOnly{s.bare(), scope{plainHTTP: s.plainHTTP}}, func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	})
	path := retrying{s.identified(buffering{once, s.maxAnswer}, ""), s.retry, s.tell}
	return &http.Client{Transport: roundTripper{path}, CheckRedirect: once.CheckRedirect}
}

// identified is a path whose requests say who sends them.
func (s *settings) identified(next gen.HttpRequestDoer, tenant string) gen.HttpRequestDoer {
	return identifying{next, tenant, userAgent(s.product)}
}

func (s *settings) bare() http.RoundTripper {
	transport := s.httpClient.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	transport = decompressing{observing{sendWatch{transport}, s.tell}}
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

// roundTripper lets a request path stand where net/http wants a transport.
type roundTripper struct{ gen.HttpRequestDoer }

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	return r.Do(request)
}

// privateOnly refuses what others on the way could read.
type privateOnly struct {
	next  http.RoundTripper
	scope scope
}

func (p privateOnly) RoundTrip(request *http.Request) (*http.Response, error) {
	if !p.scope.private(request.URL) {
		closeBody(request)
		return nil, invalid("token URL", "%s://%s would get the client secret unencrypted; use https, or AllowPlainHTTP if the network is trusted", request.URL.Scheme, request.URL.Host)
	}
	return p.next.RoundTrip(request)
}

// defaultHTTPClient is net/http's default that keeps all connections for a while,
// however many requests there are at once: nearly all go to one host, and those
// beyond a bound would each open a connection anew. It has no time-out of the whole
// request, which would end large downloads; stallGuard ends those that hang.
func defaultHTTPClient() *http.Client {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{} // the program has put its own there
	}
	transport := usual.Clone()
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = math.MaxInt
	transport.IdleConnTimeout = 90 * time.Second
	return &http.Client{Transport: transport}
}
