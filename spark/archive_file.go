package spark

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// fileKind is a kind of file that calls are exported in.
type fileKind struct {
	name       string
	method     string // of Archive, that reads them
	extensions []string
}

var (
	jsonFiles = fileKind{"JSON", "Calls", []string{".json", ".jsonl", ".ndjson"}}
	csvFiles  = fileKind{"CSV", "Rows", []string{".csv"}}
)

// in returns the files of this kind, in the order of the archive.
func (k fileKind) in(a *Archive) []*zip.File {
	var files []*zip.File
	for _, f := range a.zip.File {
		if slices.Contains(k.extensions, strings.ToLower(path.Ext(f.Name))) {
			files = append(files, f)
		}
	}
	return files
}

// missing says what an archive without files of this kind holds instead. One
// without any file is an export of no calls.
func (k fileKind) missing(a *Archive, other fileKind) error {
	if len(other.in(a)) > 0 {
		return fmt.Errorf("it holds %s, no %s files: use its method %s", other.name, k.name, other.method)
	}
	for _, f := range a.zip.File {
		if !f.Mode().IsDir() {
			return fmt.Errorf("it holds no %s files but others, such as %q", k.name, f.Name)
		}
	}
	return nil
}

// eachFile unpacks the files of a kind one after another for read, which tells
// whether the caller goes on. A file that can't be opened is yielded as an error,
// and so is an archive that holds other files only.
func eachFile[T any](a *Archive, kind, other fileKind, yield func(T, error) bool, read func(file string, r io.Reader) bool) {
	var none T
	files := kind.in(a)
	if len(files) == 0 {
		if err := kind.missing(a, other); err != nil {
			yield(none, &ReadError{Err: err})
		}
		return
	}
	left := a.Limits.total()
	for _, f := range files {
		goOn, err := readFile(f, &left, read)
		if err != nil {
			goOn = yield(none, &ReadError{File: f.Name, Err: err})
		}
		if !goOn || left < 0 {
			return
		}
	}
}

// readFile unpacks one file for read, and cleans up even if the caller panics.
func readFile(f *zip.File, left *int64, read func(file string, r io.Reader) bool) (goOn bool, err error) {
	contents, err := openFile(f, left)
	if err != nil {
		return false, err
	}
	defer contents.Close()
	if f.UncompressedSize64 <= aheadSize {
		return read(f.Name, contents), nil // all of it would be one piece
	}
	ahead := readAhead(contents)
	defer ahead.stop()
	return read(f.Name, ahead), nil
}

// contents is what a file of an archive holds, unpacked.
type contents struct {
	source io.ReadCloser
	left   *int64 // bytes that may still be unpacked
}

func openFile(f *zip.File, left *int64) (*contents, error) {
	const encrypted = 1
	if f.Flags&encrypted != 0 {
		return nil, errors.New("the file is encrypted")
	}
	source, err := f.Open()
	if err != nil {
		return nil, damaged(err)
	}
	return &contents{source: source, left: left}, nil
}

func (c *contents) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	if *c.left -= int64(n); *c.left < 0 {
		return max(0, n+int(*c.left)), errors.New("the archive unpacks to more than ArchiveLimits.Total: raise it if that is as it should be")
	}
	return n, damaged(err)
}

func (c *contents) Close() error { return c.source.Close() }

// damaged makes the errors of damaged archives ErrCorrupt.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}
