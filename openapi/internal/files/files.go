// Package files changes a set of files as one step: either all of them come
// to hold what they should, or none is touched.
package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Changes are the files to write, by name, and the content of each. A nil
// content removes the file.
type Changes map[string][]byte

// Apply carries out the changes below the root directory and returns the names of
// the files that it changed. Files that already hold what they should are left
// alone. New content is written beside its place first and moved there when
// all of it is on the disk.
func (c Changes) Apply(root string) ([]string, error) {
	s := step{root: root, before: map[string][]byte{}, ready: map[string]string{}}
	defer s.clean()
	if err := s.prepare(c); err != nil {
		return nil, err
	}
	return s.move()
}

type step struct {
	root   string
	names  []string          // of the files to change, in order
	before map[string][]byte // what they held; nil where there was no file
	ready  map[string]string // the temporary files that hold what they shall
}

func (s *step) prepare(changes Changes) error {
	for name, content := range changes {
		place := filepath.Join(s.root, name)
		old, err := os.ReadFile(place)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if bytes.Equal(old, content) && (err == nil) == (content != nil) {
			continue
		}
		s.names = append(s.names, name)
		if err == nil {
			s.before[name] = append([]byte{}, old...)
		}
		if content != nil {
			if err := s.write(name, place, content); err != nil {
				return fmt.Errorf("write %s: %w", name, err)
			}
		}
	}
	slices.Sort(s.names)
	return nil
}

func (s *step) write(name, place string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(place), ".new-*")
	if err != nil {
		return err
	}
	s.ready[name] = file.Name()
	_, err = file.Write(content)
	return errors.Join(err, file.Chmod(0o644), file.Close())
}

// move puts every file in its place. If one can't be, those already moved are
// put back.
func (s *step) move() ([]string, error) {
	for i, name := range s.names {
		place := filepath.Join(s.root, name)
		var err error
		if ready, ok := s.ready[name]; ok {
			err = os.Rename(ready, place)
		} else {
			err = os.Remove(place)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("write %s: %w", name, err), s.putBack(s.names[:i]))
		}
	}
	return s.names, nil
}

func (s *step) putBack(names []string) error {
	var faults []error
	for _, name := range names {
		place := filepath.Join(s.root, name)
		if content, existed := s.before[name]; existed {
			faults = append(faults, os.WriteFile(place, content, 0o644))
		} else {
			faults = append(faults, os.Remove(place))
		}
	}
	return errors.Join(faults...)
}

func (s *step) clean() {
	for _, ready := range s.ready {
		os.Remove(ready) // gone already where it was moved
	}
}
