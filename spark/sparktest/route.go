package sparktest

import (
	"net/http"
	"net/url"
	"regexp"
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
	operation    Operation
	method, path string         // as in the document
	form         *regexp.Regexp // of an escaped path; a group is a parameter
	handler      http.HandlerFunc
}

// A router finds the route of a request. It takes the place of http.ServeMux,
// since clients write the last segments of some paths in any letter case.
type router []*route

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// indexSegment is the index in the path of Get Call ID, where an older page has it.
const indexSegment = `(?:/(?P<index>[^/]+))?`

// HandleFunc adds the route of a pattern such as "GET /{tenant}/api".
func (r *router) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	operation, form := operationOf(path), pathParameter.ReplaceAllString(path, `(?P<$1>[^/]+)`)
	if operation == GetCall {
		form += indexSegment
	}
	*r = append(*r, &route{operation, method, path, regexp.MustCompile("(?i)^" + form + "$"), handler})
}

// ServeHTTP isn't called: the server asks find.
func (r *router) ServeHTTP(w http.ResponseWriter, _ *http.Request) { fail(w, errNoRoute) }

// find returns the route of a request, or nil, and the request as the OpenAPI
// document has it. It prefers a route of the method to one that has the path alone.
func (r router) find(req *http.Request) (*route, *http.Request) {
	var found *route
	for _, route := range r {
		if !route.form.MatchString(req.URL.EscapedPath()) {
			continue
		}
		if found = route; route.method == req.Method {
			break
		}
	}
	if found == nil {
		return nil, req
	}
	return found, found.canonical(req)
}

// canonical returns the request with the path values, the path in the document's
// letter case, and the index in the query.
func (r *route) canonical(req *http.Request) *http.Request {
	values := r.form.FindStringSubmatch(req.URL.EscapedPath())
	req = req.Clone(req.Context())
	req.Pattern, req.URL.RawPath = r.path, r.path
	for i, name := range r.form.SubexpNames() {
		value, _ := url.PathUnescape(values[i]) // never fails: it is of an escaped path
		switch {
		case name == "" || value == "":
		case name == "index":
			query := req.URL.Query()
			query.Set(name, value)
			req.URL.RawQuery = query.Encode()
		default:
			req.SetPathValue(name, value)
			req.URL.RawPath = strings.Replace(req.URL.RawPath, "{"+name+"}", values[i], 1)
		}
	}
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
