//go:build !race

package compare_test

// manyCalls are what tests of memory take.
const manyCalls = 100_000
