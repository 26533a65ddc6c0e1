package sparktest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// An Operation is one of the things that the server does. The exports as CSV
// and as JSON are one operation: their requests differ in their paths.
type Operation string

const (
	GetCall        Operation = "GetCall"        // Get Call ID
	Search         Operation = "Search"         // list of a service's calls
	Workbook       Operation = "Workbook"       // Download as Excel
	LegacyWorkbook Operation = "LegacyWorkbook" // Download as Excel, the form for legacy workbooks
	StartExport    Operation = "StartExport"    // Download Log, start of the job
	JobStatus      Operation = "JobStatus"      // Download Log, status of the job
	Token          Operation = "Token"          // token endpoint
	File           Operation = "File"           // file host
	Unknown        Operation = "Unknown"        // anything else
	Any            Operation = "Any"            // all of them, for Server.Fault
)

// operationOf returns what a path of the OpenAPI document is for.
func operationOf(path string) Operation {
	for _, o := range []struct {
		fragment  string
		operation Operation
	}{
		{"/log/getexecutionhistorybycallid/", GetCall},
		{"/engines/", Search},
		{"/download/xml/", Workbook},
		{"/download/", LegacyWorkbook},
		{"/status/", JobStatus},
		{"/log/download", StartExport},
	} {
		if strings.Contains(path, o.fragment) {
			return o.operation
		}
	}
	return Unknown
}

// A route is an operation of the OpenAPI document, with its generated handler.
type route struct {
	operation Operation
	method    string
	segments  []string // of the path; a parameter has braces
	handler   http.HandlerFunc
}

// A router finds the route of a request. It takes the place of http.ServeMux,
// since clients write the last segments of some paths in any letter case.
type router []*route

// HandleFunc adds the route of a pattern such as "GET /{tenant}/api".
func (r *router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	*r = append(*r, &route{operationOf(path), method, strings.Split(path, "/"), handler})
}

// ServeHTTP isn't called: the server asks find.
func (r *router) ServeHTTP(w http.ResponseWriter, _ *http.Request) { fail(w, errNoRoute) }

// find returns the route of a request, or nil, and the request as the OpenAPI
// document has it: the path in the document's letter case, and the index of Get
// Call ID in the query, which an older page has as a further segment.
func (r router) find(req *http.Request) (*route, *http.Request) {
	segments := strings.Split(req.URL.EscapedPath(), "/")
	if found := r.match(req.Method, segments); found != nil {
		return found, found.canonical(req, segments)
	}
	last := len(segments) - 1
	found := r.match(req.Method, segments[:last])
	if found == nil || found.operation != GetCall || segments[last] == "" {
		return nil, req
	}
	req = found.canonical(req, segments[:last])
	query := req.URL.Query()
	query.Set("index", segments[last])
	req.URL.RawQuery = query.Encode()
	return found, req
}

// match prefers a route of the method to one that has the path alone.
func (r router) match(method string, segments []string) *route {
	var found *route
	for _, route := range r {
		if route.matches(segments) && (found == nil || route.method == method) {
			found = route
		}
	}
	return found
}

func (r *route) matches(segments []string) bool {
	return slices.EqualFunc(r.segments, segments, func(want, got string) bool {
		if isParameter(want) {
			return got != ""
		}
		return strings.EqualFold(want, got)
	})
}

func isParameter(segment string) bool { return strings.HasPrefix(segment, "{") }

// canonical returns the request with the route's path and path values.
func (r *route) canonical(req *http.Request, segments []string) *http.Request {
	req = req.Clone(req.Context())
	req.Pattern = strings.Join(r.segments, "/")
	path := slices.Clone(segments)
	for i, segment := range r.segments {
		if !isParameter(segment) {
			path[i] = segment
			continue
		}
		value, _ := url.PathUnescape(path[i]) // never fails: it is of an escaped path
		req.SetPathValue(strings.Trim(segment, "{}"), value)
	}
	req.URL.RawPath = strings.Join(path, "/")
	req.URL.Path, _ = url.PathUnescape(req.URL.RawPath)
	return req
}

// serve calls the generated handler, unless the document or the emulator
// doesn't have the operation.
func (r *route) serve(w http.ResponseWriter, req *http.Request) {
	switch {
	case r == nil:
		fail(w, errNoRoute)
	case r.method != req.Method:
		w.Header().Set("Allow", r.method)
		r.operation.fail(w, errMethod)
	case r.operation == Unknown:
		fail(w, errNotImplemented)
	default:
		r.handler(w, req)
	}
}
