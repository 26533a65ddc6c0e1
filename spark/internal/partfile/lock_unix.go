//go:build unix && !solaris && !aix

package partfile

import (
	"os"
	"syscall"
)

// renamesOpenFiles is whether a file can be renamed and removed while it is open.
const renamesOpenFiles = true

// TryLock locks a file until it is closed, or this process ends. ok is false if another
// process or open file has locked it. If the file system has no locks, the error matches
// [errors.ErrUnsupported].
func TryLock(file *os.File) (ok bool, err error) {
	for {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case nil:
			return true, nil
		case syscall.EWOULDBLOCK:
			return false, nil
		case syscall.EINTR:
		default:
			return false, &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
	}
}
