package spark_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// BenchmarkIdle makes ten thousand services and clones of a client.
// idle-B is the heap that each takes, goroutines how many they start together.
func BenchmarkIdle(b *testing.B) {
	client, err := spark.NewClient("https://excel.uat.us.coherent.global/my-tenant", spark.BearerToken("x"))
	require.NoError(b, err)
	b.Run("of=service", func(b *testing.B) {
		benchIdle(b, func() any { return client.Service("folder", "service") })
	})
	b.Run("of=clone", func(b *testing.B) {
		benchIdle(b, func() any {
			clone, err := client.Clone(spark.WithMaxResponseSize(1000))
			require.NoError(b, err)
			return clone
		})
	})
}

func benchIdle(b *testing.B, newOne func() any) {
	const count = 10_000
	idle := make([]any, count)
	runtime.GC()
	before, goroutines := heapObjects(), runtime.NumGoroutine()
	for b.Loop() {
		for i := range idle {
			idle[i] = newOne()
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/count, "ns/one")
	runtime.GC()
	b.ReportMetric(float64(heapObjects()-before)/count, "idle-B")
	b.ReportMetric(float64(runtime.NumGoroutine()-goroutines), "goroutines")
	runtime.KeepAlive(idle)
}
