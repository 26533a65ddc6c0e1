package spark

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

var (
	// ErrJobFailed: the platform gave up on an export job. Start another one.
	ErrJobFailed = errors.New("the export job failed")
	// ErrWaitLimit: a job took longer than the limit given by [WaitLimit]. It may still end.
	ErrWaitLimit = errors.New("the job took longer than the wait's limit")
)

// JobError is a job that failed, or a wait for one that ended before it did. It
// matches by errors.Is both its cause and the last failure of the API.
type JobError struct {
	// Job is the handle to go on with.
	Job Job
	// Cause is [ErrJobFailed], [ErrWaitLimit], the context's error, or the fatal
	// answer that ended the wait.
	Cause error
	// LastStatus is the last that was heard of the job, or nil.
	LastStatus *JobStatus
	// LastError is the last failure of a status request, or nil.
	LastError error
	// Elapsed is how long was waited. Polls is how often the status was asked for;
	// a failing request may have been sent several times for one of them.
	Elapsed time.Duration
	Polls   int
}

// Error implements error, on one line.
func (e *JobError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Job, oneLine(e.Cause.Error()))
	if e.LastError != nil && !errors.Is(e.Cause, e.LastError) {
		fmt.Fprintf(&b, "; the last failure was: %s", e.LastError)
	}
	if e.LastStatus != nil {
		fmt.Fprintf(&b, "; last status: %s", e.LastStatus)
	}
	if e.Polls > 0 {
		fmt.Fprintf(&b, "; asked %[2]d times in %[1]s", e.Elapsed.Round(time.Millisecond), e.Polls)
	}
	if !errors.Is(e.Cause, ErrJobFailed) && !errors.Is(e.Cause, ErrNotFound) {
		fmt.Fprintf(&b, "; go on with Service(%q, %q).Job(%q, %q)", e.Job.Folder, e.Job.Service, e.Job.Format, e.Job.ID)
	}
	return b.String()
}

// Unwrap returns the cause and the last failure of a status request.
func (e *JobError) Unwrap() []error {
	if e.LastError == nil {
		return []error{e.Cause}
	}
	return []error{e.Cause, e.LastError}
}

// failedOr tells a job that failed from a request that did: the platform says
// the former in the envelope, under HTTP 200.
func (j Job) failedOr(err error) error {
	var refused *APIError
	if !errors.As(err, &refused) || refused.Status != http.StatusOK || errors.Is(err, ErrUnexpectedAnswer) {
		return err
	}
	for _, other := range []error{ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited, ErrUnavailable} {
		if errors.Is(err, other) {
			return err
		}
	}
	return &JobError{Job: j, Cause: ErrJobFailed, LastError: err}
}
