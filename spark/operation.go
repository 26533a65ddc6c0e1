package spark

import (
	"context"
	"encoding/json"
	"net/url"
)

// operation is what the library knows of an operation beyond the document.
type operation struct {
	id         string // in openapi/spark.yaml
	name       string // in words, for errors and logs
	retry      retryClass
	permission string // that an API key's group needs
}

// The permissions that the published page names. It names none for a search.
const (
	permissionCall = "Spark.DownloadAPILog.json"
	permissionCSV  = "Spark.DownloadCsvLog.json"
	permissionJSON = "Spark.DownloadJSONLog.json"
	permissionAll  = "Spark.AllEncompassingProxy.json" // for all operations
)

var (
	opGetCall        = operation{"getLogGetExecutionHistoryByCallid", "get call", retryRead, permissionCall}
	opWorkbook       = operation{"getDownloadXML", "download as Excel", retryRead, permissionCall}
	opLegacyWorkbook = operation{"getDownload", "download as Excel (legacy)", retryRead, permissionCall}
	opStartCSV       = operation{"postLogDownloadCSV", "start CSV export", retryUnacted, permissionCSV}
	opCSVStatus      = operation{"getLogDownloadCSVStatus", "get CSV export status", retryRead, permissionCSV}
	opStartJSON      = operation{"postLogDownloadJSON", "start JSON export", retryUnacted, permissionJSON}
	opJSONStatus     = operation{"getLogDownloadJSONStatus", "get JSON export status", retryRead, permissionJSON}
	opSearch         = operation{"searchCalls", "search calls", retryRead, ""}
	// Requests outside the document.
	opFile  = operation{name: "download file", retry: retryRead}
	opToken = operation{name: "get access token", retry: retryRead}
)

// operationState is what the layers of the request path note about the requests of
// one operation. It travels in the context. Errors and events are made from it.
type operationState struct {
	operation operation
	// attempts counts the attempts, refreshes the requests repeated after a 401.
	attempts, refreshes int
	requestID           string
	// url is the URL of the last response.
	url        *url.URL
	notRetried string
	// interruption is why the wait for another attempt ended early.
	interruption []error
	// callerDone is set once the caller's own context has ended.
	callerDone bool
	// sentCredential is that of the last request. A server may repeat it.
	sentCredential secret
}

type operationKey struct{}

func withOperation(ctx context.Context, op operation) (context.Context, *operationState) {
	state := &operationState{operation: op}
	return context.WithValue(ctx, operationKey{}, state), state
}

// operationOf returns the state in the context. It is nil only above the topmost layer.
func operationOf(ctx context.Context) *operationState {
	state, _ := ctx.Value(operationKey{}).(*operationState)
	return state
}

// conceal takes the credential, other tokens and URLs out of what a server said.
func (s *operationState) conceal(text string) string {
	if !s.sentCredential.empty() {
		text = conceal(text, s.sentCredential.reveal())
	}
	return redact(text)
}

// concealJSON does the same to JSON. If the result isn't JSON any more, it returns a JSON
// string.
func (s *operationState) concealJSON(text json.RawMessage) json.RawMessage {
	shown := s.conceal(string(text))
	if json.Valid([]byte(shown)) {
		return json.RawMessage(shown)
	}
	quoted, _ := json.Marshal(shown) // never fails
	return quoted
}

// retryClass is when an operation may be repeated.
type retryClass int

const (
	// retryRead is for operations that change nothing. They are repeated after
	// connection errors and after 408, 429, 500, 502, 503 and 504.
	retryRead retryClass = iota
	// retryUnacted is for operations that start something. They are repeated only if
	// the platform certainly didn't act: when no connection was made, after 429, and
	// after 503 with Retry-After.
	retryUnacted
	// retryNever is for the status requests of a wait, which repeats them itself.
	retryNever
)
