package compare

import "testing"

// IndexAtMost limits the index of a spool to this many calls.
func IndexAtMost(t *testing.T, calls int) {
	before := maxIndexed
	maxIndexed = calls
	t.Cleanup(func() { maxIndexed = before })
}
