package spark_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// serverWithList returns a server with calls that follow one another by a minute, oldest first.
func serverWithList(t testing.TB, calls int, options ...sparktest.Option) *sparktest.Server {
	t.Helper()
	history := make([]sparktest.Call, calls)
	for i := range history {
		history[i] = sparktest.Call{
			ID: numberedID(i), Time: time.Now().UTC().Truncate(time.Millisecond).Add(time.Duration(i-calls) * time.Minute),
			User: fmt.Sprintf("user-%d", i%3), Purpose: fmt.Sprintf("purpose-%d", i%2),
		}
	}
	return sparktest.NewServer(t, append(options, sparktest.InMemory(), sparktest.Service("motor", "premium", history...))...)
}

func numberedID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

// foundIDs returns the IDs of the calls that a search lists.
func foundIDs(t testing.TB, calls func(func(*spark.CallSummary, error) bool)) []string {
	t.Helper()
	ids := []string{}
	for call, err := range calls {
		require.NoError(t, err)
		ids = append(ids, call.ID)
	}
	return ids
}

// searchOnce searches, and returns the last error.
func searchOnce(ctx context.Context, client *spark.Client) (last error) {
	for _, err := range client.Service("f", "s").Search(ctx, spark.Query{}) {
		last = err
	}
	return last
}

func idsDown(from, to int) []string {
	ids := []string{}
	for i := from; i >= to; i-- {
		ids = append(ids, numberedID(i))
	}
	return ids
}

func TestSearch(t *testing.T) {
	server := serverWithList(t, 250)
	service := newClient(t, server).Service(server.Folder, server.Service)
	require.Equal(t, idsDown(249, 0), foundIDs(t, service.Search(t.Context(), spark.Query{})))
	require.Len(t, server.Requests(sparktest.Search), 3)

	oldest := foundIDs(t, service.Search(t.Context(), spark.Query{}, spark.WithOldestFirst(), spark.WithPageSize(1000), nil))
	slices.Reverse(oldest)
	require.Equal(t, idsDown(249, 0), oldest)
	require.Len(t, server.Requests(sparktest.Search), 4)

	for call, err := range service.Search(t.Context(), spark.Query{Text: numberedID(7)}) {
		require.NoError(t, err)
		require.Empty(t, call.Problems())
		want := server.Calls()[7]
		require.NotEmpty(t, call.EntryID)
		require.NotEmpty(t, call.EngineID)
		require.Equal(t, []any{want.ID, want.Time, want.TransactionDate, want.Service, want.Version, want.User, want.Purpose, want.SourceSystem, want.CalcTime, want.TotalTime},
			[]any{call.ID, call.LogTime, call.TransactionDate, call.Service, call.Version, call.User, call.Purpose, call.SourceSystem, call.CalcTime, call.TotalTime})
		raw, err := json.Marshal(call)
		require.NoError(t, err)
		require.JSONEq(t, string(call.JSON()), string(raw))
		require.Contains(t, string(raw), `"callGUID":"`+want.ID)
	}
}

// Each condition arrives as the platform expects it.
func TestSearchQuery(t *testing.T) {
	var got gen.SearchRequest
	w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/api/v1/product/a%2Fb/engines/c%20d/logs", r.URL.EscapedPath())
		require.Equal(t, "t", r.Header.Get("x-tenant-name"))
		got = gen.SearchRequest{}
		require.NoError(t, json.NewDecoder(r.Body).Decode(&got))
		respond(`{"status":"Success","data":[]}`)(w, r)
	})
	service := w.bearer().Service("a/b", "c d")
	march := time.Date(2026, 3, 8, 1, 0, 0, 1, time.FixedZone("", 3600))
	value := func(field gen.SearchTermField, value string) gen.SearchTerm {
		return gen.SearchTerm{Field: field, Value: &value}
	}
	id := anyCallID
	for name, test := range map[string]struct {
		query spark.Query
		want  []gen.SearchTerm
	}{
		"an end": {spark.Query{To: march}, []gen.SearchTerm{value("StartDate", "2026-03-01T00:00:00.000Z"), value("EndDate", "2026-03-08T00:00:00.001Z")}},
		"all": {spark.Query{From: march, To: march.AddDate(0, 1, 0), User: "u", Purpose: "p", VersionID: id, Text: "x"}, []gen.SearchTerm{
			value("StartDate", "2026-03-08T00:00:00.000Z"), value("EndDate", "2026-04-08T00:00:00.001Z"), {Field: "version", ID: &id},
			value("CallPurpose", "p"), value("username", "u"), value("search", "x"),
		}},
	} {
		require.Empty(t, foundIDs(t, service.Search(t.Context(), test.query)), name)
		require.Equal(t, gen.SearchRequest{Search: test.want, Page: 1, PageSize: 100, Sort: "-updated"}, got, name)
	}
	require.Empty(t, foundIDs(t, service.Search(t.Context(), spark.Query{}, spark.WithOldestFirst(), spark.WithPageSize(1000))))
	require.Len(t, got.Search, 1)
	start, err := time.Parse(time.RFC3339, *got.Search[0].Value)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().AddDate(0, 0, -7), start, time.Minute)
	require.Equal(t, []any{1000, "updated"}, []any{got.PageSize, got.Sort})
}

