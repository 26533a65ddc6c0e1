package record

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// Archive is a ZIP archive of exported calls. It contains files of JSON records or of
// CSV rows, perhaps in directories and among other files. [OpenArchive] and
// [NewArchive] return one; its zero value can't be used. An Archive is an [fs.FS] of
// all its files and safe for concurrent use.
type Archive struct {
	zip    *zip.Reader
	limits Limits
	close  func() error
}

// ArchiveFile describes a file or a directory in an archive.
type ArchiveFile struct {
	Name     string // with its directories, separated by slashes; that of a directory ends in one
	Size     int64  // in bytes, unpacked
	Modified time.Time
}

// OpenArchive opens a downloaded archive. The error matches [ErrCorrupt] if the file
// isn't one complete ZIP archive, for example a web page. The caller must close the
// archive.
func OpenArchive(path string, opts ...Option) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("it is a directory; give one ZIP archive")
	}
	var archive *Archive
	if err == nil {
		archive, err = NewArchive(file, info.Size(), opts...)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return archive, nil
}

// NewArchive opens an archive of the given size in bytes. Closing the archive closes
// r if r is an [io.Closer]. The error matches [ErrCorrupt] if r doesn't contain one
// complete ZIP archive.
func NewArchive(r io.ReaderAt, size int64, opts ...Option) (*Archive, error) {
	section := io.NewSectionReader(r, 0, size) // returns io.EOF for an offset that is out of bounds
	files, err := zip.NewReader(section, size)
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil // Extract refuses such names; nothing else uses them as paths
	}
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = corruptError{fmt.Errorf("not a complete ZIP archive: %s", sniff.Format(section))}
	}
	if err == nil && beginsUnlisted(section, files) {
		err = corruptError{errors.New("it begins with a file that its directory doesn't list, as several ZIP archives in one file do; give each archive alone")}
	}
	if err != nil {
		return nil, err
	}
	inflateFast(files)
	archive := &Archive{zip: files, limits: limitsOf(opts), close: func() error { return nil }}
	if closer, ok := r.(io.Closer); ok {
		archive.close = sync.OnceValue(closer.Close)
	}
	return archive, nil
}

// beginsUnlisted reports whether an archive begins with a file that its directory doesn't
// list. The directory of several archives in one file is that of the last one.
func beginsUnlisted(r io.ReaderAt, archive *zip.Reader) bool {
	const size, nameLength, extraLength = 30, 26, 28 // of a file's header, and offsets in it (APPNOTE.TXT, 4.3.7)
	var header [size]byte
	if _, err := r.ReadAt(header[:], 0); err != nil || string(header[:4]) != "PK\x03\x04" {
		return false
	}
	content := size + int64(binary.LittleEndian.Uint16(header[nameLength:])) + int64(binary.LittleEndian.Uint16(header[extraLength:]))
	return !slices.ContainsFunc(archive.File, func(f *zip.File) bool {
		offset, err := f.DataOffset()
		return err != nil || offset == content // reading the file will report the error
	})
}

// Close closes the file. The archive can't be read after Close. Further calls of
// Close do nothing.
func (a *Archive) Close() error { return a.close() }

// Open opens a file or a directory by name, as [fs.FS] describes.
func (a *Archive) Open(name string) (fs.File, error) {
	file, err := a.zip.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	if header, ok := info.Sys().(*zip.FileHeader); ok && isEncrypted(header) {
		_ = file.Close()
		return nil, &fs.PathError{Op: "open", Path: name, Err: errEncrypted}
	}
	return &unpackedFile{File: file, unpacked: unpackedReader{file, newBudget(a.limits)}}, nil
}

// Files lists all files and directories in the order of the archive.
func (a *Archive) Files() []ArchiveFile {
	files := make([]ArchiveFile, len(a.zip.File))
	for i, f := range a.zip.File {
		files[i] = ArchiveFile{Name: f.Name, Size: int64(f.UncompressedSize64), Modified: f.Modified}
	}
	return files
}

// Others lists the files that neither [Archive.Calls] nor [Archive.Rows] reads, such
// as a note or a picture, in the order of the archive. It lists neither empty files
// nor files that an operating system added. Nor does it list archives within the
// archive: Calls and Rows yield an error for them, since they may contain calls.
func (a *Archive) Others() []ArchiveFile {
	var others []ArchiveFile
	for i, file := range a.Files() {
		f := a.zip.File[i]
		isExport := jsonFiles.includes(f) || csvFiles.includes(f) || archiveFiles.includes(f)
		if file.Size > 0 && !isExport && !isByproduct(f) {
			others = append(others, file)
		}
	}
	return others
}

// HasCalls reports whether there are JSON files, which [Archive.Calls] reads.
func (a *Archive) HasCalls() bool { return len(jsonFiles.in(a)) > 0 }

// HasRows reports whether there are CSV files, which [Archive.Rows] reads.
func (a *Archive) HasRows() bool { return len(csvFiles.in(a)) > 0 }

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

// isByproduct reports whether an operating system added the file.
func isByproduct(f *zip.File) bool {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store"
}
