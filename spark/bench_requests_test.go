package spark_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// Each benchmark has a sub-benchmark "raw", which is the least that a program
// without the library would do against the same server, and one "spark". Their
// ratio is what counts; make bench prints it.

// benchServer answers like the platform, with one record and one ZIP.
type benchServer struct {
	*httptest.Server
	record []byte // the answer of Get Call ID
	zip    func(w http.ResponseWriter, r *http.Request)
}

func newBenchServer(b *testing.B) *benchServer {
	b.Helper()
	s := &benchServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ConnState = func(net.Conn, http.ConnState) {}
	s.Start()
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

// benchRecord is a record of about that many bytes.
func benchRecord(size int) []byte {
	var rows strings.Builder
	for i := 0; rows.Len() < size-1100; i++ {
		fmt.Fprintf(&rows, `,{"Year":%d,"Rate":0.0%d3125,"Name":"Row number %d","Active":true,"Note":null}`, 2000+i, i, i)
	}
	return []byte(`{"EngineCallId":"` + anyCallID + `","LogTime":"2026-03-01T08:15:30.123456","TransactionDate":"2026-03-01T00:00:00.000000",` +
		`"SourceSystem":"SPARK","Purpose":"Spark - API Tester","UserName":"actuary@example.com","HostName":"excel.uat.us.coherent.global",` +
		`"Tenant":"my-tenant","Service":"premium","Product":"motor","EngineDetails":{"request_data":{"inputs":{"Age":42,"Sum":100000.25` +
		`,"Rows":[` + strings.TrimPrefix(rows.String(), ",") + `]}},"request_meta":{"service_uri":null,"service_id":"` + anyCallID + `","version":"1.2.3",` +
		`"version_id":"` + anyCallID + `","call_purpose":"Spark - API Tester","source_system":"SPARK","correlation_id":"","compiler_type":"Neuron"},` +
		`"response_data":{"outputs":{"Premium":123.456789012345678,"Tax":1.25},"warnings":null,"errors":null,"service_chain":null},` +
		`"response_meta":{"spark_total_time":60,"version":"1.2.3","process_time":25,"call_id":"` + anyCallID + `","compiler_version":"1.12.0"}},` +
		`"CalcTime":25,"SparkTotalTime":60,"ServiceRevision":"0.4.2","APIVersion":"V3","ControlLogReference":null}`)
}

func envelopeOf(record []byte) []byte {
	encoded, _ := json.Marshal(string(record))
	return []byte(`{"status":"Success","response_data":` + string(encoded) + `,"response_meta":{},"error":null}`)
}

// rawCall is what a program without the library decodes a record into.
type rawCall struct {
	EngineCallID    string `json:"EngineCallId"`
	LogTime         string
	TransactionDate string
	SourceSystem    string
	Purpose         string
	UserName        string
	HostName        string
	Tenant          string
	Service         string
	Product         string
	EngineDetails   struct {
		RequestData struct {
			Inputs map[string]json.RawMessage `json:"inputs"`
		} `json:"request_data"`
		RequestMeta  map[string]any `json:"request_meta"`
		ResponseData struct {
			Outputs  map[string]json.RawMessage `json:"outputs"`
			Warnings json.RawMessage            `json:"warnings"`
			Errors   json.RawMessage            `json:"errors"`
		} `json:"response_data"`
		ResponseMeta map[string]any `json:"response_meta"`
	}
	CalcTime        float64
	SparkTotalTime  float64
	ServiceRevision string
	APIVersion      string
}

// rawTransport is net/http's with as many idle connections as the benchmarks use.
func rawTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return transport
}

func rawFetch(client *http.Client, address string) (*rawCall, error) {
	request, err := http.NewRequest(http.MethodGet, address, nil)
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
	call := new(rawCall)
	return call, json.Unmarshal([]byte(envelope.ResponseData), call)
}

