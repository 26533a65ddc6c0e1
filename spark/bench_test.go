package spark_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// versus measures what the library does against a minimal program without
// it, with net/http, encoding/json and io.Copy. Their ratio is what
// counts; make bench shows it.
func versus(b *testing.B, name string, raw, own func(*testing.B)) {
	b.Run(name+"/by=raw", raw)
	b.Run(name+"/by=spark", own)
}

func measure(b *testing.B, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
}

// measurePeak does a thing again and again, and reports by how much the heap grew
// at most while it was done once, garbage included.
func measurePeak(b *testing.B, do func()) {
	highest := uint64(0)
	for b.Loop() {
		runtime.GC()
		before := heapObjects()
		highest = max(highest, peakWhile(do)-before)
	}
	b.ReportMetric(float64(highest), "peak-B")
}

// peakWhile is the largest heap seen while something is done.
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

// benchServer responds like the platform, with one record and one ZIP.
type benchServer struct {
	*httptest.Server
	record []byte // the response of Get Call ID
	zip    http.HandlerFunc
}

func newBenchServer(b *testing.B) *benchServer {
	b.Helper()
	s := &benchServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	b.Cleanup(s.Close)
	return s
}

func (s *benchServer) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, ".zip"):
		s.zip(w, r)
	case strings.Contains(r.URL.Path, "/status/"):
		_, _ = io.WriteString(w, `{"status":null,"response_data":{"progress":100,"download_url":"`+s.URL+`/file.zip"}}`)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(s.record)))
		_, _ = w.Write(s.record)
	}
}

// benchClient returns a client of the library.
func benchClient(b *testing.B, s *benchServer) *spark.Client {
	b.Helper()
	client, err := spark.NewClient(s.URL+"/t", spark.BearerToken("x"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	return client
}

// rawClient returns a client of net/http with as many idle connections as the benchmarks use.
func rawClient(b *testing.B) *http.Client {
	b.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	b.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
