package record_test

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestLimitOnRecords(t *testing.T) {
	list := "[" + callJSON("a") + "," + callJSON(strings.Repeat("b", 100)) + "," + callJSON("c") + "]"
	data := samples.ZIP(t, zip.Deflate, samples.File{"a.json", list}, samples.File{"d.json", callJSON("d")})
	ids, errs := collect(newArchive(t, data, record.WithLimits(record.Limits{Record: 50})).Calls())
	require.Equal(t, []string{"a", "c", "d"}, ids)
	require.Equal(t, []string{"read a.json, record 2 at byte 22: the record is larger than 50 bytes (if that is expected, raise Limits.Record with WithLimits)"}, errs)

	ids, errs = collect(newArchive(t, data, nil, record.WithLimits(record.Limits{Record: -1})).Calls())
	require.Len(t, ids, 4, "without a limit, and with a nil option")
	require.Empty(t, errs)
}

func TestLimitOnRows(t *testing.T) {
	a := "Call ID,Name\nc-1,x\nc-2," + strings.Repeat("long", 100) + "\nc-3,x\n"
	says := "line 3: the row is larger than 50 bytes (if that is expected, raise Limits.Record with WithLimits); the rest of the file, from line 3 on, is not read"
	limits := record.WithLimits(record.Limits{Record: 50})
	var got []string
	for row, err := range newArchive(t, samples.ZIP(t, zip.Deflate, samples.File{"a.csv", a}, samples.File{"b.csv", "Call ID\nc-4\n"}), limits).Rows() {
		if err != nil {
			require.EqualError(t, err, "read a.csv, "+says)
			continue
		}
		got = append(got, row.CallID)
	}
	require.Equal(t, []string{"c-1", "c-4"}, got)

	got = nil
	for row, err := range record.ReadRows(strings.NewReader(a), limits) {
		if err != nil {
			require.EqualError(t, err, "read "+says)
			continue
		}
		got = append(got, row.CallID)
	}
	require.Equal(t, []string{"c-1"}, got)
}

func TestLimitOnTheTotal(t *testing.T) {
	const says = "the archive unpacks to more than 1048576 bytes (if that is expected, raise Limits.Total with WithLimits)"
	files := []samples.File{{"0.json", manyRecords(1000)}}
	for i := range 20 {
		files = append(files, samples.File{fmt.Sprint(i+1, ".json"), callJSON("x")})
	}
	data := samples.ZIP(t, zip.Deflate, files...)
	archive := newArchive(t, data, record.WithLimits(record.Limits{Total: 1 << 20}))
	ids, errs := collect(archive.Calls())
	require.Less(t, len(ids), 1000)
	require.Len(t, errs, 1, "a bomb ends the iteration instead of failing once for each file")
	require.Contains(t, errs[0], says)

	_, err := fs.ReadFile(archive, "0.json")
	require.EqualError(t, err, says)
	text, err := fs.ReadFile(archive, "1.json")
	require.NoError(t, err)
	require.Equal(t, callJSON("x"), string(text))

	// A file that takes exactly what is allowed is read.
	ids, errs = collect(newArchive(t, samples.ZIP(t, zip.Deflate, samples.File{"a.json", callJSON("a")}, samples.File{"b.json", callJSON("b")}), record.WithLimits(record.Limits{Total: int64(len(callJSON("a")))})).Calls())
	require.Equal(t, []string{"a"}, ids)
	require.Len(t, errs, 1)
	require.Contains(t, errs[0], "read b.json: the archive unpacks to more than 20 bytes")
}
