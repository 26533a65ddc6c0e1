package parquet_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func BenchmarkWrite(b *testing.B) {
	var calls []*record.Call
	size := 0
	for _, call := range sparktest.Generate(sparktest.History{Calls: 5000}) {
		call.TimeLayout = "2006-01-02T15:04:05.000000"
		text := call.Record()
		parsed, err := record.ParseCall(text)
		require.NoError(b, err)
		calls, size = append(calls, parsed), size+len(text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var written counter
	for b.Loop() {
		written = 0
		require.NoError(b, parquet.Write(&written, each(calls)))
	}
	b.ReportMetric(float64(written)/float64(len(calls)), "B/call")
	b.ReportMetric(float64(len(calls))*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
