package mirror

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/sparkgo/spark-go/spark/record"
)

// recordsAtOnce limits the memory of a comparison: if there are more records, all are
// read several times, and one part of them is compared each time. Tests change it.
var recordsAtOnce int64 = 1 << 20

// partsOf returns the number of parts in which records are compared.
func partsOf(records int64) uint64 { return uint64(records/recordsAtOnce + 1) }

// missingFrom streams the candidates that existing doesn't contain. If existing contains
// a record fewer times than candidates, the record comes as often as it is missing.
func missingFrom(existing, candidates callSeq, parts uint64) callSeq {
	return func(yield func(*record.Call, error) bool) {
		for part := range parts {
			counts := map[recordKey]int{}
			if err := countKeys(counts, existing, part, parts); err != nil {
				yield(nil, err)
				return
			}
			for call, err := range candidates {
				if err == nil {
					k := keyOf(call)
					if !k.isIn(part, parts) {
						continue
					}
					if counts[k]--; counts[k] >= 0 {
						continue
					}
				}
				if !yield(call, err) || err != nil {
					return
				}
			}
		}
	}
}

// countKeys counts the keys of the calls that are in one part.
func countKeys(counts map[recordKey]int, all callSeq, part, parts uint64) error {
	for call, err := range all {
		if err != nil {
			return err
		}
		if k := keyOf(call); k.isIn(part, parts) {
			counts[k]++
		}
	}
	return nil
}

// recovered streams the calls that the directory has of a window, as far as its files are
// intact.
func (w *windowState) recovered(ctx context.Context, dir string) callSeq {
	return func(yield func(*record.Call, error) bool) {
		for _, f := range w.Stored.files() {
			_, intact, err := f.check(ctx, zipPath(dir, f.Name), true)
			if err != nil {
				yield(nil, err)
				return
			}
			found := recoverCalls(zipPath(dir, f.Name))
			if intact {
				found = w.Stored.calls(ctx, dir, []*fileState{f})
			}
			for call, err := range w.own(found) {
				if isUndecodable(err) {
					continue
				}
				if !yield(call, cmp.Or(err, context.Cause(ctx))) {
					return
				}
			}
		}
	}
}

// recoverCalls streams the calls of those files in a damaged archive whose checksums are
// right. The other files may contain wrong digits.
func recoverCalls(path string) callSeq {
	return func(yield func(*record.Call, error) bool) {
		archive, err := zip.OpenReader(path)
		if err != nil {
			if isDiskError(err) && !errors.Is(err, fs.ErrNotExist) {
				yield(nil, err)
			}
			return
		}
		defer archive.Close()
		for _, entry := range archive.File {
			content, err := openChecked(entry)
			if isDiskError(err) {
				yield(nil, err)
				return
			}
			if err != nil {
				continue
			}
			for call, err := range record.ReadCalls(content) {
				if !yield(call, err) {
					return
				}
			}
		}
	}
}

// isIntact reports whether a file is an archive whose checksums are right.
func isIntact(path string) bool {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return false
	}
	defer archive.Close()
	return !slices.ContainsFunc(archive.File, func(entry *zip.File) bool {
		_, err := openChecked(entry)
		return err != nil
	})
}

// openChecked checks the checksum of a file in an archive, and opens it.
func openChecked(entry *zip.File) (io.Reader, error) {
	content, err := entry.Open()
	if err == nil {
		_, err = io.Copy(io.Discard, content)
	}
	if err != nil {
		return nil, err
	}
	return entry.Open()
}

// saveExtra saves calls as an archive like the platform's, and counts them. If there are
// none, it returns nil.
func (r *run) saveExtra(ctx context.Context, w *windowState, extra callSeq) (*fileState, int64, error) {
	path, written := zipPath(r.dir, w.extraName()), int64(0)
	err := replaceFile(path, func(to io.Writer) (err error) {
		written, err = writeCalls(to, extra)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if written == 0 {
		removeFile(path)
		return nil, 0, nil
	}
	saved, err := describe(ctx, path)
	return &saved, written, err
}

func writeCalls(to io.Writer, all callSeq) (written int64, err error) {
	archive := zip.NewWriter(to)
	list, err := archive.Create("calls.json")
	if err != nil {
		return 0, err
	}
	separator := "["
	for call, err := range all {
		if err == nil {
			_, err = fmt.Fprintf(list, "%s%s", separator, call.JSON())
		}
		if err != nil {
			return written, err
		}
		separator = ",\n"
		written++
	}
	_, err = io.WriteString(list, "]")
	return written, cmp.Or(err, archive.Close())
}
