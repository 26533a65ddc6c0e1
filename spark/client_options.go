package spark

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Option changes how a [Client] works. Options are for [NewClient],
// [NewClientFromEnv] and [Client.Clone]; a later one wins over an earlier one,
// and a nil option is ignored.
type Option func(*settings) error

// settings are what options set. They are copied by value, so that a clone
// changes nothing in its origin.
type settings struct {
	httpClient      *http.Client
	retry           RetryPolicy
	stall           time.Duration
	maxResponseSize int64
	product         string
	fileHosts       []string
	plainHTTP       bool
	slots           chan struct{}
	rate            *rate.Limiter
	logger          *slog.Logger
	observers       []func(context.Context, Event)
}

func defaultSettings() settings {
	retry, _ := RetryPolicy{}.withDefaults()
	return settings{
		retry: retry,
		stall: defaultStallTimeout, maxResponseSize: defaultMaxResponseSize,
		logger: slog.New(slog.DiscardHandler),
	}
}

func (s *settings) apply(opts []Option) error {
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt(s); err != nil {
			return err
		}
	}
	if s.httpClient == nil {
		s.httpClient = defaultHTTPClient()
	}
	return nil
}

// WithHTTPClient sends requests through your own HTTP client, with its proxy,
// certificates, timeout and transport. The client is copied, never changed. Its
// timeout would also end downloads, so leave it 0 and use [WithStallTimeout]. By
// default the library uses a client like net/http's default client.
func WithHTTPClient(client *http.Client) Option {
	return func(s *settings) error {
		if client == nil {
			return invalid("WithHTTPClient", "it is nil")
		}
		s.httpClient = client
		return nil
	}
}

// WithRetry sets how often and when failed requests are repeated.
func WithRetry(policy RetryPolicy) Option {
	return func(s *settings) (err error) {
		s.retry, err = policy.withDefaults()
		return err
	}
}

// WithStallTimeout ends a request if no data has arrived for this long: no response, or
// no further byte of one. Reads and downloads then continue with another
// request. 0 means the default, 60 s; negative means never.
func WithStallTimeout(after time.Duration) Option {
	return func(s *settings) error {
		s.stall = cmp.Or(after, defaultStallTimeout)
		return nil
	}
}

// WithMaxResponseSize limits the size of the API's JSON responses, in bytes. A larger
// one is an error. 0 means the default, 256 MiB. Downloaded files have no limit.
func WithMaxResponseSize(bytes int64) Option {
	return func(s *settings) error {
		s.maxResponseSize = min(cmp.Or(bytes, defaultMaxResponseSize), math.MaxInt64-1) // buffering reads one more
		return checkNotNegative("WithMaxResponseSize", bytes)
	}
}

// WithUserAgent names the program that uses the library, as in
// "audit-export/2.1"; it stands before the library's own name in User-Agent.
func WithUserAgent(product string) Option {
	return func(s *settings) error {
		if strings.ContainsFunc(product, func(r rune) bool { return r < ' ' || r > '~' }) {
			return invalid("WithUserAgent", "it contains characters that a header can't carry")
		}
		s.product = product
		return nil
	}
}

// WithFileHosts names further hosts that may receive the credential, because files on
// them require it. Add the port if it isn't 443. Hosts of the same environment need
// not be named.
func WithFileHosts(hosts ...string) Option {
	return func(s *settings) error {
		named := make([]string, 0, len(hosts))
		for _, host := range hosts {
			target, err := url.Parse("https://" + host)
			if err != nil || target.Host != host || target.Hostname() == "" {
				return invalid("WithFileHosts", "%s is not a host such as files.example.com or files.example.com:8443", clipQuoted(host))
			}
			named = append(named, canonicalHost(target))
		}
		s.fileHosts = named
		return nil
	}
}

// WithPlainHTTP allows credentials to be sent unencrypted to hosts other than this
// machine. Anyone on the network path can then read and use them.
func WithPlainHTTP() Option {
	return func(s *settings) error {
		s.plainHTTP = true
		return nil
	}
}

// WithMaxConcurrent limits how many API requests run at the same time, for the client
// and its clones together. 0 means no limit, which is the default.
func WithMaxConcurrent(requests int) Option {
	return func(s *settings) error {
		if err := checkNotNegative("WithMaxConcurrent", requests); err != nil {
			return err
		}
		s.slots = nil
		if requests > 0 {
			s.slots = make(chan struct{}, requests)
		}
		return nil
	}
}

// WithRateLimit limits the API requests per second, retries included, for the client
// and its clones together. burst is how many may be sent at once after a
// pause, at least 1. 0 a second means no limit, which is the default.
func WithRateLimit(perSecond float64, burst int) Option {
	return func(s *settings) error {
		if perSecond < 0 || math.IsNaN(perSecond) || perSecond > 0 && burst < 1 {
			return invalid("WithRateLimit", "it needs a positive rate and a burst of at least 1")
		}
		s.rate = nil
		if perSecond > 0 {
			s.rate = rate.NewLimiter(rate.Limit(perSecond), burst)
		}
		return nil
	}
}

// WithLogger logs each request, retry and poll at debug level. By default
// nothing is logged. Credentials, paths, bodies and file URLs are never logged.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			logger = slog.New(slog.DiscardHandler)
		}
		s.logger = logger
		return nil
	}
}

// WithObserver calls a function for each [Event], for metrics or traces. It is
// called from the goroutines that make requests, must not block, and must be
// safe for concurrent use. Several observers are called in the order given.
func WithObserver(observe func(context.Context, Event)) Option {
	return func(s *settings) error {
		if observe == nil {
			return invalid("WithObserver", "it is nil")
		}
		s.observers = append(s.observers[:len(s.observers):len(s.observers)], observe)
		return nil
	}
}

// notify passes an event to the log and to the observers.
func (s *settings) notify(ctx context.Context, event Event) {
	logEvent(ctx, s.logger, event)
	for _, observe := range s.observers {
		observe(ctx, event)
	}
}

// defaultHTTPClient returns a copy of net/http's default client that keeps any number
// of idle connections for a while: nearly all requests go to one host, and each beyond
// a limit would open a new connection. It has no timeout for the complete request,
// which would end large downloads; stallGuard ends those that hang.
func defaultHTTPClient() *http.Client {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{} // the program has replaced it
	}
	transport := usual.Clone()
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = math.MaxInt
	transport.IdleConnTimeout = 90 * time.Second
	return &http.Client{Transport: transport}
}
