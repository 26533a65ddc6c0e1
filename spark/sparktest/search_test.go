package sparktest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// searchPage is a response to a search.
type searchPage struct {
	Status         string
	Data           []searchItem
	ErrorCode      *string
	Message        *string
	Count          int
	Next, Previous int
}

type searchItem struct {
	ID, TimeStamp, CallGUID, ServiceName, ServiceVersion string
	CalcTime, TotalTime, Username                        string
	CorrelationID                                        *string
}

// search posts a request of a service's client.
func (c *client) search(request gen.SearchRequest) (int, searchPage) {
	c.t.Helper()
	resp, body, err := read(c.SearchCalls(c.t.Context(), c.Folder, c.Service, request, func(_ context.Context, req *http.Request) error {
		req.Header.Set("x-tenant-name", c.Tenant)
		return nil
	}))
	require.NoError(c.t, err)
	var page searchPage
	require.NoError(c.t, json.Unmarshal(body, &page), "%s", body)
	return resp.StatusCode, page
}

func newest(page, size int, terms ...gen.SearchTerm) gen.SearchRequest {
	return gen.SearchRequest{Search: append([]gen.SearchTerm{}, terms...), Page: page, PageSize: size, Sort: "-updated"}
}

func term(field gen.SearchTermField, value string) gen.SearchTerm {
	if field == gen.SearchTermFieldVersion {
		return gen.SearchTerm{Field: field, ID: &value}
	}
	return gen.SearchTerm{Field: field, Value: &value}
}

// ids are the call IDs of a page.
func (p searchPage) ids() []string {
	var ids []string
	for _, item := range p.Data {
		ids = append(ids, item.CallGUID)
	}
	return ids
}

func TestSearchFilters(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), filtered())
	c := newClient(t, s, goodToken)
	version := s.Calls()[3].VersionID
	for name, test := range map[string]struct {
		terms []gen.SearchTerm
		want  []int
	}{
		"all, newest first":  {nil, []int{3, 2, 1, 0}},
		"from":               {[]gen.SearchTerm{term("StartDate", "2026-03-02T00:00:00.000Z")}, []int{3, 2}},
		"until":              {[]gen.SearchTerm{term("EndDate", "2026-03-02T00:00:00.000Z")}, []int{2, 1, 0}},
		"user":               {[]gen.SearchTerm{term("username", "ada")}, []int{0}},
		"purpose":            {[]gen.SearchTerm{term("CallPurpose", "Quote")}, []int{0}},
		"version":            {[]gen.SearchTerm{term("version", version)}, []int{3}},
		"a call ID":          {[]gen.SearchTerm{term("search", namedID(1))}, []int{1}},
		"a correlation ID":   {[]gen.SearchTerm{term("search", "batch")}, []int{3, 2}},
		"a source system":    {[]gen.SearchTerm{term("search", "Portal")}, []int{3}},
		"several conditions": {[]gen.SearchTerm{term("search", "batch"), term("EndDate", "2026-03-02T11:00:00.000Z")}, []int{2}},
		"nothing":            {[]gen.SearchTerm{term("username", "nobody")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			code, page := c.search(newest(1, 100, test.terms...))
			require.Equal(t, http.StatusOK, code)
			require.Equal(t, "Success", page.Status)
			require.NotNil(t, page.Data)
			require.Equal(t, len(test.want), page.Count)
			var want []string
			for _, i := range test.want {
				want = append(want, namedID(i))
			}
			require.Equal(t, want, page.ids())
		})
	}
}

func TestSearchPages(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), filtered())
	c := newClient(t, s, goodKey)
	request := gen.SearchRequest{Search: []gen.SearchTerm{}, PageSize: 3, Sort: "updated"}
	for page, want := range map[int]struct {
		ids            []string
		next, previous int
	}{
		1: {[]string{namedID(0), namedID(1), namedID(2)}, 2, 0},
		2: {[]string{namedID(3)}, 0, 1},
		3: {nil, 0, 2},
	} {
		request.Page = page
		_, got := c.search(request)
		require.Equal(t, want.ids, got.ids())
		require.Equal(t, []int{4, want.next, want.previous}, []int{got.Count, got.Next, got.Previous})
	}
	request.Page, request.PageSize = 1<<40, 1<<40
	_, got := c.search(request)
	require.Empty(t, got.Data)
	require.Equal(t, 4, got.Count)
}

// A call that several records belong to is found once, as its last record.
func TestSearchItems(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 15, 30, 123456000, time.UTC)
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "s",
		sparktest.Call{ID: noSuchID, Time: at, User: "first"},
		sparktest.Call{ID: noSuchID, Index: 1, Time: at, User: "second", CorrelationID: "c", CalcTime: 25 * time.Millisecond, TotalTime: time.Minute},
	))
	_, page := newClient(t, s, goodToken).search(newest(1, 10))
	require.Len(t, page.Data, 1)
	item := page.Data[0]
	require.NotEmpty(t, item.ID)
	item.ID = ""
	correlation := "c"
	require.Equal(t, searchItem{
		TimeStamp: "2026-03-01T08:15:30.123456", CallGUID: noSuchID, ServiceName: "s", ServiceVersion: "1.0.0",
		CalcTime: "25", TotalTime: "60000", Username: "second", CorrelationID: &correlation,
	}, item)
}

