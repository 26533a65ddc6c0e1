package record_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"iter"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestArchiveGoesOnAfterABadFile(t *testing.T) {
	archive := archiveOf(t,
		samples.File{"bad.json", "[" + callJSON("1") + ",{]"},
		samples.File{"page.json", "<html></html>"},
		samples.File{"null.json", "[null," + callJSON("2") + "]"},
		samples.File{"good.json", callJSON("3")},
	)
	ids, errs := collect(archive.Calls())
	require.Equal(t, []string{"1", "2", "3"}, ids)
	require.Equal(t, []string{
		"read bad.json, record 2 at byte 23: invalid JSON: found ']', expected the name of a member; the rest of the file, from byte 22 on, is not read",
		"read page.json, record 1 at byte 0: invalid JSON: found '<', expected a value; the rest of the file, from byte 0 on, is not read",
		"read null.json, record 1 at byte 1: the record is empty or null",
	}, errs)
	for _, err := range archive.Calls() { // each can end the iteration
		if err != nil {
			break
		}
	}
}

func TestArchiveCalls(t *testing.T) {
	archive := archiveOf(t,
		samples.File{"readme.txt", "not JSON"},
		samples.File{"2026/", ""},
		samples.File{"2026/03/b.json", "[" + callJSON("1") + "," + callJSON("2") + "]"},
		samples.File{"2026/03/a.JSON", "\ufeff" + callJSON("3")},
		samples.File{"empty.json", ""},
		samples.File{"empty list.json", "[]"},
		samples.File{"folder.json/", ""},
		samples.File{"lines.jsonl", callJSON("4") + "\n" + callJSON("5")},
		samples.File{"lines.ndjson", callJSON("6") + "\n"},
		samples.File{"large.json", manyRecords(300)},
		samples.File{"2026/rows.csv", "Call ID\nc\n"},
		samples.File{"last.json", callJSON("7")},
	)
	ids, errs := collect(archive.Calls())
	require.Empty(t, errs)
	require.Len(t, ids, 307)
	require.Equal(t, []string{"1", "2", "3", "4", "5", "6", "0", "1"}, ids[:8])
	require.Equal(t, []string{"299", "7"}, ids[305:])
	require.Equal(t, []string{"c"}, rowIDs(t, archive))

	files := archive.Files()
	require.Len(t, files, 12)
	require.Equal(t, "readme.txt", files[0].Name)
	require.Equal(t, int64(8), files[0].Size)
	require.Equal(t, "2026/", files[1].Name)
}

func rowIDs(t *testing.T, archive *record.Archive) (ids []string) {
	t.Helper()
	for row, err := range archive.Rows() {
		require.NoError(t, err)
		ids = append(ids, row.CallID)
	}
	return ids
}

func TestArchiveRows(t *testing.T) {
	archive := archiveOf(t,
		samples.File{"v1.csv", "Call ID,Calc time (ms),Age,Error Details\nc-1,1,42,\n"},
		samples.File{"v2.CSV", "\ufeffCall ID;Calc time (ms);Age;Smoker;Error Details\r\nc-2;2,5;43;no;E\r\nc-3;soon;44\r\n"},
		samples.File{"empty.csv", ""},
		samples.File{"odd.csv", "a,b\n1,2\n"},
		samples.File{"v3.csv", "Call ID,Premium\nc-4,1.50\n"},
	)
	var got []*record.Row
	var errs []string
	for row, err := range archive.Rows() {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		got = append(got, row)
	}
	require.Equal(t, []string{"read odd.csv, line 1: the first line has none of the columns of a call export, such as Call ID or Log Time"}, errs)
	require.Len(t, got, 4)
	require.Equal(t, []string{"Age=42"}, model(got[0]))
	require.Equal(t, []string{"Age=43", "Smoker=no"}, model(got[1]))
	require.Equal(t, []string{"Age=44"}, model(got[2]))
	require.Equal(t, []string{"Premium=1.50"}, model(got[3]))
	require.Equal(t, "v2.CSV", got[2].File)
	require.Equal(t, "v2.CSV: line 3, column 2 (Calc time (ms)): not a number of milliseconds", got[2].Problems()[0].String())
	require.Equal(t, "v2.CSV: line 3, column 4 (Smoker): the row ends after 3 of 5 fields", got[2].Problems()[1].String())
}

