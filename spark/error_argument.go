package spark

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// ErrInvalidArgument means that a value given to the library can't be used. Nothing was
// sent.
var ErrInvalidArgument = errors.New("invalid argument")

// ArgumentError says that a value given to the library can't be used. It is
// returned before any request is sent, and matches [ErrInvalidArgument].
type ArgumentError struct {
	// Name is the argument, field or environment variable, for example "callID".
	Name string
	// Problem says what is wrong with it and what is expected.
	Problem string
	// Err is the error behind the problem, such as a file system's, or nil.
	Err error
}

// Error implements error.
func (e *ArgumentError) Error() string {
	return fmt.Sprintf("invalid %s: %s", e.Name, e.Problem)
}

// Unwrap returns Err.
func (e *ArgumentError) Unwrap() error { return e.Err }

// Is reports whether target is [ErrInvalidArgument].
func (e *ArgumentError) Is(target error) bool { return target == ErrInvalidArgument }

func invalid(name, format string, args ...any) error {
	return &ArgumentError{Name: name, Problem: fmt.Sprintf(format, args...)}
}

// parseID reads an ID in its usual form of 36 characters. The uuid package
// takes other forms too, which the platform doesn't.
func parseID(name, id string) (uuid.UUID, error) {
	if id == "" {
		return uuid.Nil, invalid(name, "it is empty; expected a UUID such as 123e4567-e89b-12d3-a456-426614174000")
	}
	parsed, err := uuid.Parse(id)
	if err != nil || len(id) != 36 {
		return uuid.Nil, invalid(name, "%s is not a UUID such as 123e4567-e89b-12d3-a456-426614174000", clipQuoted(id))
	}
	return parsed, nil
}

// checkSegment refuses names that can't stand in a path: an empty name, "."
// and ".." would reach another endpoint, with the credentials.
func checkSegment(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return invalid(name, "it is empty")
	case value == "." || value == "..":
		return invalid(name, "%q can't be a name on the platform", value)
	}
	return nil
}

// checkOptionalID refuses an ID that is neither empty nor a UUID.
func checkOptionalID(name, id string) error {
	if id == "" {
		return nil
	}
	_, err := parseID(name, id)
	return err
}

// checkNotNegative refuses a negative number.
func checkNotNegative[N ~int | ~int64](name string, n N) error {
	if n < 0 {
		return invalid(name, "%v is negative", n)
	}
	return nil
}

// checkBlank refuses a name of spaces only, which is a mistake of the caller's.
func checkBlank(name, value string) error {
	if value != "" && strings.TrimSpace(value) == "" {
		return invalid(name, "it is blank")
	}
	return nil
}

func clipQuoted(text string) string {
	const max = 60
	if len(text) > max {
		return fmt.Sprintf("%q…", text[:max])
	}
	return fmt.Sprintf("%q", text)
}

// checkHeaderValue refuses what can't travel in a header, without repeating it.
func checkHeaderValue(name, value string) error {
	if value == "" {
		return invalid(name, "it is empty")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return invalid(name, "it contains white space or characters that can't be part of a credential; check that nothing else was pasted with it")
	}
	return nil
}
