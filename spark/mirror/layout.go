package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

const (
	lockName      = "mirror.lock"
	zipFolder     = "zip"
	parquetFolder = "parquet"
	// schemaName has an underscore before it, so that readers of a whole folder of
	// Parquet files leave it out.
	schemaName = "_schema.json"
)

// ownFile matches the archives that this package makes, ownLeftover all that it
// may leave in its folders, with what is left of a download or a write that was
// killed.
var (
	ownFile     = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip$`)
	ownLeftover = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip(\.part|\.part\.json)?$|^\d{4}-\d\d-\d\d\.parquet$|^_.*\.tmp$`)
)

// archiveName is the file of the ZIP that the last export is saved to. Each export
// has its own, so that a new one never stands in the place of one that the manifest
// speaks of.
func (w *window) archiveName() string { return fmt.Sprintf("%s.%d.zip", w.From, w.Exports) }

func (w *window) restName() string { return fmt.Sprintf("%s.%d.rest.zip", w.From, w.Exports) }

func zipPath(dir, name string) string { return filepath.Join(dir, zipFolder, name) }

// tempPath is where a file is written before it gets its name.
func tempPath(path string) string {
	folder, name := filepath.Split(path)
	return folder + "_" + name + ".tmp"
}

// sweep removes what earlier runs left and nothing refers to.
func (m *manifest) sweep(dir string) error {
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
		// A Parquet file of what was kept before serves until the new one is there.
		inUse[w.tableName()] = w.Kept != nil
	}
	for _, folder := range []string{zipFolder, parquetFolder} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, entry := range entries {
			if inUse[entry.Name()] || !ownLeftover.MatchString(entry.Name()) {
				continue
			}
			removeFile(filepath.Join(dir, folder, entry.Name()))
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
		case lockName, filepath.Base(tempPath(manifestName)):
		case zipFolder, parquetFolder:
			inner, err := os.ReadDir(filepath.Join(dir, entry.Name()))
			if err != nil {
				return "", err
			}
			if len(inner) > 0 {
				return filepath.Join(entry.Name(), inner[0].Name()), nil
			}
		default:
			return entry.Name(), nil
		}
	}
	return "", nil
}
