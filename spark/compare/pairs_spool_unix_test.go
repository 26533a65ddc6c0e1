//go:build linux || darwin

package compare_test

import (
	"fmt"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
)

// A limit on the size of files simulates a full disk.
func TestArchivesOnAFullDisk(t *testing.T) {
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	defer func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)) }()

	var many []testCall
	for i := range 2000 {
		many = append(many, testCall{id: fmt.Sprint(i)})
	}
	for _, size := range []uint64{150_000, 1000} {
		limit := syscall.Rlimit{Cur: size, Max: old.Max}
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
		report, err := compare.Archives(calls(many...), calls(many...), compare.ByID, compare.Options{})
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
		require.ErrorIs(t, err, syscall.EFBIG)
		require.ErrorContains(t, err, "store the calls of A in a temporary file")
		require.Nil(t, report)
	}
}
