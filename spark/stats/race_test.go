//go:build race

package stats_test

// manyCalls is less with the race detector, which is several times as slow.
const manyCalls = 50_000
