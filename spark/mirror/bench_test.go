package mirror_test

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// benchmarked is a service with calls of the last 30 days.
func benchmarked(b *testing.B, calls int) (*spark.Service, spark.Date) {
	now := time.Now().UTC()
	generated := sparktest.Generate(sparktest.History{Calls: calls, Span: 30 * 24 * time.Hour, End: now})
	server := sparktest.NewServer(b, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.RecordsPerFile(10_000),
		sparktest.CheckRequests(nil), sparktest.Service("motor", "premium", generated...))
	transport := server.Transport()
	b.Cleanup(transport.CloseIdleConnections)
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(b, err)
	return client.Service("motor", "premium"), spark.DateOf(now.AddDate(0, 0, -31))
}

func BenchmarkUpdate(b *testing.B) {
	for name, withParquet := range map[string]bool{"ZIP": false, "Parquet": true} {
		b.Run(name, func(b *testing.B) {
			service, since := benchmarked(b, 30_000)
			var records int64
			for b.Loop() {
				dir := scratch(b)
				summary, err := mirror.Update(context.Background(), service, dir, mirror.Options{Since: since, Parquet: withParquet})
				require.NoError(b, err)
				records += summary.Records
				require.NoError(b, os.RemoveAll(dir))
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkCalls(b *testing.B) {
	service, since := benchmarked(b, 30_000)
	dir := scratch(b)
	_, err := mirror.Update(context.Background(), service, dir, mirror.Options{Since: since})
	require.NoError(b, err)
	records := 0
	for b.Loop() {
		directory := open(b, dir)
		for call, err := range directory.Calls() {
			require.NoError(b, err)
			runtime.KeepAlive(call)
			records++
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}
