// Package files writes a set of files, and doesn't touch those that are up to
// date.
package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Changes are the files to write, by name, and the content of each. A nil
// content removes the file.
type Changes map[string][]byte

// ErrIncomplete is the error for a file that can't be written. The files before it,
// in the order of their names, have been written.
var ErrIncomplete = errors.New("not every file was written, restore the others with git")

// Apply makes the changes below the root directory and returns the names of the
// files that it changed. Each file is replaced in one step.
func (c Changes) Apply(root string) ([]string, error) {
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		done, err := apply(filepath.Join(root, filepath.FromSlash(name)), c[name])
		if err != nil {
			return nil, fmt.Errorf("%w: write %s: %v", ErrIncomplete, name, err)
		}
		if done {
			changed = append(changed, name)
		}
	}
	return changed, nil
}

// apply changes one file, unless it is up to date, and reports whether it did.
func apply(file string, content []byte) (bool, error) {
	old, err := os.ReadFile(file)
	exists := err == nil
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	case exists == (content != nil) && bytes.Equal(old, content):
		return false, nil
	case content == nil:
		return true, os.Remove(file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return false, err
	}
	next := file + ".new"
	defer os.Remove(next) // after a failure; otherwise it has been renamed
	if err := os.WriteFile(next, content, 0o644); err != nil {
		return false, err
	}
	return true, os.Rename(next, file)
}
