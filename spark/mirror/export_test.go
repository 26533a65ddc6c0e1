package mirror

import "testing"

// CompareAtOnce has records compared so many at a time.
func CompareAtOnce(t testing.TB, n int64) {
	before := recordsAtOnce
	recordsAtOnce = n
	t.Cleanup(func() { recordsAtOnce = before })
}
