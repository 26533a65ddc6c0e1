package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

// rereads is how often a reader opens the files of a window again if an Update has
// replaced them meanwhile.
const rereads = 3

// Directory is a directory that [Update] wrote, as it was when it was opened. It is safe
// for concurrent use.
type Directory struct {
	dir      string
	manifest *manifest
}

// Open opens a directory for reading, also while an [Update] runs. The error matches
// [ErrNoMirror] or [ErrNewerVersion] if the directory can't be read.
func Open(dir string) (*Directory, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, fmt.Errorf("open mirror %s: %w", dir, err)
	}
	return &Directory{dir: dir, manifest: m}, nil
}

// Window is a span of days, which one export covers.
type Window struct {
	// From and To are its days in UTC; To is the first day after it.
	From, To spark.Date
	// Fetched is when its export was started; calls logged later aren't in it. It is
	// zero if the window has not been fetched yet.
	Fetched time.Time
	// Records is how many belong to the window; each record of a v4 call counts.
	Records int64
	// Unreadable is how many records of the export can't be decoded.
	Unreadable int64

	dir   string
	state windowState
}

func (w *windowState) public(dir string) Window {
	public := Window{From: w.From, To: w.To, dir: dir, state: *w}
	if w.Stored != nil {
		public.Fetched, public.Records, public.Unreadable = w.Stored.AsOf, w.Stored.Records, w.Stored.Unreadable
	}
	return public
}

// String returns the window's days, for example "2026-03-01 to 2026-03-07".
func (w Window) String() string { return formatDays(w.From, w.To) }

// Windows returns the windows in order of time, without gaps between them.
func (d *Directory) Windows() []Window {
	windows := make([]Window, len(d.manifest.Windows))
	for i := range windows {
		windows[i] = d.manifest.Windows[i].public(d.dir)
	}
	return windows
}

// Calls streams all calls of the directory, window after window; see [Window.Calls].
// The windows are in order of time. A call whose log time can't be read may be in
// several windows. It is yielded once.
func (d *Directory) Calls() iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		yielded := map[recordKey]int{} // calls without a log time
		for _, w := range d.Windows() {
			inWindow := map[recordKey]int{}
			for call, err := range w.Calls() {
				if err == nil && call.LogTime.IsZero() {
					key := keyOf(call)
					if inWindow[key]++; inWindow[key] <= yielded[key] {
						continue
					}
					yielded[key]++
				}
				if !yield(call, err) {
					return
				}
			}
		}
	}
}

// Calls streams the calls of the window in the order of the platform's export. Calls
// that only other exports contained follow. One record is in memory at a time, and the
// iteration can be repeated.
//
// Errors are of type [*WindowError]. After a record that can't be decoded, which is a
// [*record.ReadError], the next record follows. A file that was damaged since it was
// fetched yields [record.ErrCorrupt], and a missing file [fs.ErrNotExist]; an [Update]
// with Options.Verify replaces it. A window that has not been fetched yields
// [ErrIncomplete].
func (w Window) Calls() iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		if w.state.Stored == nil {
			yield(nil, w.state.failed(ErrIncomplete))
			return
		}
		for call, err := range w.state.own(streamArchives(w.open())) {
			if err != nil {
				err = w.state.failed(w.state.Stored.explain(err))
			}
			if !yield(call, err) {
				return
			}
		}
	}
}

// open opens all files of the window at once, so that they belong to the same export.
func (w Window) open() ([]*record.Archive, error) {
	files := w.state.Stored.files()
	for range rereads {
		archives, err := openAll(w.dir, files)
		if !errors.Is(err, fs.ErrNotExist) {
			return archives, err
		}
		m, err := readManifest(w.dir)
		if err != nil {
			continue
		}
		for _, now := range m.Windows {
			if now.From == w.From && now.To == w.To && now.Stored != nil {
				files = now.Stored.files()
			}
		}
	}
	return openAll(w.dir, files)
}

