package spark_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

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