func TestSearchRefusesBadInputBeforeSending(t *testing.T) {
	server := serverWithList(t, 1)
	client := newClient(t, server)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	check := func(service *spark.Service, query spark.Query, name string, opts ...spark.SearchOption) {
		t.Helper()
		var argument *spark.ArgumentError
		for call, err := range service.Search(t.Context(), query, opts...) {
			require.Nil(t, call)
			require.ErrorAs(t, err, &argument)
		}
		require.NotNil(t, argument)
		require.Equal(t, name, argument.Name)
	}
	service := client.Service(server.Folder, server.Service)
	check(client.Service("..", "s"), spark.Query{}, "folder")
	check(service, spark.Query{From: day, To: day.Add(-1)}, "Query.To")
	check(service, spark.Query{From: day.AddDate(9000, 0, 0)}, "Query.From")
	check(service, spark.Query{VersionID: "1.2.3"}, "Query.VersionID")
	check(service, spark.Query{User: " "}, "Query.User")
	check(service, spark.Query{Purpose: "\t"}, "Query.Purpose")
	check(service, spark.Query{Text: " "}, "Query.Text")
	for _, size := range []int{-1, 99, 1001} {
		check(service, spark.Query{}, "WithPageSize", spark.WithPageSize(size))
	}
	require.Empty(t, server.Requests())
}

// Calls that arrive while one pages move others to later pages.
func TestSearchWhileCallsArrive(t *testing.T) {
	for _, arrivals := range []int{1, 99, 100, 101, 230} {
		server := serverWithList(t, 1050)
		for page := 1; page <= 3; page++ {
			server.Fault(sparktest.Search, sparktest.After(page), sparktest.Do(func(*http.Request) {
				require.NoError(t, server.AddCalls("motor", "premium", make([]sparktest.Call, arrivals)...))
			}))
		}
		service := newClient(t, server).Service(server.Folder, server.Service)
		ids := foundIDs(t, service.Search(t.Context(), spark.Query{}))
		twice := slices.Sorted(slices.Values(ids))
		require.Len(t, slices.Compact(twice), len(ids), arrivals)
		ids = slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, "00000000-") }) // those that arrived
		require.Equal(t, idsDown(1049, 0), ids, arrivals)
	}
}

// pagesOf returns a service whose platform responds with pages of so many items; it says that there is always a next one.
func pagesOf(t *testing.T, sizes ...int) *spark.Service {
	n := 0
	return apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
		var request gen.SearchRequest
		require.NoError(t, json.NewDecoder(r.Body).Decode(&request))
		require.LessOrEqual(t, request.Page, len(sizes), "a page too many")
		items := make([]string, sizes[request.Page-1])
		for i := range items {
			items[i], n = fmt.Sprintf(`{"id":%d,"callGUID":"c"}`, n), n+1
		}
		respond(`{"status":"Success","data":[`+strings.Join(items, ",")+`],"next":7,"count":1000}`)(w, r)
	}).bearer().Service("f", "s")
}

func TestSearchStopsAtAPageThatIsNotFull(t *testing.T) {
	for _, sizes := range [][]int{{0}, {1}, {99}, {100, 0}, {100, 100, 99}, {250, 3}} {
		want := 0
		for _, size := range sizes {
			want += size
		}
		require.Len(t, foundIDs(t, pagesOf(t, sizes...).Search(t.Context(), spark.Query{})), want, sizes)
	}
}

func entryJSON(id string) string { return `{"id":"` + id + `","callGUID":"c"}` }

// Without a call ID, an entry is recognized by all of its members.
func TestSearchListsEntriesWithoutCallID(t *testing.T) {
	service := apiWorld(t, respond(`{"data":[{"id":1,"username":"a"},{"id":1,"username":"b"},{"id":1,"username":"a"}]}`)).bearer().Service("f", "s")
	require.Len(t, foundIDs(t, service.Search(t.Context(), spark.Query{})), 2)
}

