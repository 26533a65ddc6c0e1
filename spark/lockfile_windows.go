package spark

import (
	"os"
	"syscall"
	"unsafe"
)

// renamesOpenFiles says that a file can get another name while it is open.
const renamesOpenFiles = false

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// lockFile keeps other runs from a file until it is closed. It fails at once
// where another run has it.
func lockFile(file *os.File) error {
	const failImmediately, exclusive = 1, 2
	// The lock is on a byte that no file has, since Windows locks keep others from reading.
	region := syscall.Overlapped{OffsetHigh: 1 << 30}
	ok, _, err := lockFileEx.Call(file.Fd(), failImmediately|exclusive, 0, 1, 0, uintptr(unsafe.Pointer(&region)))
	if ok == 0 {
		return err
	}
	return nil
}
