package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzSound accepts what archive/zip reads, whatever names, comments, extra
// fields and contents the entries have, and however they are written.
func FuzzSound(f *testing.F) {
	f.Add(uint64(1), "calls/1.json", "January", []byte(calls), []byte{})
	f.Add(uint64(2), "PK\x03\x04PK\x01\x02", "PK\x05\x06\x00\x00", []byte("PK\x05\x06"), []byte("PK\x07\x08\x00\x00\x00\x00"))
	f.Add(uint64(3), "\xff/", "", []byte{}, []byte{1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, seed uint64, name, comment string, contents, extra []byte) {
		name, comment = name[:min(len(name), 1000)], comment[:min(len(comment), 1000)]
		random := rand.New(rand.NewPCG(seed, 0))
		data := written(t, func(w *zip.Writer) {
			require.NoError(t, w.SetComment(comment))
			for range random.IntN(5) {
				writeAnyhow(t, w, random, name, comment, contents, extra)
			}
		})
		if _, err := contentsOf(data); err == nil {
			require.NoError(t, file(data))
		}
		hand := rawArchive{
			comment: comment, zip64: random.IntN(2) == 0, full: random.IntN(2) == 0, reversed: random.IntN(2) == 0,
		}
		for range random.IntN(5) {
			hand.entries = append(hand.entries, rawEntry{
				name: name, comment: comment, extra: string(extra), contents: string(contents),
				method: []uint16{zip.Store, zip.Deflate}[random.IntN(2)], descriptor: []int{0, 12, 16, 20, 24}[random.IntN(5)],
				sized: random.IntN(2) == 0, zip64: random.IntN(2) == 0,
			})
		}
		data = hand.build()
		if _, err := contentsOf(data); err == nil {
			require.NoError(t, file(data))
		}
	})
}

// writeAnyhow writes an entry in one of the ways that archive/zip has.
func writeAnyhow(t *testing.T, w *zip.Writer, random *rand.Rand, name, comment string, contents, extra []byte) {
	contents = contents[:random.IntN(len(contents)+1)]
	header := &zip.FileHeader{
		Name: name, Comment: comment, Extra: extra, Method: []uint16{zip.Store, zip.Deflate}[random.IntN(2)],
		ExternalAttrs: random.Uint32(), CreatorVersion: uint16(random.Uint32()), ModifiedTime: uint16(random.Uint32()),
	}
	folder := strings.HasSuffix(name, "/")
	var entry io.Writer
	var err error
	if random.IntN(2) == 0 {
		entry, err = w.CreateHeader(header)
	} else {
		header.CRC32, header.UncompressedSize64 = crc32.ChecksumIEEE(contents), uint64(len(contents))
		if folder {
			header.CRC32, header.UncompressedSize64, header.Method = 0, 0, zip.Store
		}
		contents = pack(header.Method, string(contents))
		header.CompressedSize64 = uint64(len(contents))
		if folder {
			header.CompressedSize64 = 0
		}
		header.Flags = uint16(random.IntN(2)) << 3
		entry, err = w.CreateRaw(header)
	}
	require.NoError(t, err)
	if !folder {
		_, err = entry.Write(contents)
		require.NoError(t, err)
	}
}

// FuzzBytes takes any bytes: nothing crashes, writing in chunks makes no
// difference, and what archive/zip made of them is sound once written anew.
func FuzzBytes(f *testing.F) {
	for _, data := range checkable(f) {
		f.Add(data, uint16(1))
	}
	for _, data := range opaque(f) {
		f.Add(data, uint16(100))
	}
	f.Fuzz(func(t *testing.T, data []byte, chunk uint16) {
		require.Equal(t, file(data), streamed(t, data, int(chunk)+1))
		texts, err := contentsOf(data)
		if err != nil {
			return
		}
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		require.NoError(t, file(written(t, func(w *zip.Writer) {
			for i, file := range r.File {
				header := zip.FileHeader{Name: file.Name, Comment: file.Comment, Extra: file.Extra, Method: file.Method, ExternalAttrs: file.ExternalAttrs}
				add(t, w, header, texts[i])
			}
		})))
	})
}
