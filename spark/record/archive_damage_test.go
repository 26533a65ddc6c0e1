package record_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestArchiveGoesOnAfterABadFile(t *testing.T) {
	archive := archiveOf(t,
		file{"bad.json", "[" + callJSON("1") + ",{]"},
		file{"page.json", "<html></html>"},
		file{"null.json", "[null," + callJSON("2") + "]"},
		file{"good.json", callJSON("3")},
	)
	ids, errs := collect(archive.Calls())
	require.Equal(t, []string{"1", "2", "3"}, ids)
	require.Equal(t, []string{
		"read bad.json, record 2 at byte 23: invalid JSON: found ']', expected the name of a member; the rest of the file, from byte 22 on, is not read",
		"read page.json, record 1 at byte 0: invalid JSON: found '<', expected a value; the rest of the file, from byte 0 on, is not read",
		"read null.json, record 1 at byte 1: nothing where the record should be",
	}, errs)
	for _, err := range archive.Calls() { // each can end the iteration
		if err != nil {
			break
		}
	}
}

func TestArchiveDamaged(t *testing.T) {
	good := file{"good.json", callJSON("good")}
	text := manyRecords(300)

	// A changed byte that leaves the JSON valid: only the checksum tells.
	data := packed(t, zip.Store, file{"bad.json", text}, file{"bad.csv", "Call ID\n" + strings.Repeat("c\n", 100_000)}, good)
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
	data = packed(t, zip.Deflate, file{"bad.json", text}, good)
	for i := range 40 {
		data[60+i] = 0xff
	}
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: flate: corrupt input", 1)

	// A file whose own header is damaged.
	data = packed(t, zip.Deflate, file{"bad.json", text}, good)
	data[0] = 'X'
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: ", 1)

	// A directory that points out of the file.
	data = packed(t, zip.Deflate, file{"bad.json", text}, good)
	binary.LittleEndian.PutUint32(data[bytes.Index(data, []byte("PK\x01\x02"))+42:], 1<<30)
	checkDamaged(newArchive(t, data), "read bad.json: the file is damaged: unexpected EOF", 1)

	// What is whole but can't be read is not damaged.
	data = packed(t, zip.Store, file{"bad.json", text}, good)
	for _, signature := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(data, []byte(signature)) + map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[signature]
		data[at] |= 1
	}
	ids, messages := collect(newArchive(t, data).Calls())
	require.Equal(t, []string{"good"}, ids)
	require.Equal(t, []string{"read bad.json: the file is encrypted; unpack the archive with its password, and pack it again without one"}, messages)
}

func TestArchiveLimits(t *testing.T) {
	files := []file{{"a.json", "[" + callJSON("a") + "," + callJSON(strings.Repeat("b", 100)) + "," + callJSON("c") + "]"}, {"d.json", callJSON("d")}}
	archive := archiveOf(t, files...)
	archive.Limits.Record = 50
	ids, errs := collect(archive.Calls())
	require.Equal(t, []string{"a", "c", "d"}, ids)
	require.Equal(t, []string{"read a.json, record 2 at byte 22: the record is larger than 50 bytes: raise Limits.Record"}, errs)

	archive.Limits.Record = -1
	ids, errs = collect(archive.Calls())
	require.Len(t, ids, 4)
	require.Empty(t, errs)

	archive.Limits.Total = int64(len(files[0].text))
	ids, errs = collect(archive.Calls())
	require.Len(t, ids, 3)
	require.Len(t, errs, 1)
	require.Contains(t, errs[0], "read d.json: the archive unpacks to more than Limits.Total")

	// A bomb ends the iteration instead of failing once for each file.
	bomb := []file{{"0.json", manyRecords(1000)}}
	for i := range 20 {
		bomb = append(bomb, file{fmt.Sprint(i+1, ".json"), callJSON("x")})
	}
	archive = archiveOf(t, bomb...)
	archive.Limits.Total = 1 << 20
	ids, errs = collect(archive.Calls())
	require.Less(t, len(ids), 1000)
	require.Len(t, errs, 1)

	rowArchive := archiveOf(t, file{"a.csv", "Call ID,Name\nc-1,x\nc-2," + strings.Repeat("long", 100) + "\nc-3,x\n"}, file{"b.csv", "Call ID\nc-4\n"})
	rowArchive.Limits.Record = 50
	var got []string
	for row, err := range rowArchive.Rows() {
		if err != nil {
			require.EqualError(t, err, "read a.csv, line 3: the row is larger than 50 bytes: raise Limits.Record; the rest of the file, from line 3 on, is not read")
			continue
		}
		got = append(got, row.CallID)
	}
	require.Equal(t, []string{"c-1", "c-4"}, got)
}