func benchClient(b *testing.B, s *benchServer) *spark.Client {
	b.Helper()
	client, err := spark.NewClient(s.URL+"/t", spark.BearerToken("x"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	return client
}

func BenchmarkCall(b *testing.B) {
	for _, size := range []int{2 << 10, 200 << 10, 20 << 20} {
		s := newBenchServer(b)
		s.record = envelopeOf(benchRecord(size))
		address := s.URL + "/t/api/v3/log/getexecutionhistorybycallid/" + anyCallID
		name := fmt.Sprintf("size=%dkB", size>>10)
		b.Run(name+"/raw", func(b *testing.B) {
			client := &http.Client{Transport: rawTransport()}
			defer client.CloseIdleConnections()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rawFetch(client, address); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/spark", func(b *testing.B) {
			client := benchClient(b, s)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Call(b.Context(), anyCallID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCallsInFlight64(b *testing.B) {
	s := newBenchServer(b)
	s.record = envelopeOf(benchRecord(2 << 10))
	address := s.URL + "/t/api/v3/log/getexecutionhistorybycallid/" + anyCallID
	const inFlight = 64
	b.Run("raw", func(b *testing.B) {
		client := &http.Client{Transport: rawTransport()}
		defer client.CloseIdleConnections()
		b.ReportAllocs()
		var left atomic.Int64
		left.Store(int64(b.N))
		var group sync.WaitGroup
		for range inFlight {
			group.Go(func() {
				for left.Add(-1) >= 0 {
					if _, err := rawFetch(client, address); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
	})
	b.Run("spark", func(b *testing.B) {
		client := benchClient(b, s)
		ids := make([]string, b.N)
		for i := range ids {
			ids[i] = anyCallID
		}
		b.ReportAllocs()
		b.ResetTimer()
		for _, err := range client.Calls(b.Context(), ids, spark.Concurrency(inFlight)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// storedZIP writes a ZIP of that many bytes of content, stored in files of 1 MB.
func storedZIP(b *testing.B, path string, size int) {
	b.Helper()
	out, err := os.Create(path)
	require.NoError(b, err)
	defer out.Close()
	writer := zip.NewWriter(out)
	block := bytes.Repeat([]byte("calls and calls, "), 1<<20/17)
	sum := crc32.ChecksumIEEE(block)
	for i := range size / len(block) {
		header := &zip.FileHeader{Name: fmt.Sprintf("%d.json", i), Method: zip.Store, CRC32: sum, CompressedSize64: uint64(len(block)), UncompressedSize64: uint64(len(block))}
		entry, err := writer.CreateRaw(header)
		require.NoError(b, err)
		_, err = entry.Write(block)
		require.NoError(b, err)
	}
	require.NoError(b, writer.Close())
}

func BenchmarkSave(b *testing.B) {
	for _, size := range []int{64 << 20, 256 << 20} {
		folder := b.TempDir()
		path := filepath.Join(folder, "source.zip")
		storedZIP(b, path, size)
		s := newBenchServer(b)
		s.zip = func(w http.ResponseWriter, r *http.Request) {
			file, err := os.Open(path)
			if err != nil {
				b.Error(err)
				return
			}
			defer file.Close()
			w.Header().Set("ETag", `"1"`)
			http.ServeContent(w, r, "file.zip", time.Time{}, file)
		}
		target := filepath.Join(folder, "target.zip")
		name := fmt.Sprintf("size=%dMB", size>>20)
		b.Run(name+"/raw", func(b *testing.B) {
			client := &http.Client{Transport: rawTransport()}
			defer client.CloseIdleConnections()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := rawSave(client, s.URL+"/file.zip", target); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/spark", func(b *testing.B) {
			job := benchClient(b, s).Service("f", "s").Job(spark.JSON, anyCallID)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := job.Save(context.Background(), target, spark.Overwrite()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// rawSave writes straight to the file, and like the library makes it safe on the disk.
func rawSave(client *http.Client, address, path string) error {
	response, err := client.Get(address)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, response.Body); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}
