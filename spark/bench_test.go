package spark_test

import (
	"encoding/json"
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

// versus measures what the library does against the least that a program without
// it would do, with net/http, encoding/json and io.Copy. Their ratio is what
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

// benchServer answers like the platform, with one record and one ZIP.
type benchServer struct {
	*httptest.Server
	record []byte // the answer of Get Call ID
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

// benchClient is a client of the library's.
func benchClient(b *testing.B, s *benchServer) *spark.Client {
	b.Helper()
	client, err := spark.NewClient(s.URL+"/t", spark.BearerToken("x"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	return client
}

// rawClient is net/http's with as many idle connections as the benchmarks use.
func rawClient(b *testing.B) *http.Client {
	b.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	b.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// plainCall has the fields of a Call in the layout of the record, for encoding/json.
type plainCall struct {
	EngineCallID, SourceSystem, Purpose, UserName, HostName, Tenant, Service, Product string
	LogTime, TransactionDate                                                          plainTime
	EngineDetails                                                                     struct {
		RequestData struct {
			Inputs json.RawMessage `json:"inputs"`
		} `json:"request_data"`
		RequestMeta struct {
			ServiceURI            string          `json:"service_uri"`
			ServiceID             string          `json:"service_id"`
			Version               string          `json:"version"`
			VersionID             string          `json:"version_id"`
			TransactionDate       plainTime       `json:"transaction_date"`
			CallPurpose           string          `json:"call_purpose"`
			SourceSystem          string          `json:"source_system"`
			CorrelationID         string          `json:"correlation_id"`
			RequestedOutput       []string        `json:"requested_output"`
			ServiceCategory       string          `json:"service_category"`
			CompilerType          string          `json:"compiler_type"`
			ArrayOutputs          []string        `json:"array_outputs"`
			ResponseDataInputs    bool            `json:"response_data_inputs"`
			ParameterSetVersionID string          `json:"parameterset_version_id"`
			ValidationType        string          `json:"validation_type"`
			XReportOptions        json.RawMessage `json:"xreport_options"`
		} `json:"request_meta"`
		ResponseData struct {
			Outputs      json.RawMessage      `json:"outputs"`
			Warnings     []spark.ModelWarning `json:"warnings"`
			Errors       []spark.ModelError   `json:"errors"`
			ServiceChain json.RawMessage      `json:"service_chain"`
		} `json:"response_data"`
		ResponseMeta struct {
			SparkTotalTime        float64   `json:"spark_total_time"`
			ServiceID             string    `json:"service_id"`
			VersionID             string    `json:"version_id"`
			Version               string    `json:"version"`
			ProcessTime           float64   `json:"process_time"`
			CallID                string    `json:"call_id"`
			CompilerType          string    `json:"compiler_type"`
			CompilerVersion       string    `json:"compiler_version"`
			SourceHash            string    `json:"source_hash"`
			EngineID              string    `json:"engine_id"`
			CorrelationID         string    `json:"correlation_id"`
			ParameterSetVersionID string    `json:"parameterset_version_id"`
			System                string    `json:"system"`
			RequestTimestamp      plainTime `json:"request_timestamp"`
		} `json:"response_meta"`
	}
	CalcTime, SparkTotalTime                         float64
	ServiceRevision, APIVersion, ControlLogReference string
}

// plainTime reads the platform's most frequent time stamps as simply as can be.
type plainTime struct{ time.Time }

func (p *plainTime) UnmarshalJSON(data []byte) (err error) {
	p.Time, err = time.Parse("2006-01-02T15:04:05.999999999", strings.TrimSuffix(strings.Trim(string(data), `"`), "Z"))
	return err
}
