package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

// records is a file of calls as an export has them.
func records(size int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var out bytes.Buffer
	for out.Len() < size {
		fmt.Fprintf(&out, `{"id":"%016x-%016x","inputs":{"age":%d,"sum":%d.%02d,"product":"life"},"outputs":{"premium":%.15g}},`,
			random.Uint64(), random.Uint64(), random.IntN(90), random.IntN(1_000_000), random.IntN(100), random.Float64()*1000)
	}
	return out.Bytes()
}

// noise doesn't compress.
func noise(size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data)
	return data
}

// BenchmarkChecker compares the check of an archive with only copying its
// bytes, and with what a second pass with archive/zip costs.
func BenchmarkChecker(b *testing.B) {
	for _, kind := range []struct {
		name     string
		method   uint16
		contents []byte
	}{
		{"constant", zip.Deflate, bytes.Repeat([]byte(calls), 64<<20/len(calls))},
		{"records", zip.Deflate, records(32 << 20)},
		{"noise", zip.Deflate, noise(32 << 20)},
		{"stored", zip.Store, noise(32 << 20)},
	} {
		data := written(b, func(w *zip.Writer) {
			addRaw(b, w, "1.bin", kind.method, string(kind.contents))
		})
		var sink memory
		run := func(what string, f func() error) {
			b.Run(kind.name+"/"+what, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, f())
				}
				b.ReportMetric(float64(len(kind.contents))*float64(b.N)/b.Elapsed().Seconds()/1e6, "MB/s-inflated")
			})
		}
		run("copy", func() error {
			return feed(&sink, data)
		})
		run("checker", func() error {
			c := zipcheck.New()
			if err := feed(c, data); err != nil {
				return err
			}
			return c.Close()
		})
		run("file", func() error { return file(data) })
		run("archive", func() error { return readAll(data) })
	}
}

// memory keeps the last write.
type memory [32 << 10]byte

func (m *memory) Write(p []byte) (int, error) { return copy(m[:], p), nil }

// feed writes as a download does.
func feed(w io.Writer, data []byte) error {
	for rest := data; len(rest) > 0; {
		n := min(32<<10, len(rest))
		if _, err := w.Write(rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func readAll(data []byte) error {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, entry := range r.File {
		contents, err := entry.Open()
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, contents); err != nil {
			return err
		}
	}
	return nil
}
