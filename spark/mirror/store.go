package mirror

import (
	"encoding/json"
	"io"
	"path/filepath"
	"sync"
)

// store is the manifest of a run, in memory and on the disk.
type store struct {
	dir string

	mu       sync.Mutex
	manifest *manifest
}

// window returns a copy of a window as it is now.
func (s *store) window(i int) window {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.manifest.Windows[i]
}

// set changes a window. When it returns nil, the change is safe on the disk.
func (s *store) set(i int, w window) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manifest.Windows[i] = w
	return s.save()
}

// save writes mirror.json.
func (s *store) save() error {
	return replaceFile(filepath.Join(s.dir, manifestName), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", " ")
		return encoder.Encode(s.manifest)
	})
}