func TestArchiveWithoutCalls(t *testing.T) {
	for _, files := range [][]samples.File{nil, {{"folder/", ""}}, {{"a.json", "[]"}, {"a.csv", fixedHeader}}} {
		archive := archiveOf(t, files...)
		ids, errs := collect(archive.Calls())
		require.Empty(t, ids)
		require.Empty(t, errs)
		require.Empty(t, rowIDs(t, archive))
	}
	_, errs := collect(archiveOf(t, samples.File{"calls.txt", "[]"}).Calls())
	require.Equal(t, []string{`read archive: it contains other files but no JSON files, for example "calls.txt"`}, errs)
	_, errs = collect(archiveOf(t, samples.File{"a.csv", "Call ID\nc\n"}).Calls())
	require.Equal(t, []string{"read archive: it contains CSV, not JSON: use its method Rows"}, errs)
	for _, err := range archiveOf(t, samples.File{"a.json", callJSON("a")}).Rows() {
		require.EqualError(t, err, "read archive: it contains JSON, not CSV: use its method Calls")
	}
}

// However the caller ends the iteration, no goroutine is left.
func TestArchiveReleasesEverything(t *testing.T) {
	data := samples.ZIP(t, zip.Deflate, samples.File{"large.json", manyRecords(1000)}, samples.File{"b.json", "{"}, samples.File{"rows.csv", "Call ID\n" + strings.Repeat(strings.Repeat("c", 2000)+"\n", 1000)})
	for _, after := range []int{0, 1, 1000, 1 << 30} {
		synctest.Test(t, func(t *testing.T) { // it fails if a goroutine is left
			archive := newArchive(t, data)
			seen := 0
			for range archive.Calls() {
				if seen++; seen > after {
					break
				}
			}
			seen = 0
			for range archive.Rows() {
				if seen++; seen > after {
					break
				}
			}
			require.PanicsWithValue(t, "the caller's", func() {
				for range archive.Calls() {
					panic("the caller's")
				}
			})
		})
	}
}

func TestArchiveConcurrently(t *testing.T) {
	archive := archiveOf(t, samples.File{"large.json", manyRecords(500)}, samples.File{"b.json", callJSON("b")})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			ids, errs := collect(archive.Calls())
			if len(ids) != 501 || len(errs) != 0 {
				t.Errorf("%d calls, errors %v", len(ids), errs)
			}
		})
	}
	readers.Wait()
}

// Memory does not grow with the size of the archive.
func TestArchiveMemory(t *testing.T) {
	const count = 2000 // of 2 kB each
	padding := strings.Repeat("x", 2000)
	data := samples.ZIP(t, zip.Deflate, samples.File{"a.json", strings.Repeat(`{"EngineCallId":"c","padding":"`+padding+"\"}\n", count)},
		samples.File{"b.csv", "Call ID,Name\n" + strings.Repeat("c,"+padding+"\n", count)})
	archive := newArchive(t, data)
	before := heap()
	requireMemory(t, count, before, archive.Calls())
	requireMemory(t, count, before, archive.Rows())
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func requireMemory[T any](t *testing.T, count int, before int64, all iter.Seq2[T, error]) {
	n := 0
	for _, err := range all {
		require.NoError(t, err)
		if n++; n%500 == 0 {
			require.Less(t, heap()-before, int64(2<<20), "after %d", n)
		}
	}
	require.Equal(t, count, n)
}

func FuzzArchive(f *testing.F) {
	f.Add(samples.ZIP(f, zip.Deflate, samples.File{"a.json", "[" + callJSON("a") + "," + callJSON("b") + "]"}, samples.File{"b.csv", "Call ID\nc\n"}))
	f.Add(samples.ZIP(f, zip.Store, samples.File{"a/", ""}, samples.File{"a/b.json", "\ufeff" + callJSON("a")}, samples.File{"../b.csv", "Call ID;X\nc;\"d\ne\"\n"}))
	f.Add(samples.ZIP(f, zip.Deflate))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := record.WithLimits(record.Limits{Record: 1 << 16, Total: 1 << 20, Files: 10})
		archive, err := record.NewArchive(bytes.NewReader(data), int64(len(data)), limits)
		if err != nil {
			require.Nil(t, archive)
			return
		}
		for call, err := range archive.Calls() {
			require.Equal(t, call == nil, err != nil)
			requireReadError(t, err)
		}
		for row, err := range archive.Rows() {
			require.Equal(t, row == nil, err != nil)
			requireReadError(t, err)
		}
	})
}

