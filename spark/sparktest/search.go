package sparktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/gen"
)

// SearchCalls is the list of a service's calls.
func (a api) SearchCalls(w http.ResponseWriter, r *http.Request, folder gen.Folder, name gen.Service) {
	service := a.serviceFor(w, r, r.Header.Get("x-tenant-name"), folder, name, permissionRecord)
	if service == nil {
		return
	}
	var request gen.SearchRequest
	err := readJSON(r, &request)
	var filter filter
	if err == nil {
		filter, err = newSearchFilter(request)
	}
	if err != nil {
		Search.fail(w, errInvalid.details(err.Error()))
		return
	}
	found := slices.DeleteFunc(filter.apply(a.history.callsOf(service)), func(call *Call) bool {
		last, _ := a.history.record(call.ID, nil)
		return call != last
	})
	if strings.HasPrefix(request.Sort, "-") {
		slices.Reverse(found)
	}
	writeSearchPage(w, found, request.Page, request.PageSize)
}

// newSearchFilter returns the filter of a search, or what is wrong with it.
func newSearchFilter(request gen.SearchRequest) (filter, error) {
	var f filter
	switch {
	case request.Page < 1 || request.PageSize < 1:
		return f, fmt.Errorf("page %d of %d calls: both numbers must be at least 1", request.Page, request.PageSize)
	case strings.TrimPrefix(request.Sort, "-") != "updated":
		return f, fmt.Errorf("sort %q: expected updated or -updated", request.Sort)
	}
	for _, term := range request.Search {
		value := term.Value
		if term.Field == gen.SearchTermFieldVersion {
			value = term.ID
		}
		if value == nil {
			return f, fmt.Errorf("search field %s has no value", term.Field)
		}
		switch term.Field {
		case gen.SearchTermFieldStartDate, gen.SearchTermFieldEndDate:
			t, width, err := parseDate(string(term.Field), value)
			if err != nil {
				return f, err
			}
			if term.Field == gen.SearchTermFieldStartDate {
				f.from = t
			} else {
				f.until = t.Add(width)
			}
		case gen.SearchTermFieldVersion:
			f.versionID = *value
		case gen.SearchTermFieldCallPurpose:
			f.purpose = value
		case gen.SearchTermFieldUsername:
			f.user = value
		case gen.SearchTermFieldSearch:
			f.callIDs = []string{*value}
		default:
			return f, fmt.Errorf("there is no search field %q", term.Field)
		}
	}
	return f, nil
}

// writeSearchPage responds with one page of the calls that were found.
func writeSearchPage(w http.ResponseWriter, found []*Call, page, size int) {
	size = min(size, len(found)+1) // page*size can't overflow
	page = min(page, len(found)+2)
	from := min(len(found), (page-1)*size)
	to := min(len(found), from+size)
	items := []json.RawMessage{}
	for _, call := range found[from:to] {
		items = append(items, searchItem(call))
	}
	next := page + 1
	if to == len(found) {
		next = 0
	}
	writeJSON(w, http.StatusOK, jsonObject("status", statusSuccess, "data", items,
		"errorCode", nil, "message", nil, "count", len(found), "next", next, "previous", page-1))
}

// failSearch responds with an error in the envelope of searches.
func failSearch(w http.ResponseWriter, err *apiError) {
	message := http.StatusText(err.code)
	if len(err.AdditionalDetails) > 0 {
		message += ": " + string(err.AdditionalDetails)
	}
	writeJSON(w, err.code, jsonObject("status", statusError, "data", nil,
		"errorCode", err.Message, "message", message, "count", 0, "next", 0, "previous", 0))
}

// searchItem returns what a search returns for a call.
func searchItem(c *Call) json.RawMessage {
	var correlationID any
	if c.CorrelationID != "" {
		correlationID = c.CorrelationID
	}
	return fmt.Appendf(nil, `{"id":%s,"transactionDate":%s,"timeStamp":%s,"callGUID":%s,"engineGUID":%s,"engineHASH":null,`+
		`"serviceName":%s,"serviceVersion":%s,"calcTime":"%d","totalTime":"%d","callPurpose":%s,"sourceSystem":%s,"log":null,`+
		`"username":%s,"isBatchCall":null,"correlationId":%s}`,
		encode(namedUUID("item %s", c.ID)), encode(c.TransactionDate.Format(naiveTime)), encode(c.Time.Format(c.TimeLayout)),
		encode(c.ID), encode(namedUUID("service %s/%s", c.Folder, c.Service)),
		encode(c.Service), encode(c.Version), c.CalcTime.Milliseconds(), c.TotalTime.Milliseconds(),
		encode(c.Purpose), encode(c.SourceSystem), encode(c.User), encode(correlationID))
}
