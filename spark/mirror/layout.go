package mirror

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

const (
	lockName  = "mirror.lock"
	zipFolder = "zip"
)

// ownFile matches the archives that this package makes, ownLeftover with what a
// download or a write that was killed leaves beside them.
var (
	ownFile     = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip$`)
	ownLeftover = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip(\.part|\.part\.json|\.tmp)?$`)
)

// archiveName is the file of the ZIP that the last export is saved to. Each export
// has its own, so that a new one never stands in the place of one that the manifest
// speaks of.
func (w *window) archiveName() string { return fmt.Sprintf("%s.%d.zip", w.From, w.Exports) }

func (w *window) restName() string { return fmt.Sprintf("%s.%d.rest.zip", w.From, w.Exports) }

func zipPath(dir, name string) string { return filepath.Join(dir, zipFolder, name) }

// sweep removes what earlier runs left and nothing refers to.
func (m *manifest) sweep(d disk, dir string) error {
	inUse := map[string]bool{}
	for i := range m.Windows {
		w := &m.Windows[i]
		for _, f := range w.Kept.files() {
			inUse[f.Name] = true
		}
		if w.Job != nil {
			name := w.archiveName()
			inUse[name], inUse[name+".part"], inUse[name+".part.json"] = true, true, true
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, zipFolder))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if inUse[entry.Name()] || !ownLeftover.MatchString(entry.Name()) {
			continue
		}
		if err := d.remove(zipPath(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// strangers returns the name of a file that this package doesn't put in a new
// folder, or "" where there is none.
func strangers(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		switch entry.Name() {
		case lockName, manifestName + tempSuffix:
		case zipFolder:
			inner, err := os.ReadDir(filepath.Join(dir, zipFolder))
			if err != nil {
				return "", err
			}
			if len(inner) > 0 {
				return filepath.Join(zipFolder, inner[0].Name()), nil
			}
		default:
			return entry.Name(), nil
		}
	}
	return "", nil
}
