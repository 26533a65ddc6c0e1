package spark

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrJobFailed: the platform gave up on an export job. Start another one.
	ErrJobFailed = errors.New("the export job failed")
	// ErrWaitLimit: a job took longer than the limit given by [WithWaitLimit]. It may still end.
	ErrWaitLimit = errors.New("the job took longer than the wait's limit")
)

// JobError reports a job that failed, or a wait that ended before the job was done. It
// matches its cause with [errors.Is], but not LastError.
type JobError struct {
	// Job is the handle to resume with.
	Job Job
	// Err is [ErrJobFailed], [ErrWaitLimit], the context's error, or the failure
	// that ended the wait.
	Err error
	// LastStatus is the last usable status, or nil.
	LastStatus *JobStatus
	// LastError is the failure of the last status request, or nil if it succeeded.
	LastError error
	// Elapsed is how long the wait took, and Polls how many status requests it made.
	Elapsed time.Duration
	Polls   int
}

// Error implements error, on one line.
func (e *JobError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Job, oneLine(e.Err.Error()))
	if e.LastError != nil {
		fmt.Fprintf(&b, "; the last status request failed: %s", e.LastError)
	}
	if e.LastStatus != nil {
		fmt.Fprintf(&b, "; last status: %s", e.LastStatus)
	}
	if e.Polls > 0 {
		fmt.Fprintf(&b, "; waited %s, status requests: %d", e.Elapsed.Round(time.Millisecond), e.Polls)
	}
	if e.Resumable() {
		fmt.Fprintf(&b, "; to resume: Service(%q, %q).Job(%q, %q)", e.Job.Folder, e.Job.Service, e.Job.Format, e.Job.ID)
	}
	return b.String()
}

// Unwrap returns Err.
func (e *JobError) Unwrap() error { return e.Err }

// Resumable reports whether the job may still deliver its file. It returns false if the
// job failed, or if the platform doesn't know it or names an unusable URL for its file:
// start another job then. If the platform has reported nothing but errors, it returns
// true, because the platform may be at fault instead.
func (e *JobError) Resumable() bool {
	var failure *APIError
	unknown := errors.As(e.Err, &failure) && e.Job.isUnknown(failure)
	failed := errors.Is(e.Err, ErrJobFailed) && e.LastStatus != nil
	return !unknown && !failed && !errors.Is(e.Err, errUnusableURL)
}
