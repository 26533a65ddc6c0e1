package sparktest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
	found := filter.apply(a.history.listOf(service))
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
	from := min(len(found), (page-1)*size)
	to := min(len(found), from+size)
	items := []searchItem{}
	for _, call := range found[from:to] {
		items = append(items, newSearchItem(call))
	}
	next := page + 1
	if to == len(found) {
		next = 0
	}
	writeJSON(w, http.StatusOK, searchEnvelope{
		Status: statusSuccess, Data: items, Count: len(found), Next: next, Previous: page - 1,
	})
}

// A searchEnvelope is the frame of the responses to searches.
type searchEnvelope struct {
	Status    string       `json:"status"`
	Data      []searchItem `json:"data"`
	ErrorCode *string      `json:"errorCode"`
	Message   *string      `json:"message"`
	Count     int          `json:"count"`
	Next      int          `json:"next"`
	Previous  int          `json:"previous"`
}

// failSearch responds with an error in that envelope.
func failSearch(w http.ResponseWriter, err *apiError) {
	message := http.StatusText(err.code)
	if len(err.AdditionalDetails) > 0 {
		message += ": " + string(err.AdditionalDetails)
	}
	writeJSON(w, err.code, searchEnvelope{Status: statusError, ErrorCode: &err.Message, Message: &message})
}

// A searchItem is what a search returns for a call.
type searchItem struct {
	ID              string  `json:"id"`
	TransactionDate string  `json:"transactionDate"`
	TimeStamp       string  `json:"timeStamp"`
	CallGUID        string  `json:"callGUID"`
	EngineGUID      string  `json:"engineGUID"`
	EngineHash      *string `json:"engineHASH"`
	ServiceName     string  `json:"serviceName"`
	ServiceVersion  string  `json:"serviceVersion"`
	CalcTime        string  `json:"calcTime"`
	TotalTime       string  `json:"totalTime"`
	CallPurpose     string  `json:"callPurpose"`
	SourceSystem    string  `json:"sourceSystem"`
	Log             *string `json:"log"`
	Username        string  `json:"username"`
	IsBatchCall     *bool   `json:"isBatchCall"`
	CorrelationID   *string `json:"correlationId"`
}

func newSearchItem(c *Call) searchItem {
	item := searchItem{
		ID:              namedUUID("item %s", c.ID),
		TransactionDate: c.TransactionDate.Format(naiveTime),
		TimeStamp:       c.Time.Format(c.TimeLayout),
		CallGUID:        c.ID,
		EngineGUID:      namedUUID("service %s/%s", c.Folder, c.Service),
		ServiceName:     c.Service,
		ServiceVersion:  c.Version,
		CalcTime:        strconv.FormatInt(c.CalcTime.Milliseconds(), 10),
		TotalTime:       strconv.FormatInt(c.TotalTime.Milliseconds(), 10),
		CallPurpose:     c.Purpose,
		SourceSystem:    c.SourceSystem,
		Username:        c.User,
	}
	if c.CorrelationID != "" {
		item.CorrelationID = &c.CorrelationID
	}
	return item
}
