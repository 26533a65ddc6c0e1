package partfile

import (
	"os"
	"syscall"
	"unsafe"
)

// renamesOpenFiles reports that a file can be renamed and removed while it is open.
const renamesOpenFiles = false

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// TryLock locks a file until it is closed, or this process ends. ok is false if
// somebody else has locked it. Without locks, the error matches [errors.ErrUnsupported].
func TryLock(file *os.File) (ok bool, err error) {
	const (
		failImmediately, exclusive = 1, 2
		lockViolation              = syscall.Errno(33)
	)
	// Windows keeps others from reading what is locked, so the lock is on a byte that no file has.
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
