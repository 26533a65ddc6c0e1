package mirror

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/sparkgo/spark-go/spark/record"
)

// recordsAtOnce limits the memory of a comparison: if there are more records, all are
// read several times, and one part of them is compared each time. Tests change it.
var recordsAtOnce int64 = 1 << 20

// partsOf returns in how many parts so many records are compared.
func partsOf(records int64) uint64 { return uint64(records/recordsAtOnce + 1) }

// missing streams the records of others that some doesn't contain. A record that some
// contains fewer times comes as often as it is missing.
func missing(some, others calls, parts uint64) calls {
	return func(yield func(*record.Call, error) bool) {
		for range missingBy(textKey, some, others, parts) {
			missingBy(contentKey, some, others, parts)(yield)
			return
		}
	}
}

func missingBy(key func(*record.Call) recordKey, some, others calls, parts uint64) calls {
	return func(yield func(*record.Call, error) bool) {
		for part := range parts {
			counts := map[recordKey]int{}
			if err := countKeys(counts, key, some, part, parts); err != nil {
				yield(nil, err)
				return
			}
			for call, err := range others {
				if err == nil {
					k := key(call)
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

// countKeys adds the keys of one part of the calls to counts.
func countKeys(counts map[recordKey]int, key func(*record.Call) recordKey, all calls, part, parts uint64) error {
	for call, err := range all {
		if err != nil {
			return err
		}
		if k := key(call); k.isIn(part, parts) {
			counts[k]++
		}
	}
	return nil
}

// recovered streams the calls that the directory has of a window, as far as its files
// are intact.
func (w *windowState) recovered(ctx context.Context, dir string) calls {
	return func(yield func(*record.Call, error) bool) {
		for _, f := range w.Stored.files() {
			_, intact, err := f.check(ctx, zipPath(dir, f.Name), true)
			if err != nil {
				yield(nil, err)
				return
			}
			found := recoverCalls(zipPath(dir, f.Name))
			if intact {
				alone := stored{Archive: *f, Unreadable: w.Stored.Unreadable}
				found = alone.calls(ctx, dir)
			}
			for call, err := range w.own(found) {
				if !isUndecodable(err) && !yield(call, err) {
					return
				}
			}
		}
	}
}

// recoverCalls streams the records of those files in a damaged archive whose checksums
// are right. The other files may contain wrong digits.
func recoverCalls(path string) calls {
	return func(yield func(*record.Call, error) bool) {
		archive, err := zip.OpenReader(path)
		if err != nil {
			var disk *fs.PathError
			if errors.As(err, &disk) && !errors.Is(err, fs.ErrNotExist) {
				yield(nil, err)
			}
			return
		}
		defer archive.Close()
		for _, entry := range archive.File {
			if !isIntactEntry(entry) {
				continue
			}
			content, err := entry.Open()
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
	for _, entry := range archive.File {
		if !isIntactEntry(entry) {
			return false
		}
	}
	return true
}

func isIntactEntry(entry *zip.File) bool {
	content, err := entry.Open()
	if err == nil {
		_, err = io.Copy(io.Discard, content)
	}
	return err == nil
}

var errNoCalls = errors.New("no calls")

// saveExtra saves calls as an archive like the platform's, and counts them. If there are
// none, it returns nil.
func (r *run) saveExtra(ctx context.Context, w *windowState, extra calls) (*file, int64, error) {
	path, written := zipPath(r.dir, w.extraName()), int64(0)
	err := replaceFile(path, func(to io.Writer) (err error) {
		if written, err = writeCalls(to, extra); err == nil && written == 0 {
			return errNoCalls
		}
		return err
	})
	switch {
	case err == errNoCalls:
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	saved, err := describe(ctx, path)
	return &saved, written, err
}

func writeCalls(to io.Writer, all calls) (written int64, err error) {
	archive := zip.NewWriter(to)
	list, err := archive.Create("calls.json")
	if err != nil {
		return 0, err
	}
	separator := "["
	for call, err := range all {
		if err == nil {
			_, err = io.WriteString(list, separator)
		}
		if err == nil {
			_, err = list.Write(call.JSON())
		}
		if err != nil {
			return written, err
		}
		separator = ",\n"
		written++
	}
	if _, err := io.WriteString(list, "]"); err != nil {
		return written, err
	}
	return written, archive.Close()
}
