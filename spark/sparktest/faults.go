package sparktest

import (
	"net/http"
	"slices"
	"sync"
)

// A FaultPart says when a fault happens, or what happens then.
type FaultPart func(*Fault)

// A Fault is a misbehaviour that Server.Fault scripted.
type Fault struct {
	operation Operation
	skip      int // requests to let by first
	times     int // how often it happens; negative for always
	when      func(*http.Request) bool

	prepare []func(*hit)                             // before the platform acts
	instead func(*hit) *answer                       // the answer, if the platform doesn't act
	change  []func(*hit, *answer)                    // what becomes of the answer
	deliver func(http.ResponseWriter, *hit, *answer) // how it is sent

	list *faultList
	seen int // requests that it could have happened to
	hits int
}

// A hit is one request to which a fault happens.
type hit struct {
	server   *Server
	endpoint endpoint
	request  *http.Request
	number   int // of the fault's earlier hits
}

// Fault makes an operation misbehave, once if the parts don't say when. What
// the parts leave open, the platform does as always: with a part that only
// changes the answer or its delivery it still acts, so a job may be started
// although its answer is lost.
//
// Faults of one operation happen in the order in which they were scripted: a
// request is for the first of them that isn't used up and lets it not by.
func (s *Server) Fault(operation Operation, parts ...FaultPart) *Fault {
	f := &Fault{operation: operation, times: 1, deliver: deliverWhole, list: &s.faults}
	for _, part := range parts {
		part(f)
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, f)
	return f
}

// Hits is how often the fault has happened.
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

// Times lets a fault happen to n requests.
func Times(n int) FaultPart { return func(f *Fault) { f.times = n } }

// Always lets a fault happen to every request.
func Always() FaultPart { return Times(-1) }

// After lets n requests by before a fault happens.
func After(n int) FaultPart { return func(f *Fault) { f.skip = n } }

// When lets a fault happen only to requests that match. The body can be read.
func When(match func(*http.Request) bool) FaultPart { return func(f *Fault) { f.when = match } }

// faultList holds the faults that aren't used up, in order.
type faultList struct {
	mu   sync.Mutex
	list []*Fault
}

// take finds the fault that happens to a request, if any, and counts.
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

// respond does to a request what the fault's parts say.
func (f *Fault) respond(w http.ResponseWriter, h *hit) {
	for _, prepare := range f.prepare {
		prepare(h)
	}
	a := &answer{code: http.StatusOK, header: make(http.Header)}
	if f.instead != nil {
		a = f.instead(h)
	} else {
		h.endpoint.answer(a, h.request)
	}
	for _, change := range f.change {
		change(h, a)
	}
	f.deliver(w, h, a)
}

// An answer is written to memory, to be changed and delivered.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

func (a *answer) Header() http.Header  { return a.header }
func (a *answer) WriteHeader(code int) { a.code = code }

func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}
