package partfile

import (
	"os"
	"syscall"
	"unsafe"
)

// renamesOpenFiles is whether a file can be renamed and removed while it is open.
const renamesOpenFiles = false

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// TryLock locks a file until it is closed, or this process ends. ok is false if another
// process or open file has locked it. If the file system has no locks, the error matches
// [errors.ErrUnsupported].
func TryLock(file *os.File) (ok bool, err error) {
	const (
		failImmediately, exclusive = 1, 2
		lockViolation              = syscall.Errno(33)
	)
	// On Windows others can't read a locked region, so the lock is on a byte beyond any file.
	region := syscall.Overlapped{OffsetHigh: 1 << 30}
	result, _, err := lockFileEx.Call(file.Fd(), failImmediately|exclusive, 0, 1, 0, uintptr(unsafe.Pointer(&region)))
	switch {
	case result != 0:
		return true, nil
	case err == lockViolation:
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: file.Name(), Err: err}
}
