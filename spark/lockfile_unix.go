//go:build unix && !solaris && !aix

package spark

import (
	"os"
	"syscall"
)

// renamesOpenFiles says that a file can get another name while it is open.
const renamesOpenFiles = true

// lockFile keeps other runs from a file until it is closed. It fails at once
// where another run has it.
func lockFile(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
