package spark_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/benchmark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
)

// BenchmarkCall fetches one call after another, of about 2 kB, 200 kB and 20 MB.
func BenchmarkCall(b *testing.B) {
	for _, rows := range []int{5, 2500, 250_000} {
		s := newBenchServer(b)
		size := s.serveRecord(b, rows)
		benchmark.Versus(b, fmt.Sprintf("size=%dkB", size/1000), func(b *testing.B) {
			client := rawClient(b)
			benchmark.Report(b, size)
			for b.Loop() {
				_, err := rawCall(client, s)
				require.NoError(b, err)
			}
		}, func(b *testing.B) {
			client := benchClient(b, s)
			benchmark.Report(b, size)
			for b.Loop() {
				_, err := client.GetCall(b.Context(), anyCallID)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkCalls fetches many calls of 2 kB, 64 at the same time.
func BenchmarkCalls(b *testing.B) {
	const atOnce = 64
	s := newBenchServer(b)
	size := s.serveRecord(b, 5)
	benchmark.Versus(b, "at-once=64", func(b *testing.B) {
		client := rawClient(b)
		benchmark.Report(b, size)
		rawCalls(b, client, s, atOnce)
	}, func(b *testing.B) {
		client := benchClient(b, s)
		ids := slices.Repeat([]string{anyCallID}, b.N)
		benchmark.Report(b, size)
		b.ResetTimer()
		for _, err := range client.GetCalls(b.Context(), ids, spark.WithConcurrency(atOnce)) {
			require.NoError(b, err)
		}
	})
}

// BenchmarkGrowthOfCallsAtOnce shows how time and memory grow with the concurrency.
func BenchmarkGrowthOfCallsAtOnce(b *testing.B) {
	const calls = 10_000
	s := newBenchServer(b)
	s.serveRecord(b, 5)
	ids := slices.Repeat([]string{anyCallID}, calls)
	for _, atOnce := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("at-once=%d", atOnce), func(b *testing.B) {
			client := benchClient(b, s)
			benchmark.Peak(b, func() {
				for _, err := range client.GetCalls(b.Context(), ids, spark.WithConcurrency(atOnce)) {
					require.NoError(b, err)
				}
			})
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/calls, "ns/call")
		})
	}
}

// serveRecord makes the server respond with a record whose table output has the
// given number of rows, and returns the size of the response.
func (s *benchServer) serveRecord(b *testing.B, rows int) (size int) {
	record, err := json.Marshal(samples.Record(rand.New(rand.NewPCG(1, 2)), rows))
	require.NoError(b, err)
	s.record = fmt.Appendf(nil, `{"status":"Success","response_data":%s,"response_meta":{},"error":null}`, record)
	return len(s.record)
}

// rawCall fetches and decodes a call as a program without the library would.
func rawCall(client *http.Client, s *benchServer) (*samples.PlainCall, error) {
	request, err := http.NewRequest(http.MethodGet, s.URL+"/t/api/v3/log/getexecutionhistorybycallid/"+anyCallID, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer x")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var envelope struct {
		ResponseData string `json:"response_data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&envelope); err != nil {
		return nil, err
	}
	call := new(samples.PlainCall)
	return call, json.Unmarshal([]byte(envelope.ResponseData), call)
}

// rawCalls fetches b.N calls, so many at the same time.
func rawCalls(b *testing.B, client *http.Client, s *benchServer, atOnce int) {
	var begun atomic.Int64
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			for begun.Add(1) <= int64(b.N) {
				if _, err := rawCall(client, s); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
}
