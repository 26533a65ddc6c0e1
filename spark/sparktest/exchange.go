package sparktest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/spark/internal/contract"
)

// maxBody is more than any request of the API needs.
const maxBody = 10 << 20

// serveAPI handles a request to the API host, which has the token endpoint as well.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	if tenant, ok := tokenTenant(r.URL.EscapedPath()); ok {
		s.exchange(w, r, Token, func(w http.ResponseWriter, r *http.Request) { s.serveToken(w, r, tenant) })
		return
	}
	route, path := findRoute(r.URL.EscapedPath())
	canonical, err := withPath(r, path)
	if err != nil {
		route, canonical = nil, r
	}
	s.exchange(w, canonical, route.operation(r.Method), func(w http.ResponseWriter, r *http.Request) {
		s.check(r)
		s.serveRoute(w, r, route)
	})
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

// serveFiles handles a request to the file host.
func (s *Server) serveFiles(w http.ResponseWriter, r *http.Request) {
	s.exchange(w, r, File, s.serveFile)
}

// exchange does what is common to all operations.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request, operation Operation, handler http.HandlerFunc) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, errEntityTooLarge)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.log.add(operation, r, body)
	if !s.wait(r, s.config.latency) {
		return
	}
	if id := r.Header.Get("x-request-id"); id != "" {
		w.Header().Set("x-request-id", id)
	}
	handler(w, r)
}

// wait lets time pass. It is false if the client or the server goes first.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
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
