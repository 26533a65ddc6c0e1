package mirror

import (
	"errors"
	"fmt"

	"github.com/sparkgo/spark-go/spark"
)

// What can be wrong with a folder, for errors.Is.
var (
	// ErrLocked: another Update is at work in the folder.
	ErrLocked = errors.New("another update is at work in this folder")
	// ErrNoMirror: the folder isn't one of this package, or mirror.json is damaged.
	ErrNoMirror = errors.New("no mirror")
	// ErrOtherService: the folder holds the calls of another service.
	ErrOtherService = errors.New("the folder holds another service")
	// ErrNewerVersion: a newer version of this package wrote the folder.
	ErrNewerVersion = errors.New("the folder was written by a newer version of this library")
	// ErrClock: the clock is behind what the folder says about its last update.
	ErrClock = errors.New("the clock runs backwards")
	// ErrIncomplete: a window has not been fetched yet.
	ErrIncomplete = errors.New("not fetched yet, an update does it")
	// ErrUnreadable: an export has a record or a file that can't be decoded, so that
	// the window is incomplete. Each update fetches it again.
	ErrUnreadable = errors.New("part of the export can't be decoded")
	// ErrOutside: an export has calls that it wasn't asked for, so that others may be
	// missing. Those that belong to another window of the mirror are kept there.
	ErrOutside = errors.New("the export has calls that it wasn't asked for")
)

// WindowError is a window that could not be fetched or read. It unwraps to the reason.
type WindowError struct {
	// From and To are the window's days, To being the first outside.
	From, To spark.Date
	// Err says what went wrong.
	Err error
}

// Error implements error, on one line.
func (e *WindowError) Error() string {
	return fmt.Sprintf("window %s: %s", span(e.From, e.To), e.Err)
}

// Unwrap returns what went wrong.
func (e *WindowError) Unwrap() error { return e.Err }

// failed returns the error of a window.
func (w *window) failed(err error) *WindowError {
	return &WindowError{From: w.From, To: w.To, Err: err}
}

// problems are those of the windows that a run could do nothing about.
type problems []*WindowError

// Error returns the first and counts them, on one line.
func (p problems) Error() string {
	if len(p) == 1 {
		return p[0].Error()
	}
	return fmt.Sprintf("%d windows have problems; the first: %s", len(p), p[0])
}

// Unwrap returns all of them.
func (p problems) Unwrap() []error {
	all := make([]error, len(p))
	for i, err := range p {
		all[i] = err
	}
	return all
}

func invalid(name, format string, args ...any) error {
	return &spark.ArgumentError{Name: name, Problem: fmt.Sprintf(format, args...)}
}
