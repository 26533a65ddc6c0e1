package spark

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/sparkgo/spark-go/gen"
)

// searchPage is one page of a search, or why there is none.
type searchPage struct {
	calls []*CallSummary
	state *operationState
	err   error
}

func (s *Service) fetchPage(ctx context.Context, request gen.SearchRequest) chan searchPage {
	result := make(chan searchPage, 1)
	go func() {
		data, state, err := s.client.send(ctx, opSearch, func(ctx context.Context) (*http.Response, error) {
			return s.client.api.SearchCalls(ctx, s.folder, s.name, request)
		})
		page := searchPage{state: state, err: err}
		if err == nil {
			page.calls, page.err = parsePage(data, request, state)
		}
		result <- page
	}()
	return result
}

func parsePage(data json.RawMessage, request gen.SearchRequest, state *operationState) ([]*CallSummary, error) {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil || isNull(data) {
		return nil, state.unexpected("the member %q of the response is not a list of calls", searchDataMember)
	}
	calls := make([]*CallSummary, len(items))
	for i, item := range items {
		var err error
		if calls[i], err = parseSummary(string(item)); err != nil {
			return nil, state.unexpected("call %d of page %d: %w", i+1, request.Page, err)
		}
	}
	return calls, nil
}

// seenPages is how many pages a search remembers, to recognize calls that have moved to
// a later page because new ones arrived.
const seenPages = 8

// seenCalls are the calls of the last pages.
type seenCalls struct {
	pages    []map[string]bool
	repeated int // pages in a row without a new call
}

// filter returns the calls of a page that weren't on the pages before.
func (s *seenCalls) filter(calls []*CallSummary) []*CallSummary {
	page := make(map[string]bool, len(calls))
	var unseen []*CallSummary
	for _, call := range calls {
		key := call.key()
		if !page[key] && !slices.ContainsFunc(s.pages, func(earlier map[string]bool) bool { return earlier[key] }) {
			unseen = append(unseen, call)
		}
		page[key] = true
	}
	s.pages = append(s.pages[max(0, len(s.pages)+1-seenPages):], page)
	if s.repeated++; len(unseen) > 0 {
		s.repeated = 0
	}
	return unseen
}
