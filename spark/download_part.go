package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// part is the beginning of a file that is being downloaded.
type part struct {
	file   *os.File
	size   int64
	state  partState
	saved  *partfile.File // the file; nil if it is temporary
	closed bool
}

// partState describes the file that the part belongs to. It contains no URL.
type partState struct {
	Identity string `json:"identity"`
	// Validator identifies the version of the file; empty if nothing does.
	Validator string `json:"validator"`
	// Total is the size of the complete file, or -1 if unknown.
	Total int64 `json:"total"`
}

// temporaryPart creates a part that no later run can resume.
func temporaryPart() (*part, error) {
	file, err := os.CreateTemp("", "spark-download-*.part")
	if err != nil {
		return nil, err
	}
	// If the system allows it, the file is gone even if the process is killed.
	_ = os.Remove(file.Name())
	return &part{file: file, state: partState{Total: -1}}, nil
}

// temporaryFile is a file that Close removes, if it isn't removed yet.
type temporaryFile struct{ *os.File }

func (f temporaryFile) Close() error {
	err := f.File.Close()
	_ = os.Remove(f.Name())
	return err
}

// openPart creates the part file of a target, or resumes the one of an earlier run. It
// fails before anything is downloaded if the target can't be written.
func openPart(target, identity string, overwrite bool) (*part, error) {
	if err := checkTarget(target, overwrite); err != nil {
		return nil, err
	}
	saved, err := partfile.Open(target)
	if err != nil {
		return nil, err
	}
	p := &part{file: saved.File, saved: saved}
	// The run that had the lock until now may have published the target.
	if err := errors.Join(checkTarget(target, overwrite), p.resume(identity)); err != nil {
		return nil, errors.Join(err, saved.Close())
	}
	return p, nil
}

func checkTarget(target string, overwrite bool) error {
	if target == "" {
		return invalid("path", "it is empty")
	}
	info, err := os.Lstat(target)
	switch {
	case err != nil:
		return nil // opening the part file shows whether that is a problem
	case info.IsDir():
		return invalid("path", "%s is a directory; give the name of a file in it", target)
	case !overwrite:
		return &fs.PathError{Op: "save", Path: target, Err: fmt.Errorf("%w; remove it or use WithOverwrite", fs.ErrExist)}
	}
	return nil
}

// resume keeps what an earlier run downloaded, if it is the beginning of the same file.
func (p *part) resume(identity string) error {
	var err error
	if p.size, err = p.file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	err = p.saved.ReadState(&p.state)
	if err == nil && p.state.Identity == identity && p.state.Validator != "" && (p.state.Total < 0 || p.size <= p.state.Total) {
		return nil
	}
	p.state = partState{Identity: identity, Total: -1}
	return p.truncate()
}

// begin empties the part for the complete file, and notes its version and size.
func (p *part) begin(validator string, total int64) error {
	if err := p.truncate(); err != nil {
		return err
	}
	p.state.Validator, p.state.Total = validator, total
	if p.saved == nil {
		return nil
	}
	return p.saved.WriteState(p.state)
}

func (p *part) truncate() error {
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if p.size == 0 {
		return nil // a device can't be truncated
	}
	p.size = 0
	return p.file.Truncate(0)
}

// forget makes the next request ask for the complete file.
func (p *part) forget() { p.state.Validator, p.state.Total = "", -1 }

// Write appends to the part.
func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.size += int64(n)
	return n, err
}

// resumable reports whether a range can be appended to the part.
func (p *part) resumable() bool { return p.size > 0 && p.state.Validator != "" }

func (p *part) complete() bool { return p.size > 0 && p.size == p.state.Total }

// publish gives the file its name.
func (p *part) publish(overwrite bool) error {
	err := p.saved.Publish(overwrite)
	p.closed = err == nil
	return err
}

// copyTo writes the complete file to a writer.
func (p *part) copyTo(ctx context.Context, w io.Writer) error {
	_, err := io.Copy(w, io.NewSectionReader(contextReaderAt{ctx, p.file}, 0, p.size))
	return err
}

// close returns the path of the part file if a later run can resume it. Otherwise
// it removes the file. Further calls do nothing.
func (p *part) close() (path string) {
	if p.closed {
		return ""
	}
	p.closed = true
	switch {
	case p.saved == nil:
		_ = temporaryFile{p.file}.Close()
	case p.resumable():
		_ = p.file.Close()
		return p.file.Name()
	default:
		_ = p.saved.Discard()
	}
	return ""
}

// contextReaderAt stops reading when the context ends.
type contextReaderAt struct {
	ctx context.Context
	io.ReaderAt
}

func (r contextReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	if r.ctx.Err() != nil {
		return 0, endedBy(r.ctx)
	}
	return r.ReaderAt.ReadAt(p, offset)
}
