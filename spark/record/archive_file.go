package record

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
)

// fileKind is a kind of file in an archive.
type fileKind struct {
	name       string
	method     string // of Archive, that reads them
	extensions []string
}

var (
	jsonFiles    = fileKind{"JSON", "Calls", []string{".json", ".jsonl", ".ndjson"}}
	csvFiles     = fileKind{"CSV", "Rows", []string{".csv"}}
	archiveFiles = fileKind{extensions: []string{".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst"}}
)

// in returns the files of this kind, in the order of the archive.
func (k fileKind) in(a *Archive) []*zip.File {
	var files []*zip.File
	for _, f := range a.zip.File {
		if k.includes(f) && !isByproduct(f) {
			files = append(files, f)
		}
	}
	return files
}

func (k fileKind) includes(f *zip.File) bool {
	return slices.Contains(k.extensions, strings.ToLower(path.Ext(f.Name)))
}

// isByproduct reports whether an operating system added the entry by itself.
func isByproduct(f *zip.File) bool {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store"
}

// eachFile unpacks the files of a kind one after another for read, which reports
// whether the caller goes on. A file that can't be opened is yielded as an error,
// and so is what could hold calls that are not read.
func eachFile[T any](a *Archive, kind fileKind, yield func(T, error) bool, read func(file string, r io.Reader) bool) {
	var none T
	files := kind.in(a)
	remaining := a.Limits.total()
	for _, f := range files {
		goOn, err := readFile(f, &remaining, read)
		if err != nil {
			goOn = yield(none, &ReadError{File: f.Name, Err: err})
		}
		if !goOn || remaining < 0 {
			return
		}
	}
	var archives []*zip.File
	if kind.name == jsonFiles.name || !a.HasCalls() { // once, where a program reads both kinds
		archives = archiveFiles.in(a)
	}
	for _, f := range archives {
		if f.UncompressedSize64 > 0 && !yield(none, &ReadError{File: f.Name, Err: errors.New("an archive within the archive is not read; unpack it, and read it on its own")}) {
			return
		}
	}
	if len(files)+len(archives) > 0 {
		return
	}
	if err := a.otherwise(kind); err != nil {
		yield(none, &ReadError{Err: err})
	}
}

// otherwise says what an archive without files of a kind holds instead. One that
// holds nothing, or files of the other kind without calls, is an export of no calls.
func (a *Archive) otherwise(kind fileKind) error {
	other, holdsCalls := csvFiles, holdsAny(a.Rows)
	if kind.name == csvFiles.name {
		other, holdsCalls = jsonFiles, holdsAny(a.Calls)
	}
	if len(other.in(a)) > 0 && holdsCalls() {
		return fmt.Errorf("it holds %s, not %s: use its method %s", other.name, kind.name, other.method)
	}
	if others := a.Others(); len(others) > 0 {
		return fmt.Errorf("it holds no %s files but others, such as %q", kind.name, others[0].Name)
	}
	return nil
}

// holdsAny reports whether a sequence yields anything, be it an error.
func holdsAny[T any](sequence func() iter.Seq2[T, error]) func() bool {
	return func() bool {
		for range sequence() {
			return true
		}
		return false
	}
}

// readFile unpacks one file for read, and cleans up even if the caller panics.
func readFile(f *zip.File, remaining *int64, read func(file string, r io.Reader) bool) (goOn bool, err error) {
	contents, err := openFile(f, remaining)
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
	source    io.ReadCloser
	remaining *int64 // bytes that may still be unpacked
}

func isEncrypted(f *zip.File) bool {
	const encrypted = 1
	return f.Flags&encrypted != 0
}

func openFile(f *zip.File, remaining *int64) (*contents, error) {
	if isEncrypted(f) {
		return nil, errors.New("the file is encrypted; unpack the archive with its password, and pack it again without one")
	}
	source, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("the file is compressed with %s, which can't be read; unpack the archive with another program, and pack it again with Deflate", methodName(f.Method))
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // the directory points out of the file
	}
	if err != nil {
		return nil, damaged(err)
	}
	return &contents{source: source, remaining: remaining}, nil
}

// methodName names a compression method of ZIP (APPNOTE.TXT, 4.4.5).
func methodName(method uint16) string {
	names := map[uint16]string{
		1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd",
	}
	if name, ok := names[method]; ok {
		return name
	}
	return fmt.Sprintf("ZIP method %d", method)
}

func (c *contents) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	if *c.remaining -= int64(n); *c.remaining < 0 {
		return max(0, n+int(*c.remaining)), errors.New("the archive unpacks to more than Limits.Total: raise it if that is as it should be")
	}
	return n, damaged(err)
}

func (c *contents) Close() error { return c.source.Close() }

// damaged makes the errors of damaged archives ErrCorrupt.
func damaged(err error) error {
	var wrongData flate.CorruptInputError
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &wrongData) {
		return corrupt{fmt.Errorf("the file is damaged: %w", err)}
	}
	return err
}
