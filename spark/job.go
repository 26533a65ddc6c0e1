package spark

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sparkgo/spark-go/gen"
)

// Job is an export job on the platform. It is a plain value: marshaled
// to JSON, it contains what [Client.ResumeJob] needs to resume it in another
// process or on another machine, at any stage, as long as the platform keeps it.
type Job struct {
	// ID is the job's, a UUID.
	ID string `json:"id"`
	// Format is the format of the job's files.
	Format Format `json:"format"`
	// Folder and Service name the service whose calls the job exports.
	Folder  string `json:"folder"`
	Service string `json:"service"`

	client *Client
	// started is when this process started the job; zero if another one did.
	started time.Time
}

// Format is the format of the files in an export: [FormatJSON] or [FormatCSV]. The
// zero value is refused.
type Format string

// The formats of an export. The platform has separate operations for them, which
// require different permissions.
const (
	FormatJSON Format = "json"
	FormatCSV  Format = "csv"
)

func (f Format) check() error {
	if f != FormatJSON && f != FormatCSV {
		return invalid("format", "%s is neither spark.FormatJSON nor spark.FormatCSV", clipQuoted(string(f)))
	}
	return nil
}

// StartExport starts a job that exports the calls of the service that match the
// filter. It returns an [*ArgumentError] before anything is sent, or an [*APIError].
// The request is retried only if the platform certainly didn't act on it, so that no
// second job is started.
func (s *Service) StartExport(ctx context.Context, format Format, filter Filter) (Job, error) {
	if err := cmp.Or(s.check(), format.check(), filter.Validate()); err != nil {
		return Job{}, err
	}
	op, start := opStartJSON, s.client.api.PostLogDownloadJSON
	if format == FormatCSV {
		op, start = opStartCSV, s.client.api.PostLogDownloadCSV
	}
	data, state, err := s.client.send(ctx, op, func(ctx context.Context) (*http.Response, error) {
		return start(ctx, s.client.base.tenant, s.folder, s.name, filter.request())
	})
	if err != nil {
		return Job{}, err
	}
	var started gen.Job
	if err := json.Unmarshal(data, &started); err != nil {
		return Job{}, state.unexpected("the response_data can't be read: %w", err)
	}
	id := deref(started.JobID)
	if _, err := parseID("jobID", id); err != nil {
		return Job{}, state.unexpected("the platform started a job but returned no usable ID (%s), so its file can't be fetched", clipQuoted(redact(id)))
	}
	job := s.Job(format, id)
	job.started = time.Now()
	return job, nil
}

// Job returns the handle of a job that was started earlier, perhaps elsewhere. Nothing
// is sent. The job's methods return an [*ArgumentError] for an invalid ID or format.
func (s *Service) Job(format Format, jobID string) Job {
	return Job{ID: jobID, Format: format, Folder: s.folder, Service: s.name, client: s.client}
}

// ResumeJob returns a saved job, for example one decoded from JSON, bound to this
// client. Nothing is sent. Its methods return an [*ArgumentError] if the job is invalid.
func (c *Client) ResumeJob(saved Job) Job {
	return c.Service(saved.Folder, saved.Service).Job(saved.Format, saved.ID)
}

// String describes the job in words.
func (j Job) String() string {
	return fmt.Sprintf("%s export job %s of %s/%s", strings.ToUpper(string(j.Format)), j.ID, j.Folder, j.Service)
}

// Status requests the job's status once. An error that the platform reports for the job
// is an [*APIError]. One alone doesn't mean that the job has failed.
// [Job.Wait] decides when the job has failed.
func (j Job) Status(ctx context.Context) (JobStatus, error) {
	status, _, err := j.requestStatus(ctx, retryRead)
	return status, err
}

func (j Job) requestStatus(ctx context.Context, retry retryClass) (JobStatus, *operationState, error) {
	id, err := j.check()
	if err != nil {
		return JobStatus{}, nil, err
	}
	get := j.client.api.GetLogDownloadJSONStatus
	if j.Format == FormatCSV {
		get = j.client.api.GetLogDownloadCSVStatus
	}
	op := j.statusOperation()
	op.retry = retry
	data, state, err := j.client.send(ctx, op, func(ctx context.Context) (*http.Response, error) {
		return get(ctx, j.client.base.tenant, j.Folder, j.Service, id)
	})
	if err != nil {
		return JobStatus{}, state, err
	}
	status, err := j.parseStatus(data, state)
	return status, state, err
}

func (j Job) statusOperation() operation {
	if j.Format == FormatCSV {
		return opCSVStatus
	}
	return opJSONStatus
}

func (j Job) parseStatus(data json.RawMessage, state *operationState) (JobStatus, error) {
	var decoded gen.JobStatus
	if err := json.Unmarshal(data, &decoded); err != nil {
		return JobStatus{}, state.unexpected("the response_data can't be read: %w", err)
	}
	if isNull(data) {
		return JobStatus{}, state.failure(http.StatusOK, nil, ErrNotFound, fmt.Errorf("there is no %s", j), nil)
	}
	status := JobStatus{Progress: parseProgress(decoded.Progress)}
	if url := state.fileURL(decoded.DownloadURL); !url.empty() && (status.Progress < 0 || status.Progress >= 100) {
		status.Done, status.url = true, url
	}
	return status, nil
}

// isUnknown reports whether a failed request means that the platform doesn't know
// the job, rather than that something else wasn't found.
func (j Job) isUnknown(failure *APIError) bool {
	return failure.kind == ErrNotFound && failure.Operation == j.statusOperation().name
}

func (j Job) check() (uuid.UUID, error) {
	if j.client == nil {
		return uuid.Nil, invalid("job", "it was decoded and has no client yet; pass it to Client.ResumeJob")
	}
	if err := cmp.Or(j.client.Service(j.Folder, j.Service).check(), j.Format.check()); err != nil {
		return uuid.Nil, err
	}
	return parseID("jobID", j.ID)
}
