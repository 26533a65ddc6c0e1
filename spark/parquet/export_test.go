package parquet

import "testing"

// GroupBytes sets how much memory the rows of a row group take.
func GroupBytes(t *testing.T, size int) {
	before := maxGroupBytes
	maxGroupBytes = size
	t.Cleanup(func() { maxGroupBytes = before })
}