// Verify reads all archives and Parquet files and compares them with their checksums.
// It returns nil if all are as they were written, else a [*WindowError] for the first
// one that isn't, which matches [record.ErrCorrupt] or [fs.ErrNotExist]. An [Update] with
// Options.Verify replaces damaged files.
func (d *Directory) Verify(ctx context.Context) error {
	for i := range d.manifest.Windows {
		w := &d.manifest.Windows[i]
		for path, f := range w.all(d.dir) {
			now, err := describe(ctx, path)
			if err == nil && !f.sameContent(now) {
				err = fmt.Errorf("%s: %w: its content has changed", filepath.Base(path), record.ErrCorrupt)
			}
			if err != nil {
				return fmt.Errorf("verify mirror %s: %w", d.dir, w.failed(w.Stored.explain(err)))
			}
		}
	}
	return nil
}

// callSeq streams calls, one at a time.
type callSeq = iter.Seq2[*record.Call, error]

// has reports whether a call belongs to the window. A call without a log time belongs to
// each window whose export contains it.
func (w *windowState) has(call *record.Call) bool {
	return call.LogTime.IsZero() || !call.LogTime.Before(midnight(w.From)) && call.LogTime.Before(midnight(w.To))
}

// own streams the calls that belong to the window, and all errors.
func (w *windowState) own(all callSeq) callSeq {
	return func(yield func(*record.Call, error) bool) {
		for call, err := range all {
			if (err != nil || w.has(call)) && !yield(call, err) {
				return
			}
		}
	}
}

// calls streams the stored calls that belong to the window.
func (w *windowState) calls(ctx context.Context, dir string) callSeq {
	return w.own(w.Stored.calls(ctx, dir, w.Stored.files()))
}

// calls streams what some of the stored files contain. It skips as many records that
// can't be decoded as there were when the window was fetched.
func (s *storedState) calls(ctx context.Context, dir string, files []*fileState) callSeq {
	return func(yield func(*record.Call, error) bool) {
		unreadable := int64(0)
		for call, err := range streamArchives(openAll(dir, files)) {
			if isUndecodable(err) {
				if unreadable++; unreadable <= s.Unreadable {
					continue
				}
			}
			if err = s.explain(err); err == nil {
				err = context.Cause(ctx)
			}
			if !yield(call, err) || err != nil {
				return
			}
		}
	}
}

// explain adds to an error how to replace damaged files. A record that can't be decoded
// is damage if all could be decoded when the window was fetched.
func (s *storedState) explain(err error) error {
	if isUndecodable(err) && s.Unreadable == 0 {
		err = fmt.Errorf("%w: %w", record.ErrCorrupt, err)
	}
	if errors.Is(err, record.ErrCorrupt) || errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; run sparklog mirror --verify, or Update with Options.Verify", err)
	}
	return err
}

// isUndecodable reports whether the platform wrote a record or a file that can't be
// decoded, in an archive that is intact.
func isUndecodable(err error) bool {
	var wrong *record.ReadError
	return errors.As(err, &wrong) && !isDiskError(err) && !errors.Is(err, record.ErrCorrupt)
}

func isDiskError(err error) bool {
	var disk *fs.PathError
	return errors.As(err, &disk)
}

// streamArchives streams all calls of archives and closes them. It takes the results of
// openAll.
func streamArchives(archives []*record.Archive, err error) callSeq {
	return func(yield func(*record.Call, error) bool) {
		defer closeAll(archives)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, archive := range archives {
			for call, err := range archive.Calls() {
				if !yield(call, err) {
					return
				}
			}
		}
	}
}

func openAll(dir string, files []*fileState) (archives []*record.Archive, err error) {
	for _, f := range files {
		noLimit := record.WithLimits(record.Limits{Total: -1}) // the user's own history may be of any size
		archive, err := record.OpenArchive(zipPath(dir, f.Name), noLimit)
		if err != nil {
			closeAll(archives)
			return nil, err
		}
		archives = append(archives, archive)
	}
	return archives, nil
}

func closeAll(archives []*record.Archive) {
	for _, archive := range archives {
		_ = archive.Close()
	}
}
