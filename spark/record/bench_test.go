package record_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/benchmark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

// BenchmarkArchiveCalls streams calls out of an archive, against encoding/json
// into the same fields out of the same archive: short records of 2 kB that compress
// well, and long ones of 16 kB full of digits that don't.
func BenchmarkArchiveCalls(b *testing.B) {
	for _, size := range []struct {
		name           string
		records, table int
	}{{"short", 4000, 5}, {"long", 500, 200}} {
		text := samples.Records(size.records, size.table)
		data := samples.ZIP(b, zip.Deflate, samples.File{"calls.json", text})
		benchmark.Versus(b, "records="+size.name, func(b *testing.B) {
			benchmark.Report(b, len(text))
			for b.Loop() {
				contents := rawFile(b, data)
				requireCount(b, size.records, rawRecords(contents))
				require.NoError(b, contents.Close())
			}
		}, func(b *testing.B) {
			benchmark.Report(b, len(text))
			for b.Loop() {
				requireCount(b, size.records, newArchive(b, data).Calls())
			}
		})
	}
}

// BenchmarkParseCall decodes one record that is in memory.
func BenchmarkParseCall(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, table := range []int{5, 2500, 250_000} {
		text := []byte(samples.Record(random, table))
		benchmark.Versus(b, fmt.Sprintf("size=%dkB", len(text)/1000), func(b *testing.B) {
			benchmark.Report(b, len(text))
			for b.Loop() {
				require.NoError(b, json.Unmarshal(text, new(samples.PlainCall)))
			}
		}, func(b *testing.B) {
			benchmark.Report(b, len(text))
			for b.Loop() {
				_, err := record.ParseCall(text)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkArchiveRows streams rows out of an archive, typed columns and all,
// against encoding/csv with ReuseRecord, which gives strings only.
func BenchmarkArchiveRows(b *testing.B) {
	const count = 10_000
	text := samples.Rows(count)
	data := samples.ZIP(b, zip.Deflate, samples.File{"rows.csv", text})
	benchmark.Versus(b, "rows=10k", func(b *testing.B) {
		benchmark.Report(b, len(text))
		for b.Loop() {
			contents := rawFile(b, data)
			requireCount(b, count+1, rawRows(contents))
			require.NoError(b, contents.Close())
		}
	}, func(b *testing.B) {
		benchmark.Report(b, len(text))
		for b.Loop() {
			requireCount(b, count, newArchive(b, data).Rows())
		}
	})
}

// BenchmarkReadRows is the same without an archive around.
func BenchmarkReadRows(b *testing.B) {
	const count = 10_000
	text := samples.Rows(count)
	benchmark.Versus(b, "rows=10k", func(b *testing.B) {
		benchmark.Report(b, len(text))
		for b.Loop() {
			requireCount(b, count+1, rawRows(strings.NewReader(text)))
		}
	}, func(b *testing.B) {
		benchmark.Report(b, len(text))
		for b.Loop() {
			requireCount(b, count, record.ReadRows(strings.NewReader(text)))
		}
	})
}

func requireCount[T any](b *testing.B, want int, all iter.Seq2[T, error]) {
	n := 0
	for _, err := range all {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	require.Equal(b, want, n)
}

// rawFile opens the only file of an archive with the standard library.
func rawFile(b *testing.B, data []byte) io.ReadCloser {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(b, err)
	contents, err := archive.File[0].Open()
	require.NoError(b, err)
	return contents
}

func rawRows(r io.Reader) iter.Seq2[[]string, error] {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	return func(yield func([]string, error) bool) {
		for {
			cells, err := reader.Read()
			if err == io.EOF || !yield(cells, err) {
				return
			}
		}
	}
}

func rawRecords(r io.Reader) iter.Seq2[*samples.PlainCall, error] {
	return func(yield func(*samples.PlainCall, error) bool) {
		decoder := json.NewDecoder(r)
		if _, err := decoder.Token(); err != nil {
			yield(nil, err)
			return
		}
		for decoder.More() {
			call := new(samples.PlainCall)
			if err := decoder.Decode(call); !yield(call, err) {
				return
			}
		}
	}
}
