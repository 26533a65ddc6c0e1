package sparktest

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
)

// A FaultPart says when a fault happens, or what happens then. A nil part is ignored.
type FaultPart func(*Fault)

// A Fault makes an operation of the server misbehave. Server.Fault adds one.
type Fault struct {
	operation Operation
	skip      int // number of requests that pass first
	times     int // how often the fault happens; negative means always
	when      func(*http.Request) bool
	layers    []layer

	list *faultList
	seen int // number of requests that the fault could have happened to
	hits int
}

// A layer is one thing that goes wrong between the platform and the client.
type layer struct {
	stage stage
	wrap  func(h hit, platform http.HandlerFunc) http.HandlerFunc
}

// A stage orders the layers of a fault, whatever order its parts were given in.
// The platform is innermost.
type stage int

const (
	replaced  stage = iota // another response instead of the platform's
	prepared               // something happens before
	edited                 // the response is changed
	delivered              // the way in which it is sent
)

// A hit is one request that a fault happens to.
type hit struct {
	server    *Server
	operation Operation
	number    int // of earlier hits
}

// Fault makes an operation misbehave, once unless the parts say when. The
// platform doesn't act if a part replaces its response. It does otherwise, so an
// export job may have been started although its response was changed or lost.
//
// At most one fault happens to a request: the oldest one that matches and isn't
// used up.
func (s *Server) Fault(operation Operation, parts ...FaultPart) *Fault {
	f := &Fault{operation: operation, times: 1, list: &s.faults}
	for _, part := range parts {
		if part != nil {
			part(f)
		}
	}
	slices.SortStableFunc(f.layers, func(a, b layer) int { return cmp.Compare(a.stage, b.stage) })
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, f)
	return f
}

// Hits returns how often the fault has happened.
func (f *Fault) Hits() int {
	f.list.mu.Lock()
	defer f.list.mu.Unlock()
	return f.hits
}

// Remove ends the fault.
func (f *Fault) Remove() {
	f.list.mu.Lock()
	defer f.list.mu.Unlock()
	f.list.list = slices.DeleteFunc(f.list.list, func(other *Fault) bool { return other == f })
}

// Times makes a fault happen to n requests.
func Times(n int) FaultPart { return func(f *Fault) { f.times = n } }

// Always makes a fault happen to every request.
func Always() FaultPart { return Times(-1) }

// After skips n requests before the fault happens.
func After(n int) FaultPart { return func(f *Fault) { f.skip = n } }

// When makes a fault happen only to requests that match. The function may read
// the body of the request.
func When(match func(*http.Request) bool) FaultPart { return func(f *Fault) { f.when = match } }

// faultList contains the faults that aren't used up, in order.
type faultList struct {
	mu   sync.Mutex
	list []*Fault
}

// take returns the fault that happens to a request, or nil, and the number of
// its earlier hits.
func (l *faultList) take(operation Operation, r *http.Request) (*Fault, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.list {
		if !f.concerns(operation, r) {
			continue
		}
		f.seen++
		if f.seen <= f.skip {
			continue
		}
		f.hits++
		if f.hits == f.times {
			l.list = slices.Delete(l.list, i, i+1)
		}
		return f, f.hits - 1
	}
	return nil, 0
}

func (f *Fault) concerns(operation Operation, r *http.Request) bool {
	if f.times == 0 || f.operation != operation && f.operation != Any {
		return false
	}
	if f.when == nil {
		return true
	}
	seen := r.Clone(r.Context())
	seen.Body, _ = r.GetBody() // never fails: the body is in memory
	return f.when(seen)
}

// wrap puts the layers of the fault around the platform.
func (f *Fault) wrap(h hit, platform http.HandlerFunc) http.HandlerFunc {
	for _, layer := range f.layers {
		platform = layer.wrap(h, platform)
	}
	return platform
}

// addLayer returns a part that adds a layer to a fault.
func addLayer(stage stage, wrap func(h hit, platform http.HandlerFunc) http.HandlerFunc) FaultPart {
	return func(f *Fault) { f.layers = append(f.layers, layer{stage, wrap}) }
}
