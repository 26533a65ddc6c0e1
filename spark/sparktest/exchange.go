package sparktest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/spark/internal/contract"
)

// maxBody is more than any request of the API needs.
const maxBody = 10 << 20

// An endpoint is what a request asks for.
type endpoint struct {
	operation Operation
	path      string // of the request, in the document's letter case
	index     string // that an older client has in the path, see findRoute
	answer    http.HandlerFunc
}

// apiEndpoint finds an endpoint of the API host, which has the token endpoint too.
func (s *Server) apiEndpoint(r *http.Request) endpoint {
	path := r.URL.EscapedPath()
	if tenant, ok := tokenTenant(path); ok {
		return endpoint{Token, path, "", func(w http.ResponseWriter, r *http.Request) { s.serveToken(w, r, tenant) }}
	}
	route, path, index := findRoute(path)
	return endpoint{route.operation(r.Method), path, index, func(w http.ResponseWriter, r *http.Request) { s.serveRoute(w, r, route) }}
}

func (s *Server) fileEndpoint(r *http.Request) endpoint {
	return endpoint{File, r.URL.EscapedPath(), "", s.serveFile}
}

// serveRoute answers what the generated router would answer in plain text, and
// leaves the rest to it.
func (s *Server) serveRoute(w http.ResponseWriter, r *http.Request, route *route) {
	switch {
	case route == nil:
		fail(w, errNoRoute)
	case route.methods[r.Method] == "":
		w.Header().Set("Allow", route.allow())
		fail(w, errMethod)
	case operations[route.methods[r.Method]] == "":
		fail(w, errNotImplemented)
	default:
		s.api.ServeHTTP(w, r)
	}
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	e := s.apiEndpoint(r)
	r, ok := s.receive(w, r, e)
	if !ok {
		return
	}
	if e.operation != Token {
		s.check(r)
	}
	s.respond(w, r, e)
}

func (s *Server) serveFiles(w http.ResponseWriter, r *http.Request) {
	e := s.fileEndpoint(r)
	if r, ok := s.receive(w, r, e); ok {
		s.respond(w, r, e)
	}
}

// serveElsewhere has the endpoints of both hosts, but no faults: a client that
// was led astray gets what it was promised.
func (s *Server) serveElsewhere(w http.ResponseWriter, r *http.Request) {
	e := s.apiEndpoint(r)
	if strings.HasPrefix(e.path, filePathPrefix) {
		e = s.fileEndpoint(r)
	}
	if r, ok := s.receive(w, r, e); ok {
		e.answer(w, r)
	}
}

// receive reads a request, keeps it for Requests and lets the latency pass.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, e endpoint) (*http.Request, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, errTooLarge)
		return nil, false
	}
	s.log.add(e.operation, r, body)
	r = withIndex(withPath(r, e.path), e.index)
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody() // never fails
	if id := r.Header.Get("x-request-id"); id != "" {
		w.Header().Set("x-request-id", id)
	}
	s.wait(r, s.config.latency)
	return r, true
}

// respond answers as the platform does, unless a fault was scripted.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, e endpoint) {
	if fault, number := s.faults.take(e.operation, r); fault != nil {
		fault.respond(w, &hit{server: s, endpoint: e, request: r, number: number})
		return
	}
	e.answer(w, r)
}

// wait lets time pass. If the client or the server goes first, that ends the
// request without an answer.
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

// validator is shared by all servers of a process: it takes any host.
var validator = sync.OnceValue(func() *contract.Validator {
	v, err := contract.New(openapi.Document, "")
	if err != nil {
		panic("sparktest: embedded OpenAPI document: " + err.Error())
	}
	return v
})

// check notes it if a request doesn't agree with the document.
func (s *Server) check(r *http.Request) {
	if s.config.unchecked {
		return
	}
	if err := validator().Request(r); err != nil {
		s.log.violate(err)
	}
}
