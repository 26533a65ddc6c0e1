package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
)

// stdinPath is what the command line calls standard input.
const stdinPath = "-"

// source is where calls are read from: an exported archive, in a file or from
// standard input, or the directory of a mirror. It can be read several times.
type source struct {
	path    string
	archive *record.Archive   // nil for a mirror
	folder  *mirror.Directory // nil for an archive
	offset  offset            // of its log times, where the user knows it
	close   func()
}

// openSource opens what a path names. The caller must close the source.
func (p *program) openSource(ctx context.Context, path string) (*source, error) {
	s := &source{path: path, close: func() {}}
	if path == stdinPath {
		return s, p.openInput(ctx, s)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file", path)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err)) // without "stat"
	case info.IsDir():
		s.folder, err = openMirror(path)
		return s, err
	}
	if s.archive, err = record.OpenArchive(path); err != nil {
		err = errors.Unwrap(err) // without "open archive"
		var file *fs.PathError
		if errors.As(err, &file) {
			err = file.Err // without "open"
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.close = func() { _ = s.archive.Close() }
	return s, p.checkSource(s)
}

// openMirror names an archive in a directory that isn't a mirror, as the user may
// have meant that one.
func openMirror(dir string) (*mirror.Directory, error) {
	folder, err := mirror.Open(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return folder, err
	}
	example := "calls.zip"
	for _, pattern := range []string{"*.zip", "zip/*.zip"} {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) > 0 {
			example = found[0]
			break
		}
	}
	return nil, fmt.Errorf("%s is a directory but not a mirror; give one ZIP archive, such as %s, or the directory of a mirror", dir, example)
}

// openInput copies standard input to a file, since the directory of an archive
// stands at its end.
func (p *program) openInput(ctx context.Context, s *source) error {
	file, err := os.CreateTemp("", "sparklog-*.zip")
	if err != nil {
		return err
	}
	// Where a file that is open can be removed, nothing can leave it behind.
	_ = os.Remove(file.Name())
	s.close = func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	size, err := io.Copy(file, untilDone{ctx, p.stdin})
	if err == nil {
		s.archive, err = record.NewArchive(file, size)
	}
	if err != nil {
		s.close()
		return fmt.Errorf("%s: %w", s, err)
	}
	return p.checkSource(s)
}

// checkSource refuses an archive of other files only, and names them beside files that are
// read. An archive without any is an export of no calls.
func (p *program) checkSource(s *source) error {
	others := s.archive.Others()
	if len(others) > 0 && !s.archive.HasCalls() && !s.archive.HasRows() {
		s.close()
		return fmt.Errorf("%s contains neither JSON nor CSV files, so it isn't an export of calls", s)
	}
	for _, other := range others {
		p.warn("%s in %s is not read, since it is neither JSON nor CSV", other.Name, s)
	}
	return nil
}

// String names the source in messages.
func (s *source) String() string {
	if s.path == stdinPath {
		return "standard input"
	}
	return s.path
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(data []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(data)
}

// records reads all calls, of JSON as well as of CSV, until the context ends.
func (s *source) records(ctx context.Context) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for e, err := range s.all() {
			if err == nil && s.offset != 0 {
				s.offset.applyTo(e)
			}
			if ctx.Err() != nil || !yield(e, err) {
				return
			}
		}
	}
}

func (s *source) all() iter.Seq2[entry, error] {
	if s.archive != nil {
		return recordsOf(s.archive)
	}
	return func(yield func(entry, error) bool) {
		for call, err := range s.folder.Calls() {
			if !yield(callRecord{call}, err) {
				return
			}
		}
	}
}

// calls reads all calls, which must be JSON. It ends with the context's error.
func (s *source) calls(ctx context.Context) iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		for e, err := range s.records(ctx) {
			var call *record.Call
			if err != nil {
				err = fmt.Errorf("%s: %w", s, err)
			} else {
				call, err = s.callOf(e)
			}
			if !yield(call, err) {
				return
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}

// callOf returns the call of a record, which must come from JSON.
func (s *source) callOf(r entry) (*record.Call, error) {
	call, ok := r.(callRecord)
	if !ok {
		return nil, fmt.Errorf("%s contains CSV files, which don't distinguish numbers from texts; export the calls as JSON", s)
	}
	return call.Call, nil
}
