package record_test

import (
	"archive/zip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/benchmark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
)

// The benchmarks here show how cost grows with one thing, at 1, 10 and 100 times
// as much: time for each of them, and peak-B, by how much the heap grew at most.

func BenchmarkGrowthOfRecords(b *testing.B) {
	for _, count := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", count), func(b *testing.B) { benchArchive(b, 1, count) })
	}
}

func BenchmarkGrowthOfFiles(b *testing.B) {
	for _, count := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("files=%d", count), func(b *testing.B) { benchArchive(b, count, 100) })
	}
}

// benchArchive reads all records of an archive of that many files.
func benchArchive(b *testing.B, files, records int) {
	path := filepath.Join(b.TempDir(), "calls.zip")
	writeCalls(b, path, files, records)
	benchmark.Peak(b, func() {
		archive, err := record.OpenArchive(path)
		require.NoError(b, err)
		requireCount(b, files*records, archive.Calls())
		require.NoError(b, archive.Close())
	})
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(files*records), "ns/record")
}

// writeCalls writes an archive of files with so many records of 2 kB each.
func writeCalls(b *testing.B, path string, files, records int) {
	target, err := os.Create(path)
	require.NoError(b, err)
	defer target.Close()
	writer := zip.NewWriter(target)
	part := strings.Repeat(samples.Record(rand.New(rand.NewPCG(1, 2)), 5)+"\n", 100)
	for i := range files {
		entry, err := writer.Create(fmt.Sprintf("calls-%d.json", i))
		require.NoError(b, err)
		for range records / 100 {
			_, err = io.WriteString(entry, part)
			require.NoError(b, err)
		}
	}
	require.NoError(b, writer.Close())
}
