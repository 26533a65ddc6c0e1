package mirror

import (
	"errors"
	"fmt"

	"github.com/sparkgo/spark-go/spark"
)

// The reasons for which a directory can't be used or is incomplete, for errors.Is.
var (
	// ErrLocked: another Update of the directory is running.
	ErrLocked = errors.New("another update of this directory is running")
	// ErrNoMirror: Update didn't write the directory, or mirror.json is damaged.
	ErrNoMirror = errors.New("not a mirror")
	// ErrOtherService: the directory contains the calls of another service.
	ErrOtherService = errors.New("the directory contains another service")
	// ErrNewerVersion: a newer version of this package wrote the directory.
	ErrNewerVersion = errors.New("a newer version of this library wrote the directory")
	// ErrClock: this machine's clock is behind the last update of the directory.
	ErrClock = errors.New("the clock is behind the last update")
	// ErrIncomplete: a window has not been fetched yet.
	ErrIncomplete = errors.New("not fetched yet; run an update")
	// ErrUnreadable: an export contains a record or a file that can't be decoded, so
	// the window is incomplete. Each update fetches it again.
	ErrUnreadable = errors.New("part of the export can't be decoded")
	// ErrOutside: an export contains calls outside the requested time, so other calls
	// may be missing. Those that belong to another window of the mirror are kept there.
	ErrOutside = errors.New("the export contains calls outside the requested time")
)

// WindowError reports a window that could not be fetched or read.
type WindowError struct {
	// From and To are the days of the window; To is the first day after it.
	From, To spark.Date
	// Err is the reason.
	Err error
}

// Error implements error, on one line.
func (e *WindowError) Error() string {
	return fmt.Sprintf("window %s: %s", formatDays(e.From, e.To), e.Err)
}

// Unwrap returns the reason.
func (e *WindowError) Unwrap() error { return e.Err }

// problems are the errors of single windows, which didn't end the run.
type problems []*WindowError

func (p problems) Error() string {
	if len(p) == 1 {
		return p[0].Error()
	}
	return fmt.Sprintf("%d windows have problems; the first: %s", len(p), p[0])
}

func (p problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, err := range p {
		errs[i] = err
	}
	return errs
}

func invalid(name, format string, args ...any) error {
	return &spark.ArgumentError{Name: name, Problem: fmt.Sprintf(format, args...)}
}
