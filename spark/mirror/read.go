package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// calls are streamed, one at a time.
type calls = iter.Seq2[*record.Call, error]

// holds reports whether a call belongs to the window. One without a log time that
// can be read does wherever an export has it, lest it belong nowhere.
func (w *window) holds(call *record.Call) bool {
	return call.LogTime.IsZero() || !call.LogTime.Before(midnight(w.From)) && call.LogTime.Before(midnight(w.To))
}

// read streams the records that belong to a window, and what can't be decoded.
func (w *window) read(dir string) calls {
	return func(yield func(*record.Call, error) bool) {
		archives, err := openAll(dir, w.Kept.files())
		if err != nil {
			yield(nil, err)
			return
		}
		w.stream(archives, yield)
	}
}

// stream yields what archives hold of the window, closes them, and tells whether
// the caller goes on.
func (w *window) stream(archives []*record.Archive, yield func(*record.Call, error) bool) bool {
	defer closeAll(archives)
	for _, archive := range archives {
		for call, err := range archive.Calls() {
			if (err != nil || w.holds(call)) && !yield(call, err) {
				return false
			}
		}
	}
	return true
}

// readable streams the window's records without those that couldn't be decoded when
// the window was fetched either.
func (w *window) readable(ctx context.Context, dir string) calls {
	return func(yield func(*record.Call, error) bool) {
		unreadable := int64(0)
		for call, err := range w.read(dir) {
			if undecodable(err) {
				if unreadable++; unreadable <= w.Kept.Unreadable {
					continue
				}
			}
			err = cmp.Or(w.explain(err), context.Cause(ctx))
			if !yield(call, err) || err != nil {
				return
			}
		}
	}
}

// explain says how to replace damaged files. What can't be decoded is damaged if all
// could be when the window was fetched.
func (w *window) explain(err error) error {
	if undecodable(err) && w.Kept.Unreadable == 0 {
		err = fmt.Errorf("%w: %w", record.ErrCorrupt, err)
	}
	if errors.Is(err, record.ErrCorrupt) || errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; run sparklog mirror --verify, or Update with Options.Verify", err)
	}
	return err
}

// undecodable reports that a record or a file isn't as the platform should have
// written it, in an archive that is intact.
func undecodable(err error) bool {
	var wrong *record.ReadError
	var disk *fs.PathError
	return errors.As(err, &wrong) && !errors.As(err, &disk) && !errors.Is(err, record.ErrCorrupt)
}

func openAll(dir string, files []*file) (archives []*record.Archive, err error) {
	for _, f := range files {
		archive, err := record.OpenArchive(zipPath(dir, f.Name))
		if err != nil {
			closeAll(archives)
			return nil, err
		}
		archive.Limits.Total = -1 // the user's own history, however large
		archives = append(archives, archive)
	}
	return archives, nil
}

func closeAll(archives []*record.Archive) {
	for _, archive := range archives {
		_ = archive.Close()
	}
}
