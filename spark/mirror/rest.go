package mirror

import (
	"archive/zip"
	"context"
	"errors"
	"io"

	"github.com/sparkgo/spark-go/spark/record"
)

// recordsAtOnce bounds the memory that a comparison takes: more records are read
// several times, for one part of them each time. Tests change it.
var recordsAtOnce int64 = 1 << 20

// partsOf returns in how many parts so many records are compared.
func partsOf(records int64) uint64 { return uint64(records/recordsAtOnce + 1) }

// keepRest saves the records that the directory had of a window and a new export
// doesn't have, or returns nil if there are none.
func (r *run) keepRest(ctx context.Context, w *window, fresh *kept) (*file, error) {
	if w.Kept == nil {
		return nil, nil
	}
	exported := window{From: w.From, To: w.To, Kept: fresh}
	parts := partsOf(max(fresh.Records, w.Kept.Records))
	rest, records, err := r.saveRest(ctx, w.restName(), missing(exported.readable(ctx, r.dir), w.salvaged(ctx, r.dir), parts))
	fresh.Records += records
	return rest, err
}

// salvaged streams what the directory has of a window, as far as it is intact.
func (w *window) salvaged(ctx context.Context, dir string) calls {
	return func(yield func(*record.Call, error) bool) {
		for _, f := range w.Kept.files() {
			_, intact, err := f.check(ctx, zipPath(dir, f.Name), true)
			if err != nil {
				yield(nil, err)
				return
			}
			records := salvage(zipPath(dir, f.Name))
			if intact {
				one := window{From: w.From, To: w.To, Kept: &kept{Archive: *f, Unreadable: w.Kept.Unreadable}}
				records = one.readable(ctx, dir)
			}
			for call, err := range records {
				if undecodable(err) || err == nil && !w.holds(call) {
					continue
				}
				if !yield(call, err) {
					return
				}
			}
		}
	}
}

// missing streams the records of others that some don't have. One that they have fewer
// times comes as often as it is missing.
func missing(some, others calls, parts uint64) calls {
	return func(yield func(*record.Call, error) bool) {
		for range missingBy(writtenKey, some, others, parts) {
			missingBy(keyOf, some, others, parts)(yield)
			return
		}
	}
}

func missingBy(keyOf func(*record.Call) recordKey, some, others calls, parts uint64) calls {
	return func(yield func(*record.Call, error) bool) {
		for part := range parts {
			counts := map[recordKey]int{}
			for call, err := range some {
				if err != nil {
					yield(nil, err)
					return
				}
				if key := keyOf(call); key.part(parts) == part {
					counts[key]++
				}
			}
			for call, err := range others {
				if err == nil {
					key := keyOf(call)
					if key.part(parts) != part {
						continue
					}
					if counts[key]--; counts[key] >= 0 {
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

var errNoCalls = errors.New("no calls")

// saveRest saves calls as an archive like the platform's, and counts them. If
// there are none, it returns nil.
func (r *run) saveRest(ctx context.Context, name string, records calls) (*file, int64, error) {
	path, written := zipPath(r.dir, name), int64(0)
	err := replaceFile(path, func(to io.Writer) (err error) {
		if written, err = writeCalls(to, records); err == nil && written == 0 {
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
	rest, err := describe(ctx, path)
	return &rest, written, err
}

func writeCalls(to io.Writer, records calls) (written int64, err error) {
	archive := zip.NewWriter(to)
	list, err := archive.Create("calls.json")
	if err != nil {
		return 0, err
	}
	separator := "["
	for call, err := range records {
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
