package sparktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/gen/server"
)

// api implements the operations. It embeds the generated interface so that it
// compiles when the document gains operations. Those are Unknown, and never
// called.
type api struct {
	server.ServerInterface
	*Server
}

func (s *Server) route() {
	server.HandlerWithOptions(api{Server: s}, server.StdHTTPServerOptions{
		BaseRouter: &s.router,
		ErrorHandlerFunc: func(w http.ResponseWriter, _ *http.Request, err error) {
			fail(w, errInvalid.details(err.Error())) // a search has no parameter that could be wrong
		},
	})
}

// GetLogGetExecutionHistoryByCallid is Get Call ID.
func (a api) GetLogGetExecutionHistoryByCallid(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, callID gen.CallID, params gen.GetLogGetExecutionHistoryByCallidParams) {
	if !a.admit(w, r, tenant, permissionRecord) {
		return
	}
	call, ok := a.history.record(callID.String(), params.Index)
	switch {
	case !ok:
		fail(w, errIndex)
	case call == nil:
		succeed(w, &statusSuccess, nil)
	default:
		succeed(w, &statusSuccess, string(call.Record()))
	}
}

// GetDownloadXML is Download as Excel.
func (a api) GetDownloadXML(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service, callID gen.CallID, params gen.GetDownloadXMLParams) {
	a.serveWorkbook(w, r, tenant, folder, service, callID, params.Index)
}

// GetDownload is Download as Excel for legacy workbooks.
func (a api) GetDownload(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service, callID gen.CallID, params gen.GetDownloadParams) {
	a.serveWorkbook(w, r, tenant, folder, service, callID, params.Index)
}

func (a api) serveWorkbook(w http.ResponseWriter, r *http.Request, tenant, folder, service string, callID gen.CallID, index *int) {
	if !a.admit(w, r, tenant, permissionRecord) {
		return
	}
	var body map[string]any
	if err := readJSON(r, &body); err != nil || body == nil {
		fail(w, errInvalid.details("A request body is required."))
		return
	}
	if a.history.find(folder, service) == nil {
		fail(w, errNoService)
		return
	}
	call, ok := a.history.record(callID.String(), index)
	switch {
	case !ok:
		fail(w, errIndex)
	case call == nil, call.Folder != folder, call.Service != service:
		fail(w, errNoCall)
	default:
		succeed(w, nil, download{URL: a.fileURL(a.workbookFile(call))})
	}
}

func (s *Server) workbookFile(c *Call) *file {
	return s.files.add(&file{
		id:       fmt.Sprintf("workbook/%s/%d", c.ID, c.Index),
		name:     fmt.Sprintf("%s_%s.xlsx", fileName(c.Service), c.ID),
		kind:     xlsxType,
		modified: c.Time,
		contents: func() ([]zipped, error) { return workbookFiles(c) },
	})
}

func (s *Server) fileURL(f *file) *string {
	address := s.FileURL + s.files.path(f)
	return &address
}

type download struct {
	URL *string `json:"download_url"`
}

// PostLogDownloadCSV is the start of Download Log as CSV.
func (a api) PostLogDownloadCSV(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service) {
	a.startExport(w, r, formatCSV, tenant, folder, service)
}

// PostLogDownloadJSON is the start of Download Log as JSON.
func (a api) PostLogDownloadJSON(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service) {
	a.startExport(w, r, formatJSON, tenant, folder, service)
}

func (a api) startExport(w http.ResponseWriter, r *http.Request, format format, tenant, folder, name string) {
	if !a.admit(w, r, tenant, format.permission()) {
		return
	}
	service := a.history.find(folder, name)
	if service == nil {
		fail(w, errNoService)
		return
	}
	request, err := readExport(r)
	if err != nil {
		fail(w, errInvalid.details(err.Error()))
		return
	}
	filter, err := newFilter(request)
	if err != nil {
		fail(w, errInvalid.details(map[string][]string{"request_data": {err.Error()}}))
		return
	}
	job := a.jobs.start(format, service, filter.apply(a.history.callsOf(service)), filter.offset)
	succeed(w, nil, map[string]string{"job_id": job.id})
}

// quotedOffset is timezone_offset as the vendor's own clients send it, which
// take it as a text.
var quotedOffset = regexp.MustCompile(`("timezone_offset"\s*:\s*)"(-?\d+)"`)

func readExport(r *http.Request) (request gen.ExportCSVRequest, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return request, err
	}
	r.Body = io.NopCloser(bytes.NewReader(quotedOffset.ReplaceAll(body, []byte("$1$2"))))
	err = readJSON(r, &request)
	return request, err
}

func (f format) permission() string {
	if f == formatCSV {
		return permissionCSV
	}
	return permissionJSON
}

// GetLogDownloadCSVStatus is the status of Download Log as CSV.
func (a api) GetLogDownloadCSVStatus(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service, jobID gen.JobID) {
	a.serveStatus(w, r, formatCSV, tenant, folder, service, jobID)
}

// GetLogDownloadJSONStatus is the status of Download Log as JSON.
func (a api) GetLogDownloadJSONStatus(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service, jobID gen.JobID) {
	a.serveStatus(w, r, formatJSON, tenant, folder, service, jobID)
}

func (a api) serveStatus(w http.ResponseWriter, r *http.Request, format format, tenant, folder, name string, jobID gen.JobID) {
	if !a.admit(w, r, tenant, format.permission()) {
		return
	}
	service := a.history.find(folder, name)
	if service == nil {
		fail(w, errNoService)
		return
	}
	job := a.jobs.find(jobID.String())
	if job == nil || job.format != format || job.service != service {
		fail(w, errNoJob)
		return
	}
	progress, done, faulty := faultyProgress(r)
	if !faulty {
		progress, done = job.progress(a.config.jobDuration, a.config.jobProgress)
	}
	status := jobStatus{Progress: progress}
	if done {
		status.URL = a.fileURL(a.archiveFile(job))
	}
	succeed(w, nil, status)
}

type jobStatus struct {
	Progress json.Number `json:"progress"`
	URL      *string     `json:"download_url"`
}

func (s *Server) archiveFile(j *job) *file {
	return s.files.add(&file{
		id:       "job/" + j.id,
		name:     fmt.Sprintf("%s_%s.zip", fileName(j.service.name), j.format),
		kind:     zipType,
		modified: j.started.Truncate(time.Second),
		contents: func() ([]zipped, error) { return exportFiles(j, s.config.recordsPerFile) },
	})
}

// admit lets a request with a good credential in, and answers any other.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, tenant, permission string) bool {
	failure := s.credentials.check(r, tenant, permission)
	if failure != nil {
		fail(w, failure)
	}
	return failure == nil
}

// readJSON decodes a body; an empty one leaves v as it is.
func readJSON(r *http.Request, v any) error {
	decoder := json.NewDecoder(r.Body)
	if err := decoder.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
