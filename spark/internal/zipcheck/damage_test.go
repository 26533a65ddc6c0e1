package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

func TestTruncated(t *testing.T) {
	for name, data := range checkable(t) {
		t.Run(name, func(t *testing.T) {
			data = bytes.TrimSuffix(data, []byte("\r\n")) // these may be missing
			require.ErrorIs(t, file(nil), zipcheck.ErrNotZIP)
			for length := 1; length < len(data); length++ {
				require.ErrorIs(t, file(data[:length]), zipcheck.ErrTruncated, "%d bytes of %d", length, len(data))
			}
		})
	}
	for name, data := range opaque(t) {
		t.Run(name, func(t *testing.T) {
			for length := range data {
				require.Error(t, file(data[:length]), "%d bytes of %d", length, len(data))
			}
		})
	}
}

// harmless fails unless damage is noticed, or does nothing to the contents.
func harmless(t *testing.T, want []string, data []byte, what string, args ...any) {
	t.Helper()
	if err := file(data); err != nil {
		return
	}
	got, err := contentsOf(data)
	require.NoError(t, err, append([]any{what}, args...)...)
	require.Equal(t, want, got, append([]any{what}, args...)...)
}

func TestFlippedBits(t *testing.T) {
	for name, data := range checkable(t) {
		t.Run(name, func(t *testing.T) {
			want, err := contentsOf(data)
			require.NoError(t, err)
			for i := range data {
				for _, flip := range []byte{1, 8, 255} {
					damaged := bytes.Clone(data)
					damaged[i] ^= flip
					harmless(t, want, damaged, "byte %d ^ %d", i, flip)
				}
			}
		})
	}
}

// What can't be read doesn't keep what follows from being checked, as long as
// it tells where it ends.
func TestDamageBehindUnreadable(t *testing.T) {
	for name, first := range map[string]rawEntry{
		"unknown method":         {name: "1.bin", contents: calls, method: 99},
		"encrypted":              {name: "1.bin", contents: calls, method: zip.Deflate, flags: 1},
		"encrypted, described":   {name: "1.bin", contents: calls, method: zip.Store, flags: 1, descriptor: 16, sized: true},
		"described while empty":  {name: "1.csv", method: zip.Store, descriptor: 16},
		"folder":                 {name: "calls/", method: zip.Deflate, flags: 1 << 3},
		"folder with descriptor": {name: "calls/", method: zip.Store, descriptor: 16},
	} {
		t.Run(name, func(t *testing.T) {
			data := rawArchive{entries: []rawEntry{first, {name: "2.csv", contents: "id\n1\n", method: zip.Store}}}.build()
			require.NoError(t, file(data))
			data[bytes.Index(data, []byte("id\n1"))] ^= 1
			require.ErrorIs(t, file(data), zipcheck.ErrDamaged)
		})
	}
}

// Whole stretches suffer where a part file loses pages, or a download goes on
// at the wrong place.
func TestDamagedStretches(t *testing.T) {
	damage := map[string]func(random *rand.Rand, data []byte, from, to int) []byte{
		"zeros":   func(_ *rand.Rand, data []byte, from, to int) []byte { clear(data[from:to]); return data },
		"missing": func(_ *rand.Rand, data []byte, from, to int) []byte { return slices.Delete(data, from, to) },
		"twice": func(_ *rand.Rand, data []byte, from, to int) []byte {
			return slices.Insert(data, to, bytes.Clone(data[from:to])...)
		},
		"noise": func(random *rand.Rand, data []byte, from, to int) []byte {
			for i := from; i < to; i++ {
				data[i] = byte(random.Uint32())
			}
			return data
		},
	}
	for name, data := range checkable(t) {
		want, err := contentsOf(data)
		require.NoError(t, err)
		for kind, apply := range damage {
			t.Run(name+" "+kind, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, 2))
				for range 200 {
					from := random.IntN(len(data))
					to := from + 1 + random.IntN(len(data)-from)
					harmless(t, want, apply(random, bytes.Clone(data), from, to), "from %d to %d", from, to)
				}
			})
		}
	}
}
