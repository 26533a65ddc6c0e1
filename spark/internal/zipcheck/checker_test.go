package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

func TestChunks(t *testing.T) {
	archives := checkable(t)
	for name, data := range opaque(t) {
		archives[name] = data
	}
	for name, data := range checkable(t) {
		archives[name+", cut off"] = data[:len(data)*2/3]
		damaged := bytes.Clone(data)
		damaged[len(data)/3] ^= 64
		archives[name+", damaged"] = damaged
	}
	for name, data := range archives {
		t.Run(name, func(t *testing.T) {
			want := file(data)
			for _, chunk := range []int{1, 2, 3, 7, 64, len(data)} {
				require.Equal(t, want, streamed(t, data, chunk), "chunks of %d", chunk)
			}
		})
	}
}

// large is an archive of several blocks, with data that doesn't compress.
func large(t testing.TB) []byte {
	t.Helper()
	contents := noise(3 << 19)
	return written(t, func(w *zip.Writer) {
		add(t, w, zip.FileHeader{Name: "1.bin", Method: zip.Deflate}, string(contents))
		addRaw(t, w, "2.bin", zip.Store, string(contents))
	})
}

func TestLarge(t *testing.T) {
	data := large(t)
	for _, chunk := range []int{32 << 10, 100_000, 1 << 20, len(data)} {
		require.NoError(t, streamed(t, data, chunk))
	}
	for _, at := range []int{1 << 20, len(data) - 1<<20} {
		damaged := bytes.Clone(data)
		damaged[at] ^= 1
		require.ErrorIs(t, streamed(t, damaged, 32<<10), zipcheck.ErrDamaged)
	}
}

// Damage ends a download soon, not at its end.
func TestWriteTellsEarly(t *testing.T) {
	damaged := append(checkable(t)["streamed"], make([]byte, 1<<20)...)
	damaged[50] ^= 1
	for name, data := range map[string][]byte{
		"HTML":    bytes.Repeat([]byte("<p>Sign in</p>\n"), 1<<20),
		"damaged": damaged,
	} {
		t.Run(name, func(t *testing.T) {
			c := zipcheck.New()
			written, err := 0, error(nil)
			for err == nil && written < len(data) {
				var n int
				n, err = c.Write(data[written:min(written+8<<10, len(data))])
				written += n
			}
			require.Error(t, err)
			require.LessOrEqual(t, written, 300_000)
			_, again := c.Write([]byte("more"))
			require.Equal(t, err, again)
			require.Equal(t, err, c.Close())
			require.Equal(t, err, c.Close())
		})
	}
}

// The bubble fails the test if a goroutine is left in it.
func TestAbort(t *testing.T) {
	data := large(t)
	for name, use := range map[string]func(*zipcheck.Checker){
		"unused":        func(*zipcheck.Checker) {},
		"few bytes":     func(c *zipcheck.Checker) { _, _ = c.Write(data[:10]) },
		"within":        func(c *zipcheck.Checker) { _, _ = c.Write(data[:1<<20]) },
		"all but Close": func(c *zipcheck.Checker) { _, _ = c.Write(data) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := zipcheck.New()
				use(c)
				c.Abort()
				c.Abort()
				_, err := c.Write(data)
				require.Equal(t, zipcheck.ErrAborted, err)
				require.Equal(t, zipcheck.ErrAborted, c.Close())
				_, err = c.Write(data)
				require.Error(t, err)
			})
		})
	}
}

func TestAbortAfterClose(t *testing.T) {
	c := zipcheck.New()
	_, err := c.Write(fixture(t, "infozip"))
	require.NoError(t, err)
	require.NoError(t, c.Close())
	c.Abort()
	require.NoError(t, c.Close())
}

// A bomb would keep the check busy for long.
func TestAbortBomb(t *testing.T) {
	bomb := bomb(t)
	for _, size := range []int{200_000, len(bomb)} {
		c := zipcheck.New()
		begun := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.Write(bomb[:50_000])
			require.NoError(t, err)
			close(begun)
			if _, err := c.Write(bomb[50_000:size]); err != nil {
				require.Equal(t, zipcheck.ErrAborted, err)
			}
			require.Equal(t, zipcheck.ErrAborted, c.Close())
		})
		<-begun
		c.Abort()
		wg.Wait()
	}
}

// bomb is the beginning of an entry with a thousand times the data.
func bomb(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	require.NoError(t, err)
	write := func() {
		_, err := w.Write(make([]byte, 1<<20))
		require.NoError(t, err)
		require.NoError(t, w.Flush())
	}
	write()
	first := out.Len()
	write()
	archive := rawArchive{entries: []rawEntry{{name: "bomb", method: zip.Deflate, descriptor: 16}}}.build()
	bomb := append(archive[:34:34], out.Bytes()[:first]...)
	return append(bomb, bytes.Repeat(out.Bytes()[first:], 8<<10)...)
}

// The memory that a check takes doesn't grow with the archive.
func TestMemory(t *testing.T) {
	c := zipcheck.New()
	defer c.Abort()
	data := bytes.Repeat([]byte(calls), 1<<20/len(calls))
	packed := pack(zip.Deflate, string(data))
	w := zip.NewWriter(c)
	heap := func(entries int) uint64 {
		for range entries {
			entry, err := w.CreateRaw(&zip.FileHeader{
				Name: "1.json", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(data),
				CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(data)),
			})
			require.NoError(t, err)
			_, err = entry.Write(packed)
			require.NoError(t, err)
		}
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap(10)
	require.Less(t, heap(50), before+128<<10)
	require.NoError(t, w.Close())
	require.NoError(t, c.Close())
}
