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
	permission string // that an API key's group needs (published page)
}

var (
	opGetCall = operation{
		id: "getLogGetExecutionHistoryByCallid", name: "get call",
		retry: retryRead, permission: "Spark.DownloadAPILog.json",
	}
	opWorkbook = operation{
		id: "getDownloadXML", name: "download as Excel",
		retry: retryRead, permission: "Spark.DownloadAPILog.json",
	}
	opLegacyWorkbook = operation{
		id: "getDownload", name: "download as Excel (legacy)",
		retry: retryRead, permission: "Spark.DownloadAPILog.json",
	}
	opStartCSV = operation{
		id: "postLogDownloadCSV", name: "start CSV export",
		retry: retryUnacted, permission: "Spark.DownloadCsvLog.json",
	}
	opCSVStatus = operation{
		id: "getLogDownloadCSVStatus", name: "get CSV export status",
		retry: retryRead, permission: "Spark.DownloadCsvLog.json",
	}
	opStartJSON = operation{
		id: "postLogDownloadJSON", name: "start JSON export",
		retry: retryUnacted, permission: "Spark.DownloadJSONLog.json",
	}
	opJSONStatus = operation{
		id: "getLogDownloadJSONStatus", name: "get JSON export status",
		retry: retryRead, permission: "Spark.DownloadJSONLog.json",
	}
	// Which permission it needs isn't documented.
	opSearch = operation{id: "searchCalls", name: "search calls", retry: retryRead}
	// The two below are requests of this library outside the document.
	opFile  = operation{name: "download file", retry: retryRead}
	opToken = operation{name: "get access token", retry: retryRead}
)

// operations are those of the document that the facade covers.
var operations = []operation{
	opGetCall, opWorkbook, opLegacyWorkbook, opStartCSV, opCSVStatus, opStartJSON, opJSONStatus, opSearch,
}

// allPermissions is the permission for all operations (published page).
const allPermissions = "Spark.AllEncompassingProxy.json"

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