func TestSearchEndsIfThePlatformRepeatsPages(t *testing.T) {
	full := `{"data":[` + strings.Repeat(entryJSON("1")+",", 99) + entryJSON("2") + `]}`
	w := apiWorld(t, respond(full))
	var last error
	count := 0
	for _, err := range w.bearer().Service("f", "s").Search(t.Context(), spark.Query{}) {
		count++
		last = err
	}
	require.Equal(t, 3, count)
	require.ErrorIs(t, last, spark.ErrUnexpectedResponse)
	require.ErrorContains(t, last, "the platform lists the same calls on page after page")
	require.Less(t, len(w.requests(apiOrigin)), 12)
}

// What is not a page of calls is an error that says so.
func TestSearchResponses(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   error
		want   string
	}{
		"error under 200":   {200, `{"status":"Error","data":null,"errorCode":"INVALID_TOKEN","message":"The token is invalid","count":0}`, spark.ErrUnauthorized, "The token is invalid: INVALID_TOKEN"},
		"code alone":        {200, `{"data":null,"errorCode":"SERVICE_NOT_FOUND"}`, spark.ErrNotFound, "SERVICE_NOT_FOUND"},
		"unknown code":      {200, `{"status":"Error","errorCode":"E1","message":"m"}`, spark.ErrBadRequest, "m: E1"},
		"error with list":   {200, `{"status":"Error","data":[]}`, spark.ErrBadRequest, "bad request"},
		"403":               {403, `{"status":"Error","errorCode":"X","message":"not you"}`, spark.ErrForbidden, "not you: X"},
		"403, newer form":   {403, `{"status":"Error","error":{"error_type":"X","message":"not you"}}`, spark.ErrForbidden, "not you: X"},
		"409":               {409, `{"message":"m"}`, spark.ErrConflict, `{\"message\":\"m\"}`},
		"HTML":              {200, `<html>`, spark.ErrUnexpectedResponse, "HTML, probably a gateway's"},
		"empty":             {200, ``, spark.ErrUnexpectedResponse, "the response is empty"},
		"no data":           {200, `{"status":"Success"}`, spark.ErrUnexpectedResponse, "the response has no data"},
		"null, yet a count": {200, `{"status":"Success","data":null,"count":3}`, spark.ErrUnexpectedResponse, `"data" of the response is not a list of calls`},
		"an object":         {200, `{"data":{"a":1}}`, spark.ErrUnexpectedResponse, `"data" of the response is not a list of calls`},
		"a string":          {200, `{"data":["x"]}`, spark.ErrUnexpectedResponse, "call 1 of page 1: it is not an object"},
		"null item":         {200, `{"data":[` + entryJSON("1") + `,null]}`, spark.ErrUnexpectedResponse, "call 2 of page 1: it is not an object"},
		"something else":    {200, `{"data":[{"a":1}]}`, spark.ErrUnexpectedResponse, "call 1 of page 1: an object without any member of a listed call"},
		"nothing found":     {200, `{"status":"Success","data":null,"count":0}`, nil, ""},
		"found":             {200, "\ufeff" + `{"status":null,"errorCode":"","message":"ok","data":[` + entryJSON("1") + `]}`, nil, ""},
	} {
		err := searchOnce(t.Context(), apiWorld(t, respondBody(test.status, test.body)).bearer())
		if test.kind == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, test.kind, name)
		require.ErrorContains(t, err, "search calls: ", name)
		require.ErrorContains(t, err, test.want, name)
		require.NotEmpty(t, errorAs[*spark.APIError](t, err).RequestID, name)
	}
}

// A field that can't be read is a problem, and the rest of the call is fine.
func TestSearchProblems(t *testing.T) {
	entry := `{"id":7,"callGUID":null,"username":["x"],"timeStamp":"yesterday","calcTime":"25.5","totalTime":"soon","correlationId":12.50,"transactionDate":" ","serviceName":"a` + "\xff" + `","new":{"deep":[1]}}`
	w := apiWorld(t, respond(`{"data":[`+entry+`]}`))
	for call, err := range w.bearer().Service("f", "s").Search(t.Context(), spark.Query{}) {
		require.NoError(t, err)
		require.Equal(t, entry, string(call.JSON()))
		require.Equal(t, []any{"7", "", "", "12.50", 25500 * time.Microsecond, time.Duration(0), time.Time{}, time.Time{}},
			[]any{call.EntryID, call.ID, call.User, call.CorrelationID, call.CalcTime, call.TotalTime, call.LogTime, call.TransactionDate})
		require.Equal(t, "a\uFFFD", call.Service)
		require.Equal(t, []record.Problem{
			{Path: "$.username", Raw: `["x"]`, Reason: "neither a string nor a number"},
			{Path: "$.timeStamp", Raw: `"yesterday"`, Reason: "not a timestamp in a known form, such as 2026-03-01T08:15:30.123Z"},
			{Path: "$.totalTime", Raw: `"soon"`, Reason: "not a number of milliseconds"},
			{Path: "$", Raw: "\xff", Reason: "invalid Unicode"},
		}, call.Problems())
	}
	_, err := json.Marshal(&spark.CallSummary{})
	require.Error(t, err)
	require.Nil(t, (&spark.CallSummary{}).JSON())
}