func requireReadError(t *testing.T, err error) {
	var at *record.ReadError
	if err != nil && !errors.As(err, &at) {
		t.Errorf("%v is of type %T", err, err)
	}
}

// An export that matches nothing may come in any of these forms.
func TestArchiveOfAnExportThatMatchesNothing(t *testing.T) {
	for name, files := range map[string][]samples.File{
		"no entry":            {},
		"a directory":         {{"x/", ""}},
		"an empty JSON file":  {{"a.json", ""}},
		"an empty CSV file":   {{"a.csv", ""}},
		"an empty file":       {{"export", ""}},
		"an empty archive":    {{"a.zip", ""}},
		"a list":              {{"a.json", "\ufeff [ ]\n"}},
		"two empty lists":     {{"a.json", "[]"}, {"b.json", "[]"}},
		"a header":            {{"a.csv", fixedHeader + "\n"}},
		"what macOS adds":     {{"a.json", "[]"}, {"__MACOSX/._a.json", "\x00\x05\x16\x07"}, {"x/._b.csv", "Mac"}, {".DS_Store", "Mac"}},
		"a header after sep=": {{"a.csv", "sep=;\r\nCall ID;Age\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			archive := archiveOf(t, files...)
			require.Empty(t, archive.Others())
			for call, err := range archive.Calls() {
				require.Fail(t, "nothing is in it", "%v %v", call, err)
			}
			for row, err := range archive.Rows() {
				require.Fail(t, "nothing is in it", "%v %v", row, err)
			}
		})
	}
}

func TestArchiveNamesWhatIsNotRead(t *testing.T) {
	inner := string(samples.ZIP(t, zip.Deflate, samples.File{"a.json", callJSON("inner")}))
	archive := archiveOf(t, samples.File{"a.json", callJSON("a")}, samples.File{"more.ZIP", inner}, samples.File{"readme.txt", "hi"}, samples.File{"x/picture.png", "?"}, samples.File{"b.csv", "Call ID\nc\n"})
	ids, errs := collect(archive.Calls())
	require.Equal(t, []string{"a"}, ids)
	require.Equal(t, []string{"read more.ZIP: an archive within the archive is not read; unpack it and read it separately"}, errs)
	var others []string
	for _, other := range archive.Others() {
		others = append(others, other.Name)
	}
	require.Equal(t, []string{"readme.txt", "x/picture.png"}, others)

	require.Equal(t, []string{"c"}, rowIDs(t, archive), "Calls names the archive")
	rows := archiveOf(t, samples.File{"b.csv", "Call ID\nc\n"}, samples.File{"more.ZIP", inner})
	for row, err := range rows.Rows() {
		require.True(t, row != nil || strings.HasPrefix(err.Error(), "read more.ZIP: an archive within the archive"), "%v", err)
	}
	require.Equal(t, []bool{true, true, false, true}, []bool{archive.HasCalls(), archive.HasRows(), rows.HasCalls(), rows.HasRows()})
	require.False(t, archiveOf(t, samples.File{"__MACOSX/._a.json", "Mac"}, samples.File{"._b.csv", "Mac"}).HasCalls())
}
