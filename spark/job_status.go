package spark

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// WaitProgress reports how far a job has come, while [Job.Wait] waits for it.
type WaitProgress struct {
	// Status is the last usable status; its Progress is -1 before the first.
	Status JobStatus
	// Fraction is between 0 and 1. It is 0 if the platform reports no progress.
	Fraction float64
	// Elapsed is the time since the wait began.
	Elapsed time.Duration
	// Polls counts the status requests.
	Polls int
	// Outage is set while status requests fail, and nil again after the next
	// usable response.
	Outage *Outage

	remaining   time.Duration
	hasEstimate bool
}

// Remaining estimates the time until the job is done. It returns false as long as
// the progress allows no estimate.
func (p WaitProgress) Remaining() (time.Duration, bool) { return p.remaining, p.hasEstimate }

// Outage describes a series of failed status requests.
type Outage struct {
	// Err is the latest failure, an [*APIError].
	Err error
	// Since is when the first request of the series failed, in UTC.
	Since time.Time
	// Until is when the wait gives up, in UTC; zero if it doesn't.
	Until time.Time
}

// JobStatus reports how far a job has come.
type JobStatus struct {
	// Progress is 0 to 100 as the platform reports it, or -1 if it reports none.
	Progress float64
	// Done is true when the export can be downloaded.
	Done bool

	url secret
}

// String returns "45 %", "done" or "running", for example.
func (s JobStatus) String() string {
	switch {
	case s.Done:
		return "done"
	case s.Progress < 0:
		return "running"
	}
	return strconv.FormatFloat(s.Progress, 'f', -1, 64) + " %"
}

// parseProgress reads a number, or a number in a string. It returns -1 for anything else.
func parseProgress(raw json.RawMessage) float64 {
	number := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(bytes.Trim(raw, `"`))), "%"))
	progress, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(progress) || math.IsInf(progress, 0) {
		return -1
	}
	return min(max(progress, 0), 100)
}
