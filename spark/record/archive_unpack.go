package record

import (
	"archive/zip"
	"bufio"
	stdflate "compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/klauspost/compress/flate"
)

// unpack opens a file of an archive.
func unpack(f *zip.File, budget *unpackBudget) (*unpackedReader, error) {
	if isEncrypted(&f.FileHeader) {
		return nil, errEncrypted
	}
	source, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("the file is compressed with %s, which can't be read; unpack the archive with another program and pack it again with Deflate", methodName(f.Method))
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // the directory points out of the file
	}
	if err != nil {
		return nil, asCorrupt(err)
	}
	return &unpackedReader{source, budget}, nil
}

var errEncrypted = errors.New("the file is encrypted; unpack the archive with its password and pack it again without one")

func isEncrypted(header *zip.FileHeader) bool {
	const encrypted = 1
	return header.Flags&encrypted != 0
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

// asCorrupt returns an error that matches ErrCorrupt if err says that an archive is
// damaged, and otherwise err.
func asCorrupt(err error) error {
	var invalidData stdflate.CorruptInputError
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &invalidData) {
		return corruptError{fmt.Errorf("the file is damaged: %w", err)}
	}
	return err
}

// unpackBudget counts the bytes that are unpacked against Limits.Total.
type unpackBudget struct{ total, remaining int64 }

func newBudget(limits Limits) *unpackBudget { return &unpackBudget{limits.Total, limits.Total} }

func (b *unpackBudget) isExceeded() bool { return b.remaining < 0 }

// unpackedReader reads the unpacked content of a file within a budget.
type unpackedReader struct {
	io.ReadCloser
	budget *unpackBudget
}

func (u *unpackedReader) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if u.budget.remaining -= int64(n); u.budget.isExceeded() {
		n = max(0, n+int(u.budget.remaining))
		return n, fmt.Errorf("the archive unpacks to more than %d bytes (if that is expected, raise Limits.Total with WithLimits)", u.budget.total)
	}
	return n, asCorrupt(err)
}

// unpackedFile is an fs.File that reads within a budget.
type unpackedFile struct {
	fs.File
	unpacked unpackedReader
}

func (f *unpackedFile) Read(p []byte) (int, error) { return f.unpacked.Read(p) }

// inflateFast makes an archive unpack with a package that takes half the time of the
// standard library's. Unpacking takes more time than anything else in reading.
func inflateFast(archive *zip.Reader) {
	archive.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		inner := inflaters.Get().(*inflater)
		inner.packed.Reset(r)
		_ = inner.plain.(flate.Resetter).Reset(inner.packed, nil) // never fails
		return &inflating{inflater: inner}
	})
}

// inflaters are reused, because each takes 100 kB and an archive may contain many
// small files.
var inflaters = sync.Pool{New: func() any {
	packed := bufio.NewReaderSize(nil, 32<<10)
	return &inflater{packed: packed, plain: flate.NewReader(packed)}
}}

// inflater is a decompressor with the buffer that it reads from.
type inflater struct {
	packed *bufio.Reader
	plain  io.ReadCloser
}

// inflating is an inflater in use. Close returns it to the pool.
type inflating struct {
	mu       sync.Mutex // Close may be called while Read is running
	inflater *inflater  // nil after Close
}

func (i *inflating) Read(p []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.inflater == nil {
		return 0, fs.ErrClosed
	}
	return i.inflater.plain.Read(p)
}

func (i *inflating) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.inflater != nil {
		inflaters.Put(i.inflater)
		i.inflater = nil
	}
	return nil
}
