package sparktest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Request is one that the server received, with the credentials in it.
type Request struct {
	Operation Operation
	Time      time.Time
	Method    string
	Host      string
	Path      string // escaped
	Query     string // raw
	Header    http.Header
	Body      []byte
}

// maxRequests is how many requests a server remembers; maxBody is more than a
// request of the API needs.
const (
	maxRequests = 10_000
	maxBody     = 10 << 20
)

type requestLog struct {
	mu       sync.Mutex
	requests []Request
}

func (l *requestLog) add(operation Operation, r *http.Request, body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) == maxRequests {
		l.requests = slices.Delete(l.requests, 0, maxRequests/10)
	}
	l.requests = append(l.requests, Request{
		Operation: operation,
		Time:      time.Now(),
		Method:    r.Method,
		Host:      r.Host,
		Path:      r.URL.EscapedPath(),
		Query:     r.URL.RawQuery,
		Header:    r.Header.Clone(),
		Body:      body,
	})
}

// Requests returns the requests of the given operations, or all, oldest first.
// Only the last 9,000 to 10,000 are remembered.
func (s *Server) Requests(operations ...Operation) []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	var list []Request
	for _, r := range s.log.requests {
		if len(operations) == 0 || slices.Contains(operations, r.Operation) {
			list = append(list, r)
		}
	}
	return list
}

// An endpoint is what a request is for.
type endpoint struct {
	operation Operation
	request   *http.Request // as the OpenAPI document has it
	handler   http.HandlerFunc
}

// apiEndpoint returns an endpoint of the API host, which has the token endpoint
// too.
func (s *Server) apiEndpoint(r *http.Request) endpoint {
	if tenant, ok := tokenTenant(r.URL.EscapedPath()); ok {
		return endpoint{Token, r, func(w http.ResponseWriter, r *http.Request) { s.serveToken(w, r, tenant) }}
	}
	route, r := s.router.find(r)
	if route == nil || route.method != r.Method {
		return endpoint{Unknown, r, route.serve}
	}
	return endpoint{route.operation, r, route.serve}
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.apiEndpoint(r), true)
}

func (s *Server) serveFiles(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, endpoint{File, r, s.serveFile}, true)
}

// serveElsewhere has the endpoints of both hosts, but neither faults nor checks:
// a client that was led astray gets what it was promised.
func (s *Server) serveElsewhere(w http.ResponseWriter, r *http.Request) {
	e := s.apiEndpoint(r)
	if strings.HasPrefix(r.URL.Path, filePathPrefix) {
		e = endpoint{File, r, s.serveFile}
	}
	s.serve(w, r, e, false)
}

// serve logs a request, lets the latency pass and responds. Only requests to
// the platform's own hosts are checked and meet faults.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, e endpoint, platform bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		e.operation.fail(w, errTooLarge)
		return
	}
	s.log.add(e.operation, r, body)
	r = e.request
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody() // never fails
	if id := r.Header.Get("x-request-id"); id != "" {
		w.Header().Set("x-request-id", id)
	}
	s.wait(r, s.config.latency)
	handler := e.handler
	if platform {
		if s.config.check != nil && e.operation != Token && e.operation != File {
			s.check(r)
		}
		if fault, number := s.faults.take(e.operation, r); fault != nil {
			handler = fault.wrap(hit{s, e.operation, number}, handler)
		}
	}
	handler(w, r)
}

func (s *Server) check(r *http.Request) {
	if err := s.config.check(r); err != nil && s.config.violation != nil {
		s.config.violation(err)
	}
}

// wait lets time pass. It ends the request without a response if the client
// goes first or the server is closed.
func (s *Server) wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return
	case <-r.Context().Done():
	case <-s.done:
	}
	panic(http.ErrAbortHandler)
}