// The next page is fetched while the caller works, and only one.
func TestSearchFetchesOnePageAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := serverWithList(t, 450)
		server.Fault(sparktest.Search, sparktest.Delay(time.Second), sparktest.Always())
		service := newClient(t, server).Service(server.Folder, server.Service)
		begin, i := time.Now(), 0
		for _, err := range service.Search(t.Context(), spark.Query{}) {
			require.NoError(t, err)
			if i%100 == 0 {
				require.Equal(t, time.Second+time.Duration(i/100)*2*time.Second, time.Since(begin))
				time.Sleep(2 * time.Second)
				require.Len(t, server.Requests(sparktest.Search), min(i/100+2, 5))
			}
			i++
		}
		require.Equal(t, 450, i)
	})
}

// A loop that ends leaves no goroutine and no request, however it ends.
func TestSearchLeavesNothingBehind(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *spark.Service){
		"break": func(t *testing.T, service *spark.Service) {
			for _, err := range service.Search(t.Context(), spark.Query{}) {
				require.NoError(t, err)
				break
			}
		},
		"panic": func(t *testing.T, service *spark.Service) {
			require.Panics(t, func() {
				for range service.Search(t.Context(), spark.Query{}) {
					panic("of the caller")
				}
			})
		},
		"cancel": func(t *testing.T, service *spark.Service) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			count, last := 0, error(nil)
			for _, err := range service.Search(ctx, spark.Query{}) {
				if count++; count == 3 {
					cancel()
				}
				last = err
			}
			require.ErrorIs(t, last, context.Canceled)
			require.Equal(t, 4, count)
		},
		"deadline": func(t *testing.T, service *spark.Service) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			count, last := 0, error(nil)
			for _, err := range service.Search(ctx, spark.Query{}) {
				count++
				last = err
			}
			require.ErrorIs(t, last, context.DeadlineExceeded)
			require.ErrorAs(t, last, new(*spark.APIError))
			require.Equal(t, 101, count)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := serverWithList(t, 450)
				server.Fault(sparktest.Search, sparktest.After(1), sparktest.Hang(), sparktest.Always())
				begin := time.Now()
				end(t, newClient(t, server).Service(server.Folder, server.Service))
				require.Empty(t, goroutinesOfTheLibrary())
				require.LessOrEqual(t, time.Since(begin), time.Second)
			})
		})
	}
}

// Whatever the platform responds with is listed as it is, or is an error of one line.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		`{"status":"Success","data":[{"id":41,"transactionDate":"2026-03-01T00:00:00Z","timeStamp":"2026-03-01T08:15:30.123Z","callGUID":"` + anyCallID + `","calcTime":"25","totalTime":"60","log":null,"username":"u"}],"errorCode":null,"message":null,"count":1,"next":0,"previous":0}`,
		`{"status":"Error","data":null,"errorCode":"INVALID_TOKEN","message":"m"}`, `{"data":[{"id":{}, "calcTime":1e99}]}`, `{"data":null,"count":0}`, `[]`, `<html>`, "{\"data\":[{\"user\\u006eame\":\"\xff\"}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := apiWorld(t, respond(string(body)))
		client := w.bearer(oneAttempt)
		failed := false
		for call, err := range client.Service("f", "s").Search(t.Context(), spark.Query{}) {
			require.False(t, failed, "the sequence goes on after an error")
			if failed = err != nil; failed {
				require.Nil(t, call)
				require.ErrorAs(t, err, new(*spark.APIError))
				require.NotContains(t, err.Error(), "\n")
				continue
			}
			require.True(t, json.Valid(call.JSON()))
			require.True(t, bytes.Contains(body, call.JSON()))
			require.Equal(t, time.UTC, call.LogTime.Location())
		}
	})
}
