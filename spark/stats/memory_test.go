package stats_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
)

// Memory doesn't grow with the calls, even if each has a name of its own: only sketches
// and samples fill up, ever more slowly.
func TestMemory(t *testing.T) {
	small, large := memory(t, 5_000), memory(t, 20_000)
	t.Logf("%d KB after 5,000 calls, %d KB after 20,000", small>>10, large>>10)
	require.Less(t, float64(large), 2.3*float64(small))
}

// memory returns what a collector takes after so many calls.
func memory(t *testing.T, count int) uint64 {
	measure := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := measure()
	collector := stats.NewCollector(stats.Options{Value: "outputs.x"})
	for i := range count {
		collector.AddValue(numbered(i), valueOf(t, strconv.Itoa(i*7919)))
	}
	after := measure()
	require.Equal(t, count, collector.Report().All.Calls)
	return after - before
}

// numbered is a call of a stream with ever new names, over 90 days again and again.
func numbered(i int) *record.Call {
	return &record.Call{
		LogTime:      time.Date(2026, 1, 1+i%90, i%24, 0, 0, 0, time.UTC),
		Version:      fmt.Sprintf("1.%d", i%7),
		User:         fmt.Sprintf("user %d", i*i%1009),
		Purpose:      fmt.Sprintf("quote %d", i),
		SourceSystem: fmt.Sprintf("system %d", i%31),
		CalcTime:     time.Duration(1+i*7919%977) * time.Millisecond,
		TotalTime:    time.Duration(2+i*7919%1999) * time.Millisecond,
	}
}

func BenchmarkAdd(b *testing.B) {
	collector := stats.NewCollector(stats.Options{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		collector.Add(numbered(i))
		i++
	}
}
