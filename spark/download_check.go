package spark

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// checkFile reads a downloaded file once. It fails with [ErrCorrupt] unless the
// file is a complete ZIP archive whose entries match their sizes and checksums. A
// workbook may be an OLE file as well, of which only the length can be checked.
func checkFile(ctx context.Context, r io.ReaderAt, size int64, workbook bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r = io.NewSectionReader(contextReaderAt{ctx, r}, 0, size) // with io.EOF for an offset that is out of bounds
	if workbook && isOLE(r) {
		return nil
	}
	archive, err := zip.NewReader(r, size)
	switch {
	case errors.Is(err, zip.ErrInsecurePath): // nobody uses the names as paths
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %s", ErrCorrupt, beginning(r))
	case err != nil:
		return err
	}
	if workbook && !slices.ContainsFunc(archive.File, isWorkbookPart) {
		return fmt.Errorf("%w: it is a ZIP archive without %sxml, which every workbook contains", ErrCorrupt, workbookPart)
	}
	inflateFast(archive)
	return checkEntries(ctx, cancel, archive.File)
}

// oleMagic begins an OLE compound file: an .xls workbook, or any workbook with a
// password ([MS-CFB], 2.2).
var oleMagic = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

func isOLE(r io.ReaderAt) bool {
	head := make([]byte, len(oleMagic))
	n, _ := r.ReadAt(head, 0)
	return bytes.Equal(head[:n], oleMagic)
}

// workbookPart begins the name of a workbook's main part, which is xml, or bin in
// an .xlsb workbook.
const workbookPart = "xl/workbook."

func isWorkbookPart(f *zip.File) bool { return strings.HasPrefix(f.Name, workbookPart) }

// checkEntries reads the entries, some at a time. The first error cancels the rest.
func checkEntries(ctx context.Context, cancel context.CancelCauseFunc, entries []*zip.File) error {
	var workers sync.WaitGroup
	var taken atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(entries)) {
		workers.Go(func() {
			buffer := make([]byte, 64<<10)
			for {
				i := int(taken.Add(1)) - 1
				if i >= len(entries) || ctx.Err() != nil {
					return
				}
				if err := checkEntry(entries[i], buffer); err != nil {
					cancel(err)
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// checkEntry lets the ZIP reader compare an entry with its size and checksum. What
// it can't unpack, other programs may be able to.
func checkEntry(entry *zip.File, buffer []byte) error {
	const encrypted = 1
	if entry.Flags&encrypted != 0 || entry.Method != zip.Store && entry.Method != zip.Deflate {
		return nil
	}
	content, err := entry.Open()
	if err == nil {
		_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, content, buffer)
		_ = content.Close()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // the directory points out of the file
	}
	if err != nil {
		return fmt.Errorf("entry %.120q: %w", entry.Name, damaged(err))
	}
	return nil
}

// beginning describes a file that isn't a complete ZIP archive, by its first bytes.
func beginning(r io.ReaderAt) string {
	head := make([]byte, 512)
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	content := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch {
	case len(content) == 0:
		return "it is empty"
	case bytes.HasPrefix(head, []byte("PK")):
		return "it begins like a ZIP archive but is cut short or damaged"
	case bytes.HasPrefix(head, oleMagic):
		return "it begins like an OLE file"
	case content[0] == '{', content[0] == '[':
		return "it begins like JSON"
	case kind == "text/html":
		return "it begins like HTML"
	case kind == "text/plain":
		return "it begins like text"
	case kind == "application/octet-stream":
		return "it begins like no known format"
	}
	return "it begins like " + kind
}
