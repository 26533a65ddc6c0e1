package sparktest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is one that the server was sent. It holds the credentials that
// came with it.
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

// maxRequests is how many requests are kept; older ones are forgotten.
const maxRequests = 10_000

// requestLog keeps what came in.
type requestLog struct {
	mu         sync.Mutex
	requests   []Request
	violations []error
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

func (l *requestLog) violate(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.violations) < maxRequests {
		l.violations = append(l.violations, err)
	}
}

// Requests lists the requests of the given operations, or all, oldest first.
// Only the newest 9,000 to 10,000 are kept.
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

// Violations lists what is wrong, by the OpenAPI document, with requests that
// the server was sent.
func (s *Server) Violations() []error {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.violations)
}
