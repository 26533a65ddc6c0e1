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

// api implements the generated interface. It embeds it so that it compiles when
// the OpenAPI document gains operations; the server responds to these itself.
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
	if failure := a.authorize(r, tenant, permissionRecord); failure != nil {
		fail(w, failure)
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

func (a api) serveWorkbook(w http.ResponseWriter, r *http.Request, tenant, folder, name string, callID gen.CallID, index *int) {
	if a.serviceFor(w, r, tenant, folder, name, permissionRecord) == nil {
		return
	}
	var body map[string]any
	if err := readJSON(r, &body); err != nil || body == nil {
		fail(w, errInvalid.details("A request body is required."))
		return
	}
	call, ok := a.history.record(callID.String(), index)
	switch {
	case !ok:
		fail(w, errIndex)
	case call == nil, call.Folder != folder, call.Service != name:
		fail(w, errNoCall)
	default:
		succeed(w, nil, jsonObject("download_url", a.fileURL(&hostedFile{
			id:       fmt.Sprintf("workbook/%s/%d", call.ID, call.Index),
			name:     fmt.Sprintf("%s_%s.xlsx", fileName(name), call.ID),
			kind:     xlsxType,
			modified: call.Time,
			contents: func() []zipped { return workbookFiles(call) },
		})))
	}
}

// PostLogDownloadCSV is the start of Download Log as CSV.
func (a api) PostLogDownloadCSV(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service) {
	a.startExport(w, r, formatCSV, tenant, folder, service)
}

// PostLogDownloadJSON is the start of Download Log as JSON.
func (a api) PostLogDownloadJSON(w http.ResponseWriter, r *http.Request, tenant gen.Tenant, folder gen.Folder, service gen.Service) {
	a.startExport(w, r, formatJSON, tenant, folder, service)
}

// quotedOffset is timezone_offset as the vendor's own clients send it: a string.
var quotedOffset = regexp.MustCompile(`("timezone_offset"\s*:\s*)"(-?\d+)"`)

func (a api) startExport(w http.ResponseWriter, r *http.Request, format format, tenant, folder, name string) {
	service := a.serviceFor(w, r, tenant, folder, name, format.permission())
	if service == nil {
		return
	}
	body, _ := io.ReadAll(r.Body) // never fails: the body is in memory
	r.Body = io.NopCloser(bytes.NewReader(quotedOffset.ReplaceAll(body, []byte("$1$2"))))
	var request gen.ExportCSVRequest
	if err := readJSON(r, &request); err != nil {
		fail(w, errInvalid.details(err.Error()))
		return
	}
	filter, err := newFilter(request)
	if err != nil {
		fail(w, errInvalid.details(map[string][]string{"request_data": {err.Error()}}))
		return
	}
	job := a.jobs.start(format, service, filter.apply(a.history.callsOf(service)), filter.offset)
	succeed(w, nil, jsonObject("job_id", job.id))
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
	service := a.serviceFor(w, r, tenant, folder, name, format.permission())
	if service == nil {
		return
	}
	job := a.jobs.find(jobID.String())
	if job == nil || job.format != format || job.service != service {
		fail(w, errNoJob)
		return
	}
	progress, faulty := faultyProgress(r)
	if !faulty {
		progress = job.progress(a.config.jobDuration, a.config.jobProgress)
	}
	var url any
	if progress >= 100 {
		url = a.fileURL(&hostedFile{
			id:       "job/" + job.id,
			name:     fmt.Sprintf("%s_%s.zip", fileName(name), format),
			kind:     zipType,
			modified: job.started.Truncate(time.Second),
			contents: func() []zipped { return exportFiles(job, a.config.recordsPerFile) },
		})
	}
	succeed(w, nil, jsonObject("progress", progress, "download_url", url))
}

// serviceFor returns the service that a request is for. It responds to the
// request and returns nil if there is no such service, or no permission.
func (s *Server) serviceFor(w http.ResponseWriter, r *http.Request, tenant, folder, name, permission string) *servedService {
	failure := s.authorize(r, tenant, permission)
	service := s.history.find(folder, name)
	if failure == nil && service == nil {
		failure = errNoService
	}
	if failure != nil {
		operationOf(r.Pattern).fail(w, failure)
		return nil
	}
	return service
}

// fileURL returns a new download URL of a file.
func (s *Server) fileURL(f *hostedFile) string { return s.FileURL + s.files.path(s.files.add(f)) }

// readJSON decodes a body. An empty one leaves v as it is.
func readJSON(r *http.Request, v any) error {
	if err := json.NewDecoder(r.Body).Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
