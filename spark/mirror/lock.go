package mirror

import (
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lock keeps other runs out of a folder until unlock is called, or this process
// ends in whatever way.
func lock(dir string) (unlock func() error, err error) {
	held := flock.New(filepath.Join(dir, lockName))
	ok, err := held.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the folder: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("%w: it holds %s; try again when it has ended", ErrLocked, lockName)
	}
	return held.Unlock, nil
}
