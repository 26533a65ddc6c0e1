package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rawEntry is an entry with every field in hand.
type rawEntry struct {
	name, contents string
	method, flags  uint16
	descriptor     int    // its length: 12, 16, 20 or 24 bytes
	sized          bool   // also where a descriptor follows
	zip64          bool   // sizes in extra fields
	tail           string // after the end of the compressed data
	gap            string // before the entry
	extra, comment string
}

// rawArchive is an archive with every record in hand.
type rawArchive struct {
	entries     []rawEntry
	between     string // last entry and directory
	behind      string // directory and end record
	zip64, full bool   // ZIP64 end record; whether the other one refers to it
	reversed    bool   // directory
	unlisted    int    // that many entries are missing in the directory
	comment     string
	trailing    string
}

func pack(method uint16, contents string) []byte {
	if method != zip.Deflate {
		return []byte(contents)
	}
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	_, _ = io.WriteString(w, contents)
	_ = w.Close()
	return packed.Bytes()
}

var le = binary.LittleEndian

func (a rawArchive) build() []byte {
	var out []byte
	var directory [][]byte
	for _, e := range a.entries {
		out = append(out, e.gap...)
		var listed []byte
		offset := len(out)
		out, listed = e.appendTo(out, offset)
		directory = append(directory, listed)
	}
	directory = directory[a.unlisted:]
	out = append(out, a.between...)
	start := len(out)
	for i := range directory {
		if a.reversed {
			i = len(directory) - 1 - i
		}
		out = append(out, directory[i]...)
	}
	size, records, from := uint64(len(out)-start), uint64(len(directory)), uint64(start)
	out = append(out, a.behind...)
	end := len(out)
	if a.zip64 {
		out = le.AppendUint64(append(out, "PK\x06\x06"...), 44)
		out = append(out, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		for _, value := range []uint64{records, records, size, from} {
			out = le.AppendUint64(out, value)
		}
		out = le.AppendUint64(append(out, "PK\x06\x07\x00\x00\x00\x00"...), uint64(end))
		out = le.AppendUint32(out, 1)
		if a.full {
			records, size, from = math.MaxUint16, math.MaxUint32, math.MaxUint32
		}
	}
	out = append(out, "PK\x05\x06\x00\x00\x00\x00"...)
	out = le.AppendUint16(out, uint16(records))
	out = le.AppendUint16(out, uint16(records))
	out = le.AppendUint32(out, uint32(size))
	out = le.AppendUint32(out, uint32(from))
	out = le.AppendUint16(out, uint16(len(a.comment)))
	return append(append(out, a.comment...), a.trailing...)
}

// appendTo appends the entry, and returns what the directory has of it.
func (e rawEntry) appendTo(out []byte, offset int) (archive, listed []byte) {
	data := append(pack(e.method, e.contents), e.tail...)
	if e.flags&(1<<3) != 0 {
		data = nil
	}
	crc, packed, size := crc32.ChecksumIEEE([]byte(e.contents)), uint64(len(data)), uint64(len(e.contents))
	flags := e.flags
	if e.descriptor > 0 {
		flags |= 1 << 3
	}
	header := func(crc uint32, packed, size uint64, offset int) []byte {
		extra := e.extra
		if e.zip64 {
			field := le.AppendUint64(le.AppendUint64([]byte{1, 0, 16, 0}, size), packed)
			extra, packed, size = string(field)+extra, math.MaxUint32, math.MaxUint32
		}
		h := []byte{20, 0}
		h = le.AppendUint16(h, flags)
		h = le.AppendUint16(h, e.method)
		h = le.AppendUint32(h, 0) // time
		h = le.AppendUint32(h, crc)
		h = le.AppendUint32(h, uint32(packed))
		h = le.AppendUint32(h, uint32(size))
		h = le.AppendUint16(h, uint16(len(e.name)))
		h = le.AppendUint16(h, uint16(len(extra)))
		if offset >= 0 {
			h = le.AppendUint16(h, uint16(len(e.comment)))
			h = append(h, make([]byte, 8)...)
			h = le.AppendUint32(h, uint32(offset))
			return append(append(append(h, e.name...), extra...), e.comment...)
		}
		return append(append(h, e.name...), extra...)
	}
	listed = append([]byte("PK\x01\x02\x14\x00"), header(crc, packed, size, offset)...)
	out = append(out, "PK\x03\x04"...)
	if e.descriptor > 0 && !e.sized {
		out = append(out, header(0, 0, 0, -1)...)
	} else {
		out = append(out, header(crc, packed, size, -1)...)
	}
	out = append(out, data...)
	if e.descriptor == 16 || e.descriptor == 24 {
		out = append(out, "PK\x07\x08"...)
	}
	if e.descriptor > 0 {
		out = le.AppendUint32(out, crc)
	}
	switch e.descriptor {
	case 12, 16:
		out = le.AppendUint32(le.AppendUint32(out, uint32(packed)), uint32(size))
	case 20, 24:
		out = le.AppendUint64(le.AppendUint64(out, packed), size)
	}
	return out, listed
}

const calls = `[{"id":1,"premium":12.50},{"id":2,"premium":12.50},{"id":3,"premium":0.10}]`

// written is what archive/zip writes.
func written(t testing.TB, write func(w *zip.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	write(w)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func add(t testing.TB, w *zip.Writer, header zip.FileHeader, contents string) {
	t.Helper()
	entry, err := w.CreateHeader(&header)
	require.NoError(t, err)
	_, err = io.WriteString(entry, contents)
	require.NoError(t, err)
}

// addRaw writes sizes and CRC-32 before the contents.
func addRaw(t testing.TB, w *zip.Writer, name string, method uint16, contents string) {
	t.Helper()
	data := pack(method, contents)
	entry, err := w.CreateRaw(&zip.FileHeader{
		Name: name, Method: method, CRC32: crc32.ChecksumIEEE([]byte(contents)),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(contents)),
	})
	require.NoError(t, err)
	_, err = entry.Write(data)
	require.NoError(t, err)
}

// checkable are small archives of which every entry can be checked.
func checkable(t testing.TB) map[string][]byte {
	t.Helper()
	archives := map[string][]byte{
		"empty": written(t, func(*zip.Writer) {}),
		"streamed": written(t, func(w *zip.Writer) {
			add(t, w, zip.FileHeader{Name: "calls/1.json", Method: zip.Deflate}, calls)
			add(t, w, zip.FileHeader{Name: "calls/2.json", Method: zip.Deflate}, "[]")
			add(t, w, zip.FileHeader{Name: "calls/3.json", Method: zip.Deflate}, "")
		}),
		"sized": written(t, func(w *zip.Writer) {
			addRaw(t, w, "1.json", zip.Deflate, calls)
			addRaw(t, w, "2.csv", zip.Store, "id,premium\n1,2.50\n")
			addRaw(t, w, "3.json", zip.Store, "")
		}),
		"folders": written(t, func(w *zip.Writer) {
			add(t, w, zip.FileHeader{Name: "calls/"}, "")
			add(t, w, zip.FileHeader{Name: "calls/1.json", Method: zip.Deflate}, calls)
			add(t, w, zip.FileHeader{Name: "calls/none/"}, "")
		}),
		"comment": written(t, func(w *zip.Writer) {
			require.NoError(t, w.SetComment("January"))
			add(t, w, zip.FileHeader{Name: "1.json", Comment: "first", Method: zip.Deflate}, calls)
		}),
	}
	entry := rawEntry{name: "1.json", contents: calls, method: zip.Deflate}
	for name, change := range map[string]func(*rawEntry, *rawArchive){
		"descriptor of 12 bytes":   func(e *rawEntry, _ *rawArchive) { e.descriptor = 12 },
		"descriptor of 20 bytes":   func(e *rawEntry, _ *rawArchive) { e.descriptor = 20 },
		"descriptor of 24 bytes":   func(e *rawEntry, _ *rawArchive) { e.descriptor = 24 },
		"ZIP64 descriptor":         func(e *rawEntry, _ *rawArchive) { e.descriptor, e.zip64 = 24, true },
		"ZIP64 sizes":              func(e *rawEntry, _ *rawArchive) { e.zip64 = true },
		"ZIP64 stored":             func(e *rawEntry, _ *rawArchive) { e.zip64, e.method = true, zip.Store },
		"ZIP64 end":                func(_ *rawEntry, a *rawArchive) { a.zip64, a.full = true, true },
		"ZIP64 end without need":   func(_ *rawEntry, a *rawArchive) { a.zip64 = true },
		"ZIP64 throughout":         func(e *rawEntry, a *rawArchive) { e.zip64, a.zip64, a.full = true, true, true },
		"described twice":          func(e *rawEntry, _ *rawArchive) { e.descriptor, e.sized = 16, true },
		"bytes left in an entry":   func(e *rawEntry, _ *rawArchive) { e.tail = "left" },
		"reversed directory":       func(_ *rawEntry, a *rawArchive) { a.reversed = true },
		"bytes behind directory":   func(_ *rawEntry, a *rawArchive) { a.behind = "PK\x05\x05\x02\x00ok" },
		"bytes behind the end":     func(_ *rawEntry, a *rawArchive) { a.trailing = "\r\n" },
		"entry not in directory":   func(_ *rawEntry, a *rawArchive) { a.unlisted = 1 },
		"end record in a comment":  func(e *rawEntry, a *rawArchive) { e.comment, a.comment = "PK\x01\x02", "PK\x05\x06" },
		"bytes before directory":   func(_ *rawEntry, a *rawArchive) { a.between = "APK Sig Block 42" },
		"header in extra field":    func(e *rawEntry, _ *rawArchive) { e.extra = "\x37\x13\x06\x00PK\x03\x04ab" },
		"several deflated folders": func(e *rawEntry, _ *rawArchive) { e.name, e.contents, e.descriptor = "calls/", "", 16 },
	} {
		first, archive := entry, rawArchive{}
		change(&first, &archive)
		archive.entries = []rawEntry{first, {name: "2.json", contents: "{}", method: zip.Deflate, descriptor: 16}, {name: "3.csv", contents: "id\n", method: zip.Store}}
		archives[name] = archive.build()
	}
	for _, name := range []string{"infozip", "infozip-stored", "infozip-zip64", "infozip-comment", "infozip-deleted", "python", "python-streamed", "python-zip64", "python-zip64-streamed"} {
		archives[name] = fixture(t, name)
	}
	return archives
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".zip"))
	require.NoError(t, err)
	return data
}

