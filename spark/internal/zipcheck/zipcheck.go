// Package zipcheck says whether a ZIP archive is whole while its bytes go by,
// so that a download needs no second pass over the file.
//
// Every stored and deflated entry is read and compared with its CRC-32 and its
// sizes. At the end the directory must describe the entries that went by, and
// the end record (or the ZIP64 one) the directory.
//
// Other readers begin with the directory, at the end of an archive, and so can
// make sense of what this one can't. Where it can't tell, it takes the archive
// for sound, since a false alarm would cost the user a good file:
//
//   - The contents of encrypted entries and of other compression methods aren't
//     checked.
//   - Behind an entry whose end can't be found, and behind bytes that belong to
//     no entry, contents aren't checked any more; only that an entry begins
//     wherever the directory tells, and the directory itself. The end can't be
//     found where a size is told behind the contents, unless these are deflated
//     or empty. With the whole archive at hand, Contents finds it.
//   - Beyond a million entries, the directory is counted but not compared.
//   - Names, comments, times and attributes have no checksum in a ZIP.
//
// It is stricter in one thing: an archive begins with a ZIP signature, and
// offsets count from there. A program that unpacks itself is ErrNotZIP.
//
// The check takes a third of a megabyte, and 40 bytes for each of the first
// million entries.
package zipcheck

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// What can be wrong with an archive. Errors wrap one of these with the reason
// and, where it concerns one entry, the entry's name.
var (
	// ErrNotZIP means that the data is something else from its first byte on.
	ErrNotZIP = errors.New("not a ZIP archive")
	// ErrTruncated means that the data ends before the archive does.
	ErrTruncated = errors.New("the ZIP archive is cut off")
	// ErrDamaged means that the data contradicts itself.
	ErrDamaged = errors.New("the ZIP archive is damaged")
	// ErrAborted is the verdict after Abort.
	ErrAborted = errors.New("the check of the ZIP archive was aborted")
)

// File checks the first size bytes of r like a Checker, and goes back for contents
// that one can't be sure of. It returns an error of r as it is.
func File(r io.ReaderAt, size int64) error {
	sure, err := verify(io.NewSectionReader(r, 0, size), new(atomic.Bool))
	if err != nil || sure {
		return err
	}
	return Contents(r, size)
}

// notZIP tells what kind of thing begins with head, and nothing of its content.
func notZIP(head []byte) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	kind, _, _ := strings.Cut(http.DetectContentType(text), ";")
	switch {
	case len(text) == 0:
		return fmt.Errorf("%w: it is empty", ErrNotZIP)
	case text[0] == '{', text[0] == '[':
		kind = "JSON"
	case kind == "text/html":
		kind = "an HTML page"
	case kind == "application/octet-stream":
		kind = "something else"
	}
	return fmt.Errorf("%w: it begins like %s", ErrNotZIP, kind)
}

// wrong makes an error about an entry, or about the whole where name is empty.
func wrong(kind error, name, reason string, args ...any) error {
	reason = fmt.Sprintf(reason, args...)
	if name == "" {
		return fmt.Errorf("%w: %s", kind, reason)
	}
	return fmt.Errorf("%w: entry %.120q: %s", kind, name, reason)
}
