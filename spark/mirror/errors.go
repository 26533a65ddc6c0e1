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

// failures are the windows that a run had to leave out.
type failures []error

// Error names the first and counts the others, on one line.
func (f failures) Error() string {
	if len(f) == 1 {
		return f[0].Error()
	}
	return fmt.Sprintf("%d windows could not be fetched, the next run tries them again; the first: %s", len(f), f[0])
}

// Unwrap returns all of them.
func (f failures) Unwrap() []error { return f }

func invalid(name, format string, args ...any) error {
	return &spark.ArgumentError{Name: name, Problem: fmt.Sprintf(format, args...)}
}
