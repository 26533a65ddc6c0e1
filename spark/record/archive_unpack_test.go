package record_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestArchiveDamaged(t *testing.T) {
	good := samples.File{"good.json", callJSON("good")}
	text := manyRecords(300)

	// A changed byte that leaves the JSON valid: only the checksum shows it.
	data := samples.ZIP(t, zip.Store, samples.File{"bad.json", text}, samples.File{"bad.csv", "Call ID\n" + strings.Repeat("c\n", 100_000)}, good)
	data[bytes.Index(data, []byte("xxx"))] = 'y'
	data[bytes.Index(data, []byte("c\nc\n"))] = 'd'
	checkDamaged := func(archive *record.Archive, want string, calls int) {
		t.Helper()
		var last error
		ids, errs := collect(func(yield func(*record.Call, error) bool) {
			for call, err := range archive.Calls() {
				if err != nil {
					last = err
				}
				if !yield(call, err) {
					return
				}
			}
		})
		require.Len(t, errs, 1)
		require.ErrorIs(t, last, record.ErrCorrupt)
		require.Contains(t, errs[0], want)
		require.Len(t, ids, calls)
		require.Equal(t, "good", ids[calls-1], "the next file follows")
	}
	checkDamaged(newArchive(t, data), "read bad.json, record 300 at byte", 301)
	var errs []error
	for _, err := range newArchive(t, data).Rows() {
		if err != nil {
			errs = append(errs, err)
		}
	}
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], record.ErrCorrupt)
	require.ErrorIs(t, errs[0], zip.ErrChecksum)
	require.ErrorContains(t, errs[0], "read bad.csv, line 100002: ")

	// Packed data that can't be unpacked.
	data = samples.ZIP(t, zip.Deflate, samples.File{"bad.json", text}, good)
	for i := range 40 {
		data[60+i] = 0xff
	}
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: flate: corrupt input", 1)

	// A file whose own header is damaged.
	data = samples.ZIP(t, zip.Deflate, samples.File{"bad.json", text}, good)
	data[0] = 'X'
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: ", 1)

	// A directory that points out of the file.
	data = samples.ZIP(t, zip.Deflate, samples.File{"bad.json", text}, good)
	binary.LittleEndian.PutUint32(data[bytes.Index(data, []byte("PK\x01\x02"))+42:], 1<<30)
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: unexpected EOF", 1)

	// A complete file that can't be read is not damaged.
	data = samples.ZIP(t, zip.Store, samples.File{"bad.json", text}, good)
	for _, signature := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(data, []byte(signature)) + map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[signature]
		data[at] |= 1
	}
	ids, messages := collect(newArchive(t, data).Calls())
	require.Equal(t, []string{"good"}, ids)
	require.Equal(t, []string{"read bad.json: the file is encrypted; unpack the archive with its password and pack it again without one"}, messages)
	_, err := newArchive(t, data).Open("bad.json")
	require.EqualError(t, err, "open bad.json: the file is encrypted; unpack the archive with its password and pack it again without one")
}

func TestArchiveNamesMethodsThatCannotBeRead(t *testing.T) {
	for method, name := range map[uint16]string{9: "Deflate64", 14: "LZMA", 93: "Zstandard", 77: "ZIP method 77"} {
		data := samples.ZIP(t, zip.Store, samples.File{"a.json", callJSON("a")})
		for signature, at := range map[string]int{"PK\x03\x04": 8, "PK\x01\x02": 10} {
			binary.LittleEndian.PutUint16(data[bytes.Index(data, []byte(signature))+at:], method)
		}
		_, errs := collect(newArchive(t, data).Calls())
		require.Equal(t, []string{"read a.json: the file is compressed with " + name + ", which can't be read; unpack the archive with another program and pack it again with Deflate"}, errs)
	}
}
