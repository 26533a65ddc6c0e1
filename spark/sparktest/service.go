package sparktest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A service is a model with its history.
type service struct {
	folder, name string
	given        []Call  // as the option got them
	calls        []*Call // complete, by time
}

// complete fills in the calls and puts them in order.
func (s *service) complete(tenant string) error {
	if s.folder == "" || s.name == "" {
		return errors.New("folder and name must not be empty")
	}
	s.calls = make([]*Call, 0, len(s.given))
	for i, call := range s.given {
		if err := call.complete(i, tenant, s.folder, s.name); err != nil {
			return err
		}
		s.calls = append(s.calls, &call)
	}
	slices.SortStableFunc(s.calls, func(a, b *Call) int { return a.Time.Compare(b.Time) })
	return nil
}

// history finds services and calls. It never changes.
type history struct {
	services map[[2]string]*service
	records  map[string][]*Call // by call ID, then by index
}

func newHistory(services []*service) (*history, error) {
	h := &history{services: make(map[[2]string]*service), records: make(map[string][]*Call)}
	for _, s := range services {
		key := [2]string{s.folder, s.name}
		if h.services[key] != nil {
			return nil, fmt.Errorf("service %s/%s is given twice", s.folder, s.name)
		}
		h.services[key] = s
		for _, call := range s.calls {
			id := strings.ToLower(call.ID)
			h.records[id] = append(h.records[id], call)
		}
	}
	for id, records := range h.records {
		slices.SortStableFunc(records, func(a, b *Call) int { return a.Index - b.Index })
		for i, record := range records {
			if record.Index != i {
				return nil, fmt.Errorf("call %s: records must be numbered 0, 1, 2, …: number %d is missing or there twice", id, i)
			}
		}
	}
	return h, nil
}

// service is nil where there is none.
func (h *history) service(folder, name string) *service {
	return h.services[[2]string{folder, name}]
}

// record gives one record of a call; without an index the last. It is nil
// where there is no such call; ok is false if the index is out of bounds.
func (h *history) record(id string, index *int) (call *Call, ok bool) {
	records := h.records[strings.ToLower(id)]
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
