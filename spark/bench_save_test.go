package spark_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/benchmark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
)

// saveSize is how large the ZIP of [BenchmarkSave] is.
const saveSize = 256 << 20

// BenchmarkSave downloads a ZIP to a file: one whose contents can't be compressed,
// which is checked as fast as it is read, and one of records, which unpack to
// thirteen times as much. Each comes as fast as it can, and at 100 Mbit/s.
func BenchmarkSave(b *testing.B) {
	for _, contents := range []string{"noise", "records"} {
		for _, network := range []string{"loopback", "100Mbit"} {
			s, target := newBenchServer(b), filepath.Join(b.TempDir(), "calls.zip")
			size := s.serveZIP(b, contents, saveSize)
			if network != "loopback" {
				s.zip = throttled(s.zip, 100e6/8)
			}
			benchmark.Versus(b, "of="+contents+"/net="+network, func(b *testing.B) {
				client := rawClient(b)
				benchmark.Report(b, size)
				for b.Loop() {
					require.NoError(b, rawSave(client, s.URL+"/file.zip", target))
				}
			}, func(b *testing.B) {
				job := benchClient(b, s).Service("f", "s").Job(spark.FormatJSON, anyCallID)
				benchmark.Report(b, size)
				for b.Loop() {
					require.NoError(b, job.Save(b.Context(), target, spark.WithOverwrite()))
				}
			})
		}
	}
}

// BenchmarkSaveMemory shows that the heap doesn't grow with what is downloaded.
func BenchmarkSaveMemory(b *testing.B) {
	for _, megabytes := range []int{64, 256, 1024} {
		b.Run(fmt.Sprintf("size=%dMB", megabytes), func(b *testing.B) {
			s, target := newBenchServer(b), filepath.Join(b.TempDir(), "calls.zip")
			size := s.serveZIP(b, "noise", megabytes<<20)
			job := benchClient(b, s).Service("f", "s").Job(spark.FormatJSON, anyCallID)
			benchmark.Report(b, size)
			benchmark.Peak(b, func() { require.NoError(b, job.Save(b.Context(), target, spark.WithOverwrite())) })
		})
	}
}

// serveZIP makes the server serve a ZIP of about that many bytes, and returns its size.
func (s *benchServer) serveZIP(b *testing.B, contents string, size int) int {
	path := filepath.Join(b.TempDir(), "source.zip")
	writeZIP(b, path, contents, size)
	info, err := os.Stat(path)
	require.NoError(b, err)
	s.zip = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		http.ServeFile(w, r, path)
	}
	return int(info.Size())
}

// throttled limits a handler to so many bytes per second.
func throttled(handler http.HandlerFunc, speed int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		handler(&slowWriter{w, speed, time.Now(), 0}, r)
	}
}

// slowWriter is a connection of limited speed.
type slowWriter struct {
	http.ResponseWriter
	speed int // bytes per second
	start time.Time
	sent  int
}

func (s *slowWriter) Write(p []byte) (int, error) {
	s.sent += len(p)
	time.Sleep(time.Until(s.start.Add(time.Second * time.Duration(s.sent) / time.Duration(s.speed))))
	return s.ResponseWriter.Write(p)
}

// writeZIP writes files of 4 MB until the ZIP has the size.
func writeZIP(b *testing.B, path, contents string, size int) {
	const fileSize = 4 << 20
	target, err := os.Create(path)
	require.NoError(b, err)
	defer target.Close()
	packed := packedFile(b, contents, fileSize)
	writer := zip.NewWriter(target)
	for i := range max(1, size/int(packed.CompressedSize64)) {
		entry, err := writer.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("%d.json", i), Method: packed.Method, CRC32: packed.CRC32,
			CompressedSize64: packed.CompressedSize64, UncompressedSize64: packed.UncompressedSize64,
		})
		require.NoError(b, err)
		raw, err := packed.OpenRaw()
		require.NoError(b, err)
		_, err = io.Copy(entry, raw)
		require.NoError(b, err)
	}
	require.NoError(b, writer.Close())
}

// packedFile is a file of that many bytes in a ZIP in memory.
func packedFile(b *testing.B, contents string, size int) *zip.File {
	method, text := zip.Store, make([]byte, size)
	if contents == "records" {
		method, text = zip.Deflate, []byte(samples.Records(size/2000, 5))
	} else {
		_, _ = rand.NewChaCha8([32]byte{}).Read(text)
	}
	data := samples.ZIP(b, method, samples.File{"0.json", string(text)})
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(b, err)
	return archive.File[0]
}

// rawSave writes straight to the file, and syncs it to the disk as the library does.
func rawSave(client *http.Client, url, path string) error {
	response, err := client.Get(url)
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
