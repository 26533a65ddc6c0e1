package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// Folder is a folder that [Update] made, for reading. It is as the folder was when
// it was opened, and safe for concurrent use.
type Folder struct {
	dir      string
	manifest *manifest
}

// Open reads what a folder holds. It may be open while an [Update] runs. The error
// matches [ErrNoMirror] or [ErrNewerVersion] where the folder can't be read.
func Open(dir string) (*Folder, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, fmt.Errorf("open mirror %s: %w", dir, err)
	}
	return &Folder{dir: dir, manifest: m}, nil
}

// BaseURL is where the tenant lives whose service the folder holds.
func (f *Folder) BaseURL() string { return f.manifest.Service.BaseURL }

// Service names the service that the folder holds, and the folder it is in on the
// platform.
func (f *Folder) Service() (folder, service string) {
	return f.manifest.Service.Folder, f.manifest.Service.Name
}

// Window is a span of days, the part of a history that one export holds.
type Window struct {
	// From and To are its days in UTC, To being the first outside.
	From, To spark.Date
	// Fetched is when the export was started that the folder holds: calls logged
	// later aren't in it. It is zero where the window is still to be fetched.
	Fetched time.Time
	// Records is how many belong to the window, those of v4 calls counted one by one.
	Records int64
	// Unreadable counts records of the export that can't be decoded.
	Unreadable int64

	dir    string
	window window
}

func (w *window) public(dir string) Window {
	public := Window{From: w.From, To: w.To, dir: dir, window: *w}
	if w.Kept != nil {
		public.Fetched, public.Records, public.Unreadable = w.Kept.AsOf, w.Kept.Records, w.Kept.Unreadable
	}
	return public
}

// String is the window's days, for people.
func (w Window) String() string { return span(w.From, w.To) }

// Windows lists the windows in order of time, without gaps between them.
func (f *Folder) Windows() []Window {
	windows := make([]Window, len(f.manifest.Windows))
	for i := range windows {
		windows[i] = f.manifest.Windows[i].public(f.dir)
	}
	return windows
}
