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
	// must is a file that the ZIP has to hold; empty for none.
	must string
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
	part, err := openPart(path, s, options.overwrite)
	if err != nil {
		return &DownloadError{What: s.what, Total: -1, Err: err}
	}
	defer part.abandon(false) // in case the user's own code panics
	t := newTransfer(s, part, options.onTransfer)
	t.validator, t.total = part.note.Validator, part.note.Total
	if err := t.run(ctx); err != nil {
		return t.failed(err, part.abandon(errors.Is(err, ErrCorrupt)))
	}
	if err := part.finish(); err != nil {
		return t.failed(err, part.abandon(false))
	}
	return nil
}

// write downloads to a writer. What breaks is resumed within the call only.
func (s *source) write(ctx context.Context, w io.Writer, options saveOptions) error {
	to := newStream(w, s.must)
	defer func() { to.checker.Abort() }()
	t := newTransfer(s, to, options.onTransfer)
	if err := t.run(ctx); err != nil {
		return t.failed(err, "")
	}
	return nil
}
