// Package benchmark measures time and memory.
package benchmark

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// Versus measures what the library does against a minimal program that uses only the
// standard library. make bench shows their ratio.
func Versus(b *testing.B, name string, raw, own func(*testing.B)) {
	b.Run(name+"/by=raw", raw)
	b.Run(name+"/by=spark", own)
}

// Report reports the speed for that many bytes, and the allocations.
func Report(b *testing.B, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
}

// Peak repeats do, and reports by how much the heap grew at most while it ran once,
// garbage included.
func Peak(b *testing.B, do func()) {
	highest := uint64(0)
	for b.Loop() {
		runtime.GC()
		before := heapObjects()
		highest = max(highest, peakWhile(do)-before)
	}
	b.ReportMetric(float64(highest), "peak-B")
}

// peakWhile returns the largest heap seen while do runs.
func peakWhile(do func()) (highest uint64) {
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		highest, tick := heapObjects(), time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			highest = max(highest, heapObjects())
			select {
			case <-tick.C:
			case <-done:
				peak <- highest
				return
			}
		}
	}()
	do()
	close(done)
	return <-peak
}

func heapObjects() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
