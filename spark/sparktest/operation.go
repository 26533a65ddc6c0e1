package sparktest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/sparkgo/spark-go/openapi"
)

// An Operation is something that the server can be asked for. The exports as
// CSV and as JSON are one operation: their requests differ in their paths.
type Operation string

const (
	GetCall        Operation = "GetCall"        // Get Call ID
	Workbook       Operation = "Workbook"       // Download as Excel
	LegacyWorkbook Operation = "LegacyWorkbook" // Download as Excel, the form for legacy workbooks
	StartExport    Operation = "StartExport"    // Download Log, start of the job
	JobStatus      Operation = "JobStatus"      // Download Log, status of the job
	Token          Operation = "Token"          // token endpoint
	File           Operation = "File"           // file host
	Unknown        Operation = "Unknown"        // anything else
	Any            Operation = "Any"            // all of them, for Server.Fault
)

// operations are those of the OpenAPI document that the server emulates.
var operations = map[string]Operation{
	"getLogGetExecutionHistoryByCallid": GetCall,
	"getDownloadXML":                    Workbook,
	"getDownload":                       LegacyWorkbook,
	"postLogDownloadCSV":                StartExport,
	"postLogDownloadJSON":               StartExport,
	"getLogDownloadCSVStatus":           JobStatus,
	"getLogDownloadJSONStatus":          JobStatus,
}

// A route is a path of the OpenAPI document, cut at its slashes, with the
// operation of each method.
type route struct {
	segments []string
	methods  map[string]string // method: operation ID
}

// routes is read from the document once in a process.
var routes = sync.OnceValue(func() []route {
	doc, err := openapi3.NewLoader().LoadFromData(openapi.Document)
	if err != nil {
		panic("sparktest: embedded OpenAPI document: " + err.Error())
	}
	var list []route
	for _, path := range doc.Paths.InMatchingOrder() {
		r := route{segments: strings.Split(path, "/"), methods: make(map[string]string)}
		for method, operation := range doc.Paths.Value(path).Operations() {
			r.methods[method] = operation.OperationID
		}
		list = append(list, r)
	}
	return list
})

// findRoute finds the route of an escaped path, and the path as the document
// writes it: clients write "downloadJSON" and "downloadcsv" in any case. An older
// page has the index of Get Call ID as a further segment of the path.
func findRoute(escapedPath string) (found *route, path, index string) {
	segments := strings.Split(escapedPath, "/")
	if r := routeOf(segments); r != nil {
		return r, strings.Join(r.canonical(segments), "/"), ""
	}
	last := len(segments) - 1
	if r := routeOf(segments[:last]); r.operation(http.MethodGet) == GetCall && segments[last] != "" {
		return r, strings.Join(r.canonical(segments[:last]), "/"), segments[last]
	}
	return nil, escapedPath, ""
}

func routeOf(segments []string) *route {
	for _, r := range routes() {
		if r.matches(segments) {
			return &r
		}
	}
	return nil
}

// operation is what a method asks the route for; the route may be nil.
func (r *route) operation(method string) Operation {
	if r != nil {
		if operation, ok := operations[r.methods[method]]; ok {
			return operation
		}
	}
	return Unknown
}

func isParameter(segment string) bool { return strings.HasPrefix(segment, "{") }

func (r *route) matches(segments []string) bool {
	return slices.EqualFunc(r.segments, segments, func(want, got string) bool {
		if isParameter(want) {
			return got != ""
		}
		return strings.EqualFold(want, got)
	})
}

func (r *route) canonical(segments []string) []string {
	path := slices.Clone(segments)
	for i, segment := range r.segments {
		if !isParameter(segment) {
			path[i] = segment
		}
	}
	return path
}

// allow lists the route's methods for the header Allow.
func (r *route) allow() string {
	var methods []string
	for method := range r.methods {
		methods = append(methods, method)
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// withIndex gives the request the query parameter index, unless there is none.
func withIndex(r *http.Request, index string) *http.Request {
	if index == "" {
		return r
	}
	r = r.Clone(r.Context())
	query := r.URL.Query()
	query.Set("index", index)
	r.URL.RawQuery = query.Encode()
	return r
}

// withPath gives the request another escaped path.
func withPath(r *http.Request, escapedPath string) *http.Request {
	path, err := url.PathUnescape(escapedPath)
	if err != nil {
		return r // no URL has such a path
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = path, escapedPath
	return r
}
