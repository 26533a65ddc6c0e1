package compare

import "testing"

// IndexAtMost lets so few calls be in the index at a time.
func IndexAtMost(t *testing.T, calls int) {
	before := maxIndexed
	maxIndexed = calls
	t.Cleanup(func() { maxIndexed = before })
}