// Calls that arrive between two requests move others to a later page.
func TestSearchWhileCallsArrive(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), filtered())
	c := newClient(t, s, goodToken)
	s.Fault(sparktest.Search, sparktest.After(1), sparktest.Do(func(*http.Request) {
		require.NoError(t, s.AddCalls("f", "s", sparktest.Call{User: "new"}))
	}))
	_, first := c.search(newest(1, 2))
	_, second := c.search(newest(2, 2))
	require.Equal(t, []string{namedID(3), namedID(2)}, first.ids())
	require.Equal(t, []string{namedID(2), namedID(1)}, second.ids())
	require.Equal(t, 5, second.Count)

	calls := s.Calls()
	require.Equal(t, "new", calls[4].User)
	require.Equal(t, calls[3].Time.Add(time.Second), calls[4].Time)
	c.succeed(c.getCall(calls[4].ID, nil))
	require.Error(t, s.AddCalls("f", "other"))
	require.Error(t, s.AddCalls("f", "s", sparktest.Call{ID: namedID(0)}))
	require.Error(t, s.AddCalls("f", "s", sparktest.Call{ID: "x"}))
}

func TestSearchRefusals(t *testing.T) {
	var found violations
	s := sparktest.NewServer(t, sparktest.InMemory(), found.option())
	path := "http://localhost:8080/api/v1/product/motor/engines/premium/logs"
	for name, test := range map[string]struct {
		method, url, body string
		header            []string
		code              int
		errorCode         string
		violation         bool
	}{
		"no credential":    {body: `{"search":[],"page":1,"pageSize":1,"sort":"-updated"}`, header: []string{"Authorization", ""}, code: 401, errorCode: "INVALID_TOKEN", violation: true},
		"no permission":    {body: `{"search":[],"page":1,"pageSize":1,"sort":"-updated"}`, header: []string{"Authorization", "Bearer " + s.ForbiddenToken}, code: 403, errorCode: "PERMISSION_DENIED"},
		"no tenant":        {body: `{"search":[],"page":1,"pageSize":1,"sort":"-updated"}`, header: []string{"x-tenant-name", ""}, code: 401, errorCode: "INVALID_TOKEN", violation: true},
		"unknown service":  {url: path[:len(path)-len("premium/logs")] + "x/logs", body: `{"search":[],"page":1,"pageSize":1,"sort":"-updated"}`, code: 404, errorCode: "SERVICE_NOT_FOUND"},
		"another method":   {method: http.MethodPut, body: `{}`, code: 405, errorCode: "METHOD_NOT_ALLOWED", violation: true},
		"no JSON":          {body: `{`, code: 400, errorCode: "INVALID_REQUEST", violation: true},
		"no body":          {code: 400, errorCode: "INVALID_REQUEST", violation: true},
		"page 0":           {body: `{"search":[],"page":0,"pageSize":1,"sort":"-updated"}`, code: 400, errorCode: "INVALID_REQUEST", violation: true},
		"no size":          {body: `{"search":[],"page":1,"sort":"-updated"}`, code: 400, errorCode: "INVALID_REQUEST", violation: true},
		"another sort":     {body: `{"search":[],"page":1,"pageSize":1,"sort":"name"}`, code: 400, errorCode: "INVALID_REQUEST"},
		"an unknown field": {body: `{"search":[{"field":"x","value":"y"}],"page":1,"pageSize":1,"sort":"updated"}`, code: 400, errorCode: "INVALID_REQUEST", violation: true},
		"no value":         {body: `{"search":[{"field":"username"}],"page":1,"pageSize":1,"sort":"updated"}`, code: 400, errorCode: "INVALID_REQUEST"},
		"a bad date":       {body: `{"search":[{"field":"EndDate","value":"1 May"}],"page":1,"pageSize":1,"sort":"updated"}`, code: 400, errorCode: "INVALID_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			found.list = nil
			c := newUncheckedClient(t, s, goodToken, s.Transport())
			header := append([]string{"Authorization", "Bearer " + s.BearerToken, "x-tenant-name", s.Tenant, "Content-Type", "application/json"}, test.header...)
			resp, body := c.request(cmp.Or(test.method, http.MethodPost), cmp.Or(test.url, path), test.body, header...)
			var page searchPage
			require.NoError(t, json.Unmarshal(body, &page), "%s", body)
			require.Equal(t, test.code, resp.StatusCode)
			require.Equal(t, "Error", page.Status)
			require.Nil(t, page.Data)
			require.Equal(t, test.errorCode, *page.ErrorCode)
			require.NotEmpty(t, *page.Message)
			require.Equal(t, test.violation, len(found.list) > 0, fmt.Sprint(found.list))
		})
	}
}

// Faults have the form of the search's own envelope.
func TestSearchFaults(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	for want, fault := range map[string]sparktest.FaultPart{
		"503 SERVICE_UNAVAILABLE": sparktest.Status(503),
		"200 PROCESSING_FAILED":   sparktest.ErrorStatus(),
	} {
		s.Fault(sparktest.Search, fault)
		code, page := c.search(newest(1, 10))
		require.Equal(t, want, fmt.Sprint(code, " ", *page.ErrorCode))
		require.Equal(t, "Error", page.Status)
	}
	_, page := c.search(newest(1, 10))
	require.Len(t, page.Data, 10)
	require.Len(t, s.Requests(sparktest.Search), 3)
}
