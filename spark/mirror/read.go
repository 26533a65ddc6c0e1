package mirror

import (
	"errors"
	"io/fs"
	"iter"

	"github.com/sparkgo/spark-go/spark"
)

// holds reports whether a call belongs to the window. One without a log time that
// can be read does wherever an export has it, lest it belong nowhere.
func (w *window) holds(call *spark.Call) bool {
	return call.LogTime.IsZero() || !call.LogTime.Before(midnight(w.From)) && call.LogTime.Before(midnight(w.To))
}

// read streams the records that belong to a window, and what can't be decoded.
func (w *window) read(dir string) iter.Seq2[*spark.Call, error] {
	return func(yield func(*spark.Call, error) bool) {
		archives, err := w.open(dir)
		if err != nil {
			yield(nil, err)
			return
		}
		defer closeAll(archives)
		for _, archive := range archives {
			for call, err := range archive.Calls() {
				if (err != nil || w.holds(call)) && !yield(call, err) {
					return
				}
			}
		}
	}
}

// rereads is how often a reader looks again for files that an Update replaced
// under its eyes.
const rereads = 3

// open opens all files of a window at once, so that they are of one export.
func (w *window) open(dir string) ([]*spark.Archive, error) {
	current := *w
	for range rereads {
		archives, err := openAll(dir, current.Kept.files())
		if !errors.Is(err, fs.ErrNotExist) {
			return archives, err
		}
		if m, err := readManifest(dir); err == nil {
			current = m.windowAt(current)
		}
	}
	return openAll(dir, current.Kept.files())
}

// windowAt returns a window as the manifest has it.
func (m *manifest) windowAt(w window) window {
	for _, now := range m.Windows {
		if now.From == w.From && now.To == w.To && now.Kept != nil {
			return now
		}
	}
	return w
}

func openAll(dir string, files []file) (archives []*spark.Archive, err error) {
	for _, f := range files {
		archive, err := spark.OpenArchive(zipPath(dir, f.Name))
		if err != nil {
			closeAll(archives)
			return nil, err
		}
		archive.Limits.Total = -1 // the user's own history, however large
		archives = append(archives, archive)
	}
	return archives, nil
}

func closeAll(archives []*spark.Archive) {
	for _, archive := range archives {
		_ = archive.Close()
	}
}
