package spark

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// Query selects the calls of a search. A call must match all conditions that are set.
// The zero value selects the calls of the last seven days.
type Query struct {
	// From and To limit the log time. They are sent in UTC with milliseconds, rounded
	// outwards. If From is zero, it is seven days before To, or before now. If To is
	// zero, there is no end.
	From, To time.Time
	// User is the user's name; empty means any.
	User string
	// Purpose is the call purpose; empty means any.
	Purpose string
	// VersionID is the ID of a service version, a UUID; empty means any.
	VersionID string
	// Text is a call ID, a source system or a correlation ID; empty means any.
	Text string
}

// defaultSearchDays is how long before its end a search begins if it names no start.
const defaultSearchDays = 7

// Validate returns an [*ArgumentError] for a query that can't be sent.
func (q Query) Validate() error {
	return cmp.Or(
		checkSpan("Query.From", q.From, "Query.To", q.To),
		checkBlank("Query.User", q.User),
		checkBlank("Query.Purpose", q.Purpose),
		checkOptionalID("Query.VersionID", q.VersionID),
		checkBlank("Query.Text", q.Text),
	)
}

// terms returns the conditions as the platform expects them. Times are rounded outwards.
func (q Query) terms(now time.Time) []gen.SearchTerm {
	from, to := q.From, q.To
	if from.IsZero() {
		if from = to; to.IsZero() {
			from = now
		}
		from = from.AddDate(0, 0, -defaultSearchDays)
	}
	if !to.IsZero() {
		to = to.Add(time.Millisecond - 1).Truncate(time.Millisecond)
	}
	terms := []gen.SearchTerm{{Field: gen.SearchTermFieldStartDate, Value: timestampOf(from.Truncate(time.Millisecond), Date{})}}
	for _, term := range []gen.SearchTerm{
		{Field: gen.SearchTermFieldEndDate, Value: timestampOf(to, Date{})},
		{Field: gen.SearchTermFieldVersion, ID: pointerTo(q.VersionID)},
		{Field: gen.SearchTermFieldCallPurpose, Value: pointerTo(q.Purpose)},
		{Field: gen.SearchTermFieldUsername, Value: pointerTo(q.User)},
		{Field: gen.SearchTermFieldSearch, Value: pointerTo(q.Text)},
	} {
		if term.Value != nil || term.ID != nil {
			terms = append(terms, term)
		}
	}
	return terms
}

// The sizes of a page that [WithPageSize] allows. The smallest is the default.
const minPageSize, maxPageSize = 100, 1000

// Search lists the calls that match the query, without inputs and outputs, the newest
// first. It needs no export job. [Client.GetCall] fetches what a call calculated.
//
// The platform's own web page lists calls in this way, but the vendor doesn't document
// it. So it may change or disappear without notice.
//
// Pages are requested as the loop goes on, one ahead of it. A page that isn't full is
// the last one. If new calls arrive in the meantime, older ones move to later pages, but
// none is listed twice, unless the new calls fill more than seven pages.
//
// The error is an [*ArgumentError] before anything is sent, or an [*APIError], or the
// context's error. It ends the sequence.
func (s *Service) Search(ctx context.Context, query Query, opts ...SearchOption) iter.Seq2[*CallSummary, error] {
	options := collect(opts)
	return func(yield func(*CallSummary, error) bool) {
		request, err := s.searchRequest(query, options)
		if err != nil {
			yield(nil, err)
			return
		}
		s.eachFound(ctx, request, yield)
	}
}

func (s *Service) searchRequest(query Query, options methodOptions) (gen.SearchRequest, error) {
	if err := cmp.Or(s.check(), query.Validate()); err != nil {
		return gen.SearchRequest{}, err
	}
	pageSize := cmp.Or(options.pageSize, minPageSize)
	if pageSize < minPageSize || pageSize > maxPageSize {
		return gen.SearchRequest{}, invalid("WithPageSize", "%d is not between %d and %d calls", pageSize, minPageSize, maxPageSize)
	}
	sort := "-updated"
	if options.oldestFirst {
		sort = "updated"
	}
	return gen.SearchRequest{Search: query.terms(time.Now()), Sort: sort, Page: 1, PageSize: pageSize}, nil
}

// eachFound yields the calls of one page after another. While the caller works on a page,
// the next one is fetched. It returns when no request is in flight.
func (s *Service) eachFound(ctx context.Context, request gen.SearchRequest, yield func(*CallSummary, error) bool) {
	fetchCtx, cancel := context.WithCancel(ctx)
	next := s.fetchPage(fetchCtx, request)
	defer func() {
		cancel()
		if next != nil {
			<-next
		}
	}()
	var seen seenCalls
	for next != nil {
		page := <-next
		next = nil
		if page.err == nil && len(page.calls) >= request.PageSize {
			request.Page++
			next = s.fetchPage(fetchCtx, request)
		}
		calls := seen.filter(page.calls)
		if page.err == nil && seen.repeated > seenPages {
			page.err = page.state.unexpected("the platform lists the same calls on page after page")
		}
		for _, call := range calls {
			if ctx.Err() != nil {
				page.err = endedBy(ctx)
				break
			}
			if !yield(call, nil) {
				return
			}
		}
		if page.err != nil {
			yield(nil, page.err)
			return
		}
	}
}
