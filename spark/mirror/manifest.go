package mirror

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

const (
	manifestName    = "mirror.json"
	manifestFormat  = "spark-go mirror"
	manifestVersion = 1
)

// manifest is what mirror.json says: all that is known of a folder. A change of
// its meaning needs another manifestVersion.
type manifest struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Service identity `json:"service"`
	// Days is the length of new windows.
	Days int `json:"days"`
	// Parquet says that each window has a Parquet file.
	Parquet bool `json:"parquet,omitempty"`
	// Windows follow each other without gaps.
	Windows []window `json:"windows"`
}

// identity tells a service from all others.
type identity struct {
	BaseURL string `json:"base_url"`
	Folder  string `json:"folder"`
	Name    string `json:"name"`
}

func (i identity) String() string { return i.Folder + "/" + i.Name + " of " + i.BaseURL }

// window is a span of days and how far it is: planned, with a job started, kept,
// or kept with a job that was started to fetch it again.
type window struct {
	From spark.Date `json:"from"`
	To   spark.Date `json:"to"` // the first day outside
	Job  *job       `json:"job,omitempty"`
	Kept *kept      `json:"kept,omitempty"`
	// Exports counts those that were started; the last one has this number.
	Exports int `json:"exports,omitempty"`
	// Table is the Parquet file of what is kept.
	Table *table `json:"table,omitempty"`
}

// job is an export that was started.
type job struct {
	ID      string    `json:"id"`
	Started time.Time `json:"started"`
	// Overlap is that of the request, see [Options].
	Overlap time.Duration `json:"overlap,omitempty"`
}

// kept is what the folder holds of a window.
type kept struct {
	// AsOf is when the export was started: calls logged later aren't in it.
	AsOf time.Time `json:"as_of"`
	// Records counts those that belong to the window, Unreadable those that can't
	// be decoded.
	Records    int64 `json:"records"`
	Unreadable int64 `json:"unreadable,omitempty"`
	// Archive is the platform's ZIP.
	Archive file `json:"archive"`
	// Rest holds what only other exports had: earlier ones, and those of other windows.
	Rest *file `json:"rest,omitempty"`
	// Outside is set until the calls that the export wasn't asked for are settled.
	Outside *outside `json:"outside,omitempty"`
	// Doubtful is the overlap of an export that was reported for such calls, else 0.
	Doubtful time.Duration `json:"doubtful,omitempty"`
}

// file is a file in the directory, by its name in its subdirectory.
type file struct {
	Name     string    `json:"name"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Modified time.Time `json:"modified"`
}

// files returns those that hold the window's calls.
func (k *kept) files() []*file {
	switch {
	case k == nil:
		return nil
	case k.Rest == nil:
		return []*file{&k.Archive}
	}
	return []*file{&k.Archive, k.Rest}
}

// final reports whether the window needs no further export. A larger overlap may be
// the remedy for one that is doubtful.
func (w *window) final(o Options) bool {
	k := w.Kept
	return k != nil && k.Unreadable == 0 && w.settledAt(k.AsOf, o.LookBack) && (k.Doubtful == 0 || k.Doubtful >= o.Overlap)
}

// settledAt reports whether an export started then has all that the window will hold.
func (w *window) settledAt(start time.Time, lookBack time.Duration) bool {
	return start.Sub(midnight(w.To)) >= lookBack
}

// lastUpdate is the latest time that the manifest knows.
func (m *manifest) lastUpdate() time.Time {
	var last time.Time
	for i := range m.Windows {
		if k := m.Windows[i].Kept; k != nil && k.AsOf.After(last) {
			last = k.AsOf
		}
		if j := m.Windows[i].Job; j != nil && j.Started.After(last) {
			last = j.Started
		}
	}
	return last
}

// readManifest reads and checks mirror.json. Without one the error matches fs.ErrNotExist.
func readManifest(dir string) (*manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: it has no %s: %w", ErrNoMirror, manifestName, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	err = json.Unmarshal(data, &head)
	var otherShape *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &otherShape) {
		return nil, fmt.Errorf("%w: %s is damaged (%s); restore it from a backup or start a new directory", ErrNoMirror, manifestName, err)
	}
	if head.Format != manifestFormat {
		return nil, fmt.Errorf("%w: %s belongs to another program; choose another folder", ErrNoMirror, manifestName)
	}
	if head.Version > manifestVersion {
		return nil, fmt.Errorf("%w: %s has version %d, this one knows %d; update this program", ErrNewerVersion, manifestName, head.Version, manifestVersion)
	}
	m := new(manifest)
	err = json.Unmarshal(data, m)
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s is damaged (%s); restore it from a backup or start a new directory", ErrNoMirror, manifestName, err)
	}
	return m, nil
}

// check refuses what this package never writes, and file names that lead elsewhere.
func (m *manifest) check() error {
	if m.Version < 1 || m.Days < 1 || len(m.Windows) == 0 {
		return errors.New("version, days or windows are missing")
	}
	for i := range m.Windows {
		w := &m.Windows[i]
		if !before(w.From, w.To) || i > 0 && w.From != m.Windows[i-1].To {
			return fmt.Errorf("the windows around %s don't follow each other", w.From)
		}
		for _, f := range w.Kept.files() {
			if !ownFile.MatchString(f.Name) {
				return fmt.Errorf("window %s names the file %q", w.From, f.Name)
			}
		}
		if (w.Job != nil || w.Kept != nil) && w.Exports < 1 {
			return fmt.Errorf("window %s has been exported %d times", w.From, w.Exports)
		}
	}
	return nil
}

// empty reports whether nothing has been exported yet, so that the folder may
// still become another service's, where the first try had its name wrong.
func (m *manifest) empty() bool {
	return !slices.ContainsFunc(m.Windows, func(w window) bool { return w.Kept != nil || w.Job != nil })
}
