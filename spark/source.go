package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

var errNoAddress = errors.New("the platform offers no file")

// source is a file that the platform holds ready behind an expiring address.
type source struct {
	client *Client
	// what names it for people.
	what string
	// identity tells it from every other file, so that a part file of another
	// one is never taken for a beginning of this one.
	identity string
	// address asks for a fresh one.
	address func(context.Context) (secret, error)
}

func identity(c *Client, parts ...any) string {
	var b strings.Builder
	b.WriteString(c.BaseURL())
	for _, part := range parts {
		if index, ok := part.(*int); ok {
			part = -1
			if index != nil {
				part = *index
			}
		}
		fmt.Fprintf(&b, " %q", fmt.Sprint(part))
	}
	return b.String()
}

// save downloads to a file that appears only when it is whole.
func (s *source) save(ctx context.Context, path string, options saveOptions) error {
	part, err := openPart(path, s.identity, options.overwrite)
	if err != nil {
		return &DownloadError{What: s.what, Total: -1, Err: err}
	}
	t := newTransfer(s, part, options.onTransfer)
	t.validator, t.total = part.note.Validator, part.note.Total
	if err := t.run(ctx); err != nil {
		kept := part.abandon(errors.Is(err, ErrCorrupt))
		return t.failed(err, kept)
	}
	if err := part.finish(); err != nil {
		return t.failed(err, part.path)
	}
	return nil
}

// write downloads to a writer. What breaks is resumed within the call only.
func (s *source) write(ctx context.Context, w io.Writer, options saveOptions) error {
	to := newStream(w)
	defer func() { to.checker.Abort() }()
	t := newTransfer(s, to, options.onTransfer)
	if err := t.run(ctx); err != nil {
		return t.failed(err, "")
	}
	return nil
}

// DownloadError is a download that didn't come to its end.
type DownloadError struct {
	// What names the file for people.
	What string
	// Part is the part file that a further call goes on from; empty where nothing was kept.
	Part string
	// Bytes have arrived, of Total; that is -1 where it isn't known.
	Bytes, Total int64
	// Err is what ended it: an [*APIError], a [*JobError], the context's error,
	// an error of the file system, or one that matches [ErrCorrupt].
	Err error
}

// Error implements error, on one line.
func (e *DownloadError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "download %s: ", e.What)
	if e.Bytes > 0 && e.Total >= 0 {
		fmt.Fprintf(&b, "after %d of %d bytes: ", e.Bytes, e.Total)
	} else if e.Bytes > 0 {
		fmt.Fprintf(&b, "after %d bytes: ", e.Bytes)
	}
	b.WriteString(printable(e.Err.Error()))
	if e.Part != "" {
		fmt.Fprintf(&b, "; what has arrived is kept in %s, save to the same path to go on", e.Part)
	}
	return b.String()
}

// Unwrap returns what ended the download.
func (e *DownloadError) Unwrap() error { return e.Err }
