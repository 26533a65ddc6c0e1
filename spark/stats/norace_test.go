//go:build !race

package stats_test

// manyCalls are what tests of memory take.
const manyCalls = 200_000
