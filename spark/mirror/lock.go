package mirror

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// lock locks the directory against other runs until unlock is called, or this
// process ends.
func lock(dir string) (unlock func() error, err error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := partfile.TryLock(file)
	if err == nil && !ok {
		err = fmt.Errorf("%w: it holds %s; try again when it has ended", ErrLocked, lockName)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}