// opaque are sound archives in which something can't be checked.
func opaque(t testing.TB) map[string][]byte {
	t.Helper()
	inner := rawArchive{entries: []rawEntry{{name: "inner.json", contents: calls, method: zip.Store}}}.build()
	deflated := rawEntry{name: "2.json", contents: calls, method: zip.Deflate, descriptor: 16}
	archives := map[string][]byte{
		"stored while streaming": written(t, func(w *zip.Writer) {
			add(t, w, zip.FileHeader{Name: "1.csv", Method: zip.Store}, "id\n1\n")
			add(t, w, zip.FileHeader{Name: "2.json", Method: zip.Deflate}, calls)
		}),
		"archive stored while streaming": written(t, func(w *zip.Writer) {
			add(t, w, zip.FileHeader{Name: "1.zip", Method: zip.Store}, string(inner))
			add(t, w, zip.FileHeader{Name: "2.zip", Method: zip.Store}, string(inner[:len(inner)-30]))
			add(t, w, zip.FileHeader{Name: "3.zip", Method: zip.Store}, string(inner[:len(inner)-60]))
		}),
		"folder with a flag alone": rawArchive{entries: []rawEntry{
			{name: "calls/", method: zip.Deflate, flags: 1 << 3}, deflated,
		}}.build(),
		"bytes between":     rawArchive{entries: []rawEntry{deflated, {name: "3.json", contents: calls, method: zip.Deflate, gap: "\x00\x00PK\x00"}}}.build(),
		"stored, described": rawArchive{entries: []rawEntry{{name: "1.csv", contents: "id", method: zip.Store, descriptor: 16, sized: true}, deflated}}.build(),
		"unknown method":    rawArchive{entries: []rawEntry{{name: "1.bin", contents: calls, method: 99}, deflated}}.build(),
		"sizes after it":    rawArchive{entries: []rawEntry{{name: "1.bin", contents: calls, method: 99, descriptor: 16}, deflated}}.build(),
		"wrong sizes after": bytes.Replace(rawArchive{entries: []rawEntry{deflated, deflated}}.build(), le.AppendUint32(nil, uint32(len(calls))), make([]byte, 4), 1),
	}
	split := rawArchive{entries: []rawEntry{{gap: "PK\x07\x08", name: "1.json", contents: calls, method: zip.Deflate}}}.build()
	archives["meant to be split"], archives["was to be split"] = split, append([]byte("PK00"), split[4:]...)
	for _, name := range []string{"infozip-streamed", "infozip-encrypted", "infozip-encrypted-streamed", "infozip-bzip2", "python-lzma", "python-stored-streamed"} {
		archives[name] = fixture(t, name)
	}
	return archives
}

// contentsOf reads everything as archive/zip does.
func contentsOf(data []byte) ([]string, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	all := []string{}
	for _, file := range r.File {
		entry, err := file.Open()
		if err != nil {
			return nil, err
		}
		var text strings.Builder
		if _, err := io.Copy(&text, entry); err != nil {
			return nil, err
		}
		all = append(all, text.String())
	}
	return all, nil
}
