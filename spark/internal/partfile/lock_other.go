//go:build !windows && (!unix || solaris || aix)

package partfile

import (
	"errors"
	"os"
)

// renamesOpenFiles is whether a file can be renamed and removed while it is open.
const renamesOpenFiles = false

// TryLock returns [errors.ErrUnsupported].
func TryLock(file *os.File) (ok bool, err error) {
	return false, &os.PathError{Op: "lock", Path: file.Name(), Err: errors.ErrUnsupported}
}
