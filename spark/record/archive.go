package record

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// ErrCorrupt means that a file is damaged, cut short, or not a ZIP archive at all.
// Download it again.
var ErrCorrupt = errors.New("the file is damaged or not a ZIP archive")

// corrupt is an error that matches ErrCorrupt and says in its own words what is wrong.
type corrupt struct{ error }

func (c corrupt) Is(target error) bool { return target == ErrCorrupt }
func (c corrupt) Unwrap() error        { return c.error }

// Archive is a ZIP archive of exported calls: files of JSON records or of CSV rows,
// perhaps in folders and with others among them. It comes from [OpenArchive] or
// [NewArchive]; its zero value is of no use. It is an [fs.FS] of all its files, and
// ready for concurrent use.
type Archive struct {
	// Limits guard against damaged and hostile archives. Set them before reading.
	Limits Limits

	zip   *zip.Reader
	close func() error
}

// Limits bound what reading an archive may cost. For each, zero means the
// default and a negative number no limit.
type Limits struct {
	// Record is the size in bytes of the largest record or row. It bounds the
	// memory that reading takes. By default 256 MiB, never more than 2 GiB.
	Record int64
	// Total is how many bytes one pass over the archive, or extracting it, may
	// unpack. By default 64 GiB.
	Total int64
	// Files is how many files Extract may write. By default 100,000.
	Files int
}

func (l Limits) record() int64 { return min(limit(l.Record, 256<<20), math.MaxInt32) }
func (l Limits) total() int64  { return limit(l.Total, 64<<30) }
func (l Limits) files() int64  { return limit(int64(l.Files), 100_000) }

func limit(set, preset int64) int64 {
	switch {
	case set == 0:
		return preset
	case set < 0:
		return math.MaxInt64
	}
	return set
}

// ArchiveFile is a file in an archive, or a folder.
type ArchiveFile struct {
	Name     string // with its folders, separated by slashes; a folder ends in one
	Size     int64  // in bytes, unpacked
	Modified time.Time
}

// OpenArchive opens a downloaded archive. The error matches [ErrCorrupt] if
// the file isn't a complete ZIP archive but a web page, for example. The caller must close the archive.
func OpenArchive(path string) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "read", Path: path, Err: errors.New("is a directory")}
	}
	var archive *Archive
	if err == nil {
		archive, err = NewArchive(file, info.Size())
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return archive, nil
}

// NewArchive reads an archive of the given size in bytes from anywhere. Closing it
// closes r if r is an [io.Closer]. The error matches [ErrCorrupt] if r doesn't
// contain a complete ZIP archive.
func NewArchive(r io.ReaderAt, size int64) (*Archive, error) {
	section := io.NewSectionReader(r, 0, size) // with io.EOF for an offset that is out of bounds
	files, err := zip.NewReader(section, size)
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil // Extract refuses such names; nothing else uses them as paths
	}
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = corrupt{fmt.Errorf("not a complete ZIP archive: %s", sniff.Format(section))}
	}
	if err != nil {
		return nil, err
	}
	inflateFast(files)
	archive := &Archive{zip: files, close: func() error { return nil }}
	if closer, ok := r.(io.Closer); ok {
		archive.close = sync.OnceValue(closer.Close)
	}
	return archive, nil
}

// Close closes the file. The archive can't be read afterwards. Further calls do
// nothing.
func (a *Archive) Close() error { return a.close() }

// Files lists all files and folders in the order of the archive.
func (a *Archive) Files() []ArchiveFile {
	files := make([]ArchiveFile, len(a.zip.File))
	for i, f := range a.zip.File {
		files[i] = ArchiveFile{Name: f.Name, Size: int64(f.UncompressedSize64), Modified: f.Modified}
	}
	return files
}

// Others lists the files that neither [Archive.Calls] nor [Archive.Rows] reads, in
// the order of the archive: a note or a picture, for example. Empty files, and what
// operating systems add by themselves, are not among them. Nor are archives within
// the archive, which Calls and Rows yield as errors, since they may hold calls.
func (a *Archive) Others() []ArchiveFile {
	var others []ArchiveFile
	for i, file := range a.Files() {
		f := a.zip.File[i]
		isRead := jsonFiles.includes(f) || csvFiles.includes(f) || archiveFiles.includes(f)
		if file.Size > 0 && !isRead && !isByproduct(f) {
			others = append(others, file)
		}
	}
	return others
}

// HasCalls reports whether there are JSON files, which [Archive.Calls] reads.
func (a *Archive) HasCalls() bool { return len(jsonFiles.in(a)) > 0 }

// HasRows reports whether there are CSV files, which [Archive.Rows] reads.
func (a *Archive) HasRows() bool { return len(csvFiles.in(a)) > 0 }

// Open opens a file or folder by name, as [fs.FS] wants it. The limits don't apply.
func (a *Archive) Open(name string) (fs.File, error) { return a.zip.Open(name) }

// Calls streams the records out of the JSON files (.json, .jsonl, .ndjson) in the
// order of the archive; see [ReadCalls] for their form. One record is in memory at
// a time. A call stays valid after the iteration has moved on, and the iteration
// can be repeated.
//
// Errors are of type [*ReadError]. After a record that can't be decoded the next
// one follows, and after a file that can't be read any further the next file,
// unless the caller breaks off. An archive within the archive is an error, and so
// are CSV files with calls where there are no JSON files: they have [Archive.Rows].
// An archive without calls yields nothing.
func (a *Archive) Calls() iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		reader := callReader{limit: a.Limits.record()}
		eachFile(a, jsonFiles, yield, func(file string, r io.Reader) bool {
			return reader.each(file, r, yield)
		})
	}
}

// Rows streams the rows out of the CSV files in the order of the archive; see
// [ReadRows] for their form. One row is in memory at a time. A row stays valid
// after the iteration has moved on, and the iteration can be repeated.
//
// Errors are of type [*ReadError]. After a file that can't be read any further the
// next file follows, unless the caller breaks off. Where there are no JSON files, an
// archive within the archive is an error; else it is one of Calls. JSON files with
// calls are an error where there are no CSV files: they have [Archive.Calls]. An
// archive without calls yields nothing.
func (a *Archive) Rows() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		reader := rowReader{limit: a.Limits.record()}
		eachFile(a, csvFiles, yield, func(file string, r io.Reader) bool {
			return reader.each(file, r, yield)
		})
	}
}
