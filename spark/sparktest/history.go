package sparktest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// A servedService is a model with its history of calls.
type servedService struct {
	folder, name string
	calls        []*Call // by time; replaced, never changed
}

// callStore contains the services and their calls.
type callStore struct {
	tenant string

	mu       sync.Mutex
	services []*servedService
	records  map[string][]*Call // by call ID, then by index
}

func newHistory(tenant string, given []givenService) (*callStore, error) {
	h := &callStore{tenant: tenant, records: make(map[string][]*Call)}
	for _, g := range given {
		switch {
		case g.folder == "" || g.name == "":
			return nil, fmt.Errorf("service %s/%s: folder and name must not be empty", g.folder, g.name)
		case h.find(g.folder, g.name) != nil:
			return nil, fmt.Errorf("service %s/%s is given twice", g.folder, g.name)
		}
		s := &servedService{folder: g.folder, name: g.name}
		h.services = append(h.services, s)
		if err := h.add(s, g.calls); err != nil {
			return nil, err
		}
	}
	return h, h.checkIndexes()
}

// add adds calls to a service, with all their fields.
func (h *callStore) add(s *servedService, given []Call) error {
	calls := slices.Clone(s.calls)
	for _, call := range given {
		if err := call.complete(len(calls), h.tenant, s.folder, s.name); err != nil {
			return fmt.Errorf("service %s/%s: %w", s.folder, s.name, err)
		}
		calls = append(calls, &call)
		id := strings.ToLower(call.ID)
		records := append(slices.Clone(h.records[id]), &call)
		slices.SortStableFunc(records, func(a, b *Call) int { return a.Index - b.Index })
		h.records[id] = records
	}
	slices.SortStableFunc(calls, func(a, b *Call) int { return a.Time.Compare(b.Time) })
	s.calls = calls
	return nil
}

func (h *callStore) checkIndexes() error {
	for id, records := range h.records {
		for i, record := range records {
			if record.Index != i {
				return fmt.Errorf("call %s: records must be numbered 0, 1, 2, …: number %d is missing or there twice", id, i)
			}
		}
	}
	return nil
}

// find returns a service, or nil.
func (h *callStore) find(folder, name string) *servedService {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.services {
		if s.folder == folder && s.name == name {
			return s
		}
	}
	return nil
}

// record returns one record of a call, the last without an index. It is nil if
// there is no such call; ok is false if the index is out of bounds.
func (h *callStore) record(id string, index *int) (call *Call, ok bool) {
	h.mu.Lock()
	records := h.records[strings.ToLower(id)]
	h.mu.Unlock()
	if len(records) == 0 {
		return nil, true
	}
	i := len(records) - 1
	if index != nil {
		i = *index
	}
	if i < 0 || i >= len(records) {
		return nil, false
	}
	return records[i], true
}

// callsOf returns the calls of a service.
func (h *callStore) callsOf(s *servedService) []*Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return s.calls
}

// Calls returns the records of all services, by service and time. Records of one
// v4 call follow each other.
func (s *Server) Calls() []Call {
	var calls []Call
	for _, service := range s.history.services {
		for _, call := range s.history.callsOf(service) {
			calls = append(calls, *call)
		}
	}
	return calls
}

// AddCalls adds calls of one record each to the history of a service. A call
// without a Time is one second newer than the newest one. To add a call while a
// client pages through a search, use
//
//	server.Fault(sparktest.Search, sparktest.After(1), sparktest.Do(func(*http.Request) { server.AddCalls(…) }))
func (s *Server) AddCalls(folder, name string, calls ...Call) error {
	service := s.history.find(folder, name)
	if service == nil {
		return fmt.Errorf("sparktest: there is no service %s/%s", folder, name)
	}
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	for _, call := range calls {
		if call.Index != 0 || len(s.history.records[strings.ToLower(call.ID)]) > 0 {
			return errors.New("sparktest: AddCalls adds new calls of one record each")
		}
		if n := len(service.calls); call.Time.IsZero() && n > 0 {
			call.Time = service.calls[n-1].Time.Add(time.Second)
		}
		if err := s.history.add(service, []Call{call}); err != nil {
			return fmt.Errorf("sparktest: %w", err)
		}
	}
	return nil
}
