package mirror

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// manifest is the content of mirror.json. If its meaning changes, manifestVersion must
// change too.
type manifest struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Service identity `json:"service"`
	// Days is the length of new windows.
	Days int `json:"days"`
	// Parquet says that each window has a Parquet file.
	Parquet bool `json:"parquet,omitempty"`
	// Windows are in order of time, without gaps.
	Windows []windowState `json:"windows"`
}

// identity identifies a service.
type identity struct {
	BaseURL string `json:"base_url"`
	Folder  string `json:"folder"`
	Name    string `json:"name"`
}

func (i identity) String() string { return i.Folder + "/" + i.Name + " of " + i.BaseURL }

// windowState is what the manifest says of a window. Job is set while it is being
// exported, Stored when it has been.
type windowState struct {
	From   spark.Date   `json:"from"`
	To     spark.Date   `json:"to"` // the first day after the window
	Job    *jobState    `json:"job,omitempty"`
	Stored *storedState `json:"kept,omitempty"`
	// Exports is how many were started; the file names of the last one contain it.
	Exports int `json:"exports,omitempty"`
	// Table is the Parquet file of what is stored. It is nil if the file is missing or
	// outdated.
	Table *fileState `json:"parquet,omitempty"`
}

// jobState is an export that was started.
type jobState struct {
	ID      string        `json:"id"`
	Started time.Time     `json:"started"`
	Overlap time.Duration `json:"overlap,omitempty"`
}

// storedState is what the directory contains of a window.
type storedState struct {
	// AsOf is when the export was started: it doesn't contain calls logged later.
	AsOf time.Time `json:"as_of"`
	// Records counts those that belong to the window, Unreadable those that can't be
	// decoded.
	Records    int64 `json:"records"`
	Unreadable int64 `json:"unreadable,omitempty"`
	// Archive is the platform's ZIP.
	Archive fileState `json:"archive"`
	// Extra contains the calls that only other exports had: earlier ones, and those of
	// other windows.
	Extra *fileState `json:"rest,omitempty"`
	// Outside is set until the calls outside the requested time are settled.
	Outside *outside `json:"outside,omitempty"`
	// Doubtful is the overlap of an export that was reported for such calls, else 0.
	Doubtful time.Duration `json:"doubtful,omitempty"`
}

// files returns those that contain the window's calls.
func (s *storedState) files() []*fileState {
	switch {
	case s == nil:
		return nil
	case s.Extra == nil:
		return []*fileState{&s.Archive}
	}
	return []*fileState{&s.Archive, s.Extra}
}

// failed returns the error of a window.
func (w *windowState) failed(err error) *WindowError {
	return &WindowError{From: w.From, To: w.To, Err: err}
}

// isFinal reports whether the window needs no further export. A larger overlap may give
// a doubtful window its missing calls.
func (w *windowState) isFinal(o Options) bool {
	s := w.Stored
	return s != nil && s.Unreadable == 0 && w.isComplete(s.AsOf, o.LookBack) && (s.Doubtful == 0 || s.Doubtful >= o.Overlap)
}

// isComplete reports whether an export started then has all calls of the window.
func (w *windowState) isComplete(started time.Time, lookBack time.Duration) bool {
	return started.Sub(midnight(w.To)) >= lookBack
}

// lastExport returns when the last export of the window was started, or zero.
func (w *windowState) lastExport() (started time.Time) {
	if w.Stored != nil {
		started = w.Stored.AsOf
	}
	if w.Job != nil && w.Job.Started.After(started) {
		started = w.Job.Started
	}
	return started
}

// readManifest reads and checks mirror.json. If there is none, the error matches
// fs.ErrNotExist.
func readManifest(dir string) (*manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: it has no %s: %w", ErrNoMirror, manifestName, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	m := new(manifest)
	err = json.Unmarshal(data, m)
	var syntax *json.SyntaxError
	switch { // a newer version may have other types, which is an error too
	case errors.As(err, &syntax):
	case m.Format != manifestFormat:
		return nil, fmt.Errorf("%w: %s belongs to another program; choose another directory", ErrNoMirror, manifestName)
	case m.Version > manifestVersion:
		return nil, fmt.Errorf("%w: %s has version %d, this one reads %d; update this program", ErrNewerVersion, manifestName, m.Version, manifestVersion)
	case err == nil:
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s is damaged (%s); restore it from a backup or start a new directory", ErrNoMirror, manifestName, err)
	}
	return m, nil
}

// check returns an error for what this package never writes, such as file names that
// lead to another directory.
func (m *manifest) check() error {
	if m.Version < 1 || m.Days < 1 || len(m.Windows) == 0 {
		return errors.New("version, days or windows are missing")
	}
	for i := range m.Windows {
		w := &m.Windows[i]
		if !isBefore(w.From, w.To) || i > 0 && w.From != m.Windows[i-1].To {
			return fmt.Errorf("the windows around %s don't follow each other", w.From)
		}
		for _, f := range w.Stored.files() {
			if !archivePattern.MatchString(f.Name) {
				return fmt.Errorf("window %s names the file %q", w.From, f.Name)
			}
		}
		if (w.Job != nil || w.Stored != nil) && w.Exports < 1 {
			return fmt.Errorf("window %s has been exported %d times", w.From, w.Exports)
		}
	}
	return nil
}

// isEmpty reports whether nothing has been exported yet. The directory may then still
// become another service's, if the first name was misspelt.
func (m *manifest) isEmpty() bool {
	return !slices.ContainsFunc(m.Windows, func(w windowState) bool { return w.Stored != nil || w.Job != nil })
}

// write replaces mirror.json.
func (m *manifest) write(dir string) error {
	return replaceFile(filepath.Join(dir, manifestName), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", " ")
		return encoder.Encode(m)
	})
}
