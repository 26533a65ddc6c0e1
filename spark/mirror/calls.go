package mirror

import (
	"errors"
	"io/fs"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// Calls streams the calls of the window, in the order of the platform's export, and
// after them those that only earlier exports had. One record is in memory at a
// time, and the iteration can be repeated.
//
// Errors are of type [*WindowError]. After a record that can't be decoded, a
// [*record.ReadError], the next one follows. A file that has been damaged since it was
// fetched yields [record.ErrCorrupt], and one that is gone [fs.ErrNotExist]: an [Update]
// with Options.Verify replaces it. A window that is still to be fetched yields
// [ErrIncomplete].
func (w Window) Calls() iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		w.each(func(call *record.Call, err error) bool {
			if err != nil {
				err = w.window.failed(w.window.explain(err))
			}
			return yield(call, err)
		})
	}
}

// each yields the window's calls and tells whether the caller goes on.
func (w Window) each(yield func(*record.Call, error) bool) bool {
	if w.window.Kept == nil {
		return yield(nil, ErrIncomplete)
	}
	archives, err := w.open()
	if err != nil {
		return yield(nil, err)
	}
	return w.window.stream(archives, yield)
}

// rereads is how often a reader looks again for files that an Update replaced
// under its eyes.
const rereads = 3

// open opens all files of the window at once, so that they are of one export.
func (w Window) open() ([]*record.Archive, error) {
	files := w.window.Kept.files()
	for range rereads {
		archives, err := openAll(w.dir, files)
		if !errors.Is(err, fs.ErrNotExist) {
			return archives, err
		}
		if m, err := readManifest(w.dir); err == nil {
			files = m.filesOf(w.window, files)
		}
	}
	return openAll(w.dir, files)
}

// filesOf returns the files that the manifest has for a window, or the given ones.
func (m *manifest) filesOf(w window, otherwise []*file) []*file {
	for _, now := range m.Windows {
		if now.From == w.From && now.To == w.To && now.Kept != nil {
			return now.Kept.files()
		}
	}
	return otherwise
}

// Calls streams all calls of the folder, window after window; see [Window.Calls].
// The windows are in order of time. A call whose log time can't be read may be in
// several windows and comes once.
func (f *Folder) Calls() iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		var seen undated
		for _, w := range f.Windows() {
			seen.begin()
			for call, err := range w.Calls() {
				if err == nil && !seen.first(call) {
					continue
				}
				if !yield(call, err) {
					return
				}
			}
		}
	}
}
