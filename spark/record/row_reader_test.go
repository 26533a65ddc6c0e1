package record_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const fixedHeader = samples.CSVHeader

// rows runs an iteration to its end.
func rows(t require.TestingT, all iter.Seq2[*record.Row, error]) (rows []*record.Row) {
	for row, err := range all {
		require.NoError(t, err)
		rows = append(rows, row)
	}
	return rows
}

func readRows(t require.TestingT, file string) []*record.Row {
	return rows(t, record.ReadRows(strings.NewReader(file)))
}

// model lists the model's columns of a row.
func model(row *record.Row) (columns []string) {
	for name, text := range row.All() {
		columns = append(columns, name+"="+text)
	}
	return columns
}

func TestReadRows(t *testing.T) {
	file := "\ufeff" + fixedHeader + ",Age,Sum insured,Error Details,Warning Details\r\n" +
		`"First, ""the"" call",2026-03-01T08:15:30+00:00,2026-03-01T00:00:00+00:00,1.2.3,v-id,ada@example.com,SPARK,case-17,Quote,c-1,25,60.5,042,250000.000000000000000001,,"line one` + "\r\n" + `line two"` + "\r\n" +
		"\r\n" +
		`,,,,,,,,,c-2,,,,,"[{""message"":""#VALUE!""}]",` + "\n"
	got := readRows(t, file)
	require.Len(t, got, 2)

	row := got[0]
	require.Empty(t, row.File)
	require.Equal(t, 2, row.Line)
	require.Equal(t, `First, "the" call`, row.Description)
	require.Equal(t, time.Date(2026, 3, 1, 8, 15, 30, 0, time.UTC), row.LogTime)
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), row.TransactionDate)
	require.Equal(t, []string{"1.2.3", "v-id", "ada@example.com", "SPARK", "case-17", "Quote", "c-1"},
		[]string{row.Version, row.VersionID, row.User, row.SourceSystem, row.CorrelationID, row.Purpose, row.CallID})
	require.Equal(t, 25*time.Millisecond, row.CalcTime)
	require.Equal(t, 60500*time.Microsecond, row.TotalTime)
	require.Empty(t, row.ErrorDetails)
	require.Equal(t, "line one\r\nline two", row.WarningDetails)
	require.Equal(t, []string{"Age=042", "Sum insured=250000.000000000000000001"}, model(row))
	require.Empty(t, row.Problems())
	require.Len(t, row.Columns(), 16)
	require.Equal(t, "Description", row.Columns()[0], "without the byte order mark")
	require.Equal(t, "042", row.Cells()[12])

	row = got[1]
	require.Equal(t, 5, row.Line, "after a line break in quotes and a blank line")
	require.Equal(t, "c-2", row.CallID)
	require.True(t, row.LogTime.IsZero())
	require.Zero(t, row.CalcTime)
	require.Equal(t, `[{"message":"#VALUE!"}]`, row.ErrorDetails)
	age, ok := row.Get("Age")
	require.True(t, ok)
	require.Empty(t, age)
	_, ok = row.Get("age")
	require.False(t, ok)
	_, ok = row.Get("Call ID")
	require.False(t, ok, "no column of the model")
	require.Empty(t, row.Problems())
}

func TestReadRowsNothing(t *testing.T) {
	for _, file := range []string{"", "\ufeff", "\n\r\n", fixedHeader, fixedHeader + "\n", fixedHeader + "\n\n"} {
		require.Empty(t, readRows(t, file), "%q", file)
	}
	// A row of empty fields is a call about which nothing is known, but a call.
	require.Len(t, readRows(t, "Call ID,Age\n,\n\"\",\"\"\n"), 2)
	row := &record.Row{CallID: "by hand"}
	_, ok := row.Get("x")
	require.False(t, ok)
	require.Empty(t, model(row))
	require.Empty(t, row.Columns())
	require.Empty(t, row.Cells())
	require.Empty(t, row.Problems())
}

func TestReadRowsSeparatorsAndLineEnds(t *testing.T) {
	lines := []string{
		`Call ID;Calc time (ms);Rate, net;"a;b";Error Details`,
		`c-1;25,5;0,0350;"1;2";none, really`,
		`c-2;1.5;"x` + "\n" + `y";;`,
	}
	for _, end := range []string{"\n", "\r\n", "\r"} {
		for _, last := range []string{"", end} {
			for name, reader := range readers {
				file := strings.Join(lines, end) + last
				got := rows(t, record.ReadRows(reader(strings.NewReader(file))))
				require.Len(t, got, 2, "%s %q", name, file)
				require.Equal(t, 25500*time.Microsecond, got[0].CalcTime)
				require.Equal(t, []string{"Rate, net=0,0350", "a;b=1;2"}, model(got[0]))
				require.Equal(t, "none, really", got[0].ErrorDetails)
				require.Equal(t, 1500*time.Microsecond, got[1].CalcTime)
				require.Equal(t, []string{"Rate, net=x\ny", "a;b="}, model(got[1]))
				require.Equal(t, []int{2, 3}, []int{got[0].Line, got[1].Line})
				require.Empty(t, got[0].Problems())
			}
		}
	}
	// A comma stays the separator though semicolons are more frequent.
	got := readRows(t, "Call ID,Version,a;b;c;d;e\nc-1,2,x;y\n")
	require.Equal(t, "c-1", got[0].CallID)
	require.Equal(t, []string{"a;b;c;d;e=x;y"}, model(got[0]))
	// A file with one column doesn't have a separator.
	require.Equal(t, "c-1", readRows(t, "Call ID\nc-1\n")[0].CallID)
}

func TestReadRowsSeparatorLine(t *testing.T) {
	for _, line := range []string{"sep=", "SEP=", `"sep=`} {
		for _, separator := range []string{",", ";", "\t", "|"} {
			first := line + separator
			if line[0] == '"' {
				first += `"`
			}
			file := first + "\r\n" + strings.Join([]string{"Call ID", "Age", "Calc time (ms)"}, separator) + "\r\nc" + separator + "5" + separator + "1.5\r\n"
			got := readRows(t, "\ufeff"+file)
			require.Len(t, got, 1, file)
			require.Equal(t, "c", got[0].CallID)
			require.Equal(t, 3, got[0].Line)
			require.Equal(t, []string{"Age=5"}, model(got[0]))
		}
	}
	require.Empty(t, readRows(t, "sep=;\nCall ID;Age"))
	require.Equal(t, []string{"sep=x", "Call ID"}, readRows(t, "sep=x,Call ID\n1,2\n")[0].Columns(), "a column of a model")
}

func TestReadRowsHeaders(t *testing.T) {
	// Case and surrounding spaces don't matter; missing columns are zero.
	row := readRows(t, "call id, LOG TIME ,X\nc-1, 2026-03-01 ,y\n")[0]
	require.Equal(t, "c-1", row.CallID)
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), row.LogTime)
	require.Zero(t, row.TotalTime)
	require.Empty(t, row.Problems())

	// The model's columns may have the names of fixed ones, and each other's.
	row = readRows(t, "Version,Call ID,Version,Error Details,Premium,Premium,Error Details,Warning Details\n1.0,c,model,model,in,out,E,W\n")[0]
	require.Equal(t, "1.0", row.Version)
	require.Equal(t, "E", row.ErrorDetails)
	require.Equal(t, "W", row.WarningDetails)
	require.Equal(t, []string{"Version=model", "Error Details=model", "Premium=in", "Premium=out"}, model(row))
	premium, ok := row.Get("Premium")
	require.True(t, ok)
	require.Equal(t, "out", premium, "the last one counts")

	for _, file := range []string{"a,b,c\n1,2,3\n", "<html>\n<body>\n", `[{"EngineCallId":"x"}]`} {
		var errs []error
		for row, err := range record.ReadRows(strings.NewReader(file)) {
			require.Nil(t, row)
			errs = append(errs, err)
		}
		require.Len(t, errs, 1)
		require.EqualError(t, errs[0], "read line 1: the first line has none of the columns of a call export, such as Call ID or Log Time")
		var at *record.ReadError
		require.ErrorAs(t, errs[0], &at)
		require.Equal(t, 1, at.Line)
		require.Zero(t, at.Record)
	}
}

func TestReadRowsProblems(t *testing.T) {
	header := "Call ID,Log Time,Calc time (ms),Name,Rate\n"
	for _, test := range []struct {
		row  string
		want []record.Problem
	}{
		{"c,yesterday,fast,n,r\n", []record.Problem{
			{Path: "Log Time", Raw: "yesterday", Reason: "not a timestamp in a known form, such as 2026-03-01T08:15:30.123Z", Line: 2, Column: 2},
			{Path: "Calc time (ms)", Raw: "fast", Reason: "not a number of milliseconds", Line: 2, Column: 3},
		}},
		{"c,2026-03-01,\"1,5\",n,r\n", []record.Problem{{Path: "Calc time (ms)", Raw: "1,5", Reason: "not a number of milliseconds", Line: 2, Column: 3}}},
		{"\"c\nd\",x,,,\n", []record.Problem{{Path: "Log Time", Raw: "x", Reason: "not a timestamp in a known form, such as 2026-03-01T08:15:30.123Z", Line: 3, Column: 2}}},
		{"c,2026-03-01,1\n", []record.Problem{{Path: "Name", Reason: "the row ends after 3 of 5 fields", Line: 2, Column: 4}}},
		{"c,2026-03-01,1,n,r,,more,\n", []record.Problem{{Raw: "more", Reason: "a field beyond the 5 columns of the header", Line: 2, Column: 7}}},
		{"c,2026-03-01,1,n,r,,,\n", nil},
		{"c,2026-03-01,1,n 5\" wide,r\n", nil},
		{"c,2026-03-01,1,\"n\"x\",r\n", []record.Problem{{Path: "Name", Raw: `n"x`, Reason: "a quote within a quoted field that is not doubled", Line: 2, Column: 4}}},
		{"c,2026-03-01,1,\"never closed,r\n", []record.Problem{{Path: "Name", Raw: `"never closed`, Reason: "a quoted field that is never closed", Line: 2, Column: 4}}},
		{"c,2026-03-01,1,Z\xfcrich,r\n", []record.Problem{{Path: "Name", Raw: "Z\xfcrich", Reason: "text that is not UTF-8; its bytes are unchanged", Line: 2, Column: 4}}},
	} {
		for name, reader := range readers {
			got := rows(t, record.ReadRows(reader(strings.NewReader(header+test.row))))
			require.Len(t, got, 1, "%s: %q", name, test.row)
			require.Equal(t, test.want, got[0].Problems(), "%s: %q", name, test.row)
			if len(test.want) > 0 && test.want[0].Path != "" {
				require.Contains(t, got[0].CallID, "c", "the rest stays usable")
			}
		}
	}
	// A quote that is never closed costs its field, not the rows that follow.
	got := readRows(t, header+"c-1,,,\"open,1\nc-2,,,x,2\nc-3,,,y,3")
	require.Len(t, got, 3)
	require.Equal(t, []string{`Name="open`, "Rate=1"}, model(got[0]))
	require.Equal(t, []string{"Name=y", "Rate=3"}, model(got[2]))
	require.Len(t, got[0].Problems(), 1)
	require.Empty(t, got[1].Problems())
	require.Equal(t, 4, got[2].Line)
	got = readRows(t, header+"c-1,,,\"a\"\"b,1\nc-2,\"\",,x\"y,2")
	require.Len(t, got, 2)
	require.Equal(t, []string{`Name="a""b`, "Rate=1"}, model(got[0]))
	require.Equal(t, []string{`Name=x"y`, "Rate=2"}, model(got[1]))
	require.Equal(t, 3, got[1].Line)
}

// A column whose name can't be read is not found by its name, so the first row reports it.
func TestReadRowsProblemsOfTheHeader(t *testing.T) {
	got := readRows(t, "sep=;\nCall ID;\"Ver\"sion\";Pr\xe4mie\nc-1;;5;6\nc-2;;7\n")
	require.Equal(t, []record.Problem{
		{Path: "Ver\"sion", Raw: "Ver\"sion", Reason: "a quote within a quoted field that is not doubled", Line: 2, Column: 2},
		{Path: "Pr\xe4mie", Raw: "Pr\xe4mie", Reason: "text that is not UTF-8; its bytes are unchanged", Line: 2, Column: 3},
		{Raw: "6", Reason: "a field beyond the 3 columns of the header", Line: 3, Column: 4},
	}, got[0].Problems())
	require.Empty(t, got[1].Problems())
}

func TestReadRowsError(t *testing.T) {
	broken := fmt.Errorf("connection reset")
	source := func() *brokenReader {
		return &brokenReader{strings.NewReader("Call ID,Rate\nc-1,1\nc-2,"), broken}
	}
	var ids []string
	var last error
	for row, err := range record.ReadRows(source()) {
		if last = err; err == nil {
			ids = append(ids, row.CallID)
		}
	}
	require.Equal(t, []string{"c-1"}, ids)
	require.ErrorIs(t, last, broken)
	require.EqualError(t, last, "read line 3: connection reset")
	for range record.ReadRows(source()) {
		break
	}
}

// Rows stay as they are while the reader continues, even those larger than its buffer.
func TestReadRowsKeepsRows(t *testing.T) {
	var file strings.Builder
	file.WriteString("Call ID,Name\n")
	long := strings.Repeat("long ", 100_000)
	for i := range 3000 {
		if i%1000 == 500 {
			fmt.Fprintf(&file, "%d,\"%s\"\n", i, long)
		} else {
			fmt.Fprintf(&file, "%d,n%d\n", i, i)
		}
	}
	for i, row := range readRows(t, file.String()) {
		require.Equal(t, fmt.Sprint(i), row.CallID)
		name, _ := row.Get("Name")
		if i%1000 == 500 {
			require.Equal(t, long, name)
		} else {
			require.Equal(t, fmt.Sprint("n", i), name)
		}
	}
}

// What encoding/csv writes is read digit for digit.
func TestReadRowsRoundTrip(t *testing.T) {
	cell := rapid.StringMatching(`([ -~é€😀;,"]|\n|\r\n)*`)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(0, 5).Draw(t, "columns")
		records := [][]string{{"Call ID"}}
		for i := range columns {
			records[0] = append(records[0], fmt.Sprintf("%s %d", cell.Draw(t, "name"), i))
		}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			cells := []string{"id"}
			for range columns {
				cells = append(cells, cell.Draw(t, "cell"))
			}
			records = append(records, cells)
		}
		var file bytes.Buffer
		writer := csv.NewWriter(&file)
		writer.Comma = rapid.SampledFrom([]rune{',', ';'}).Draw(t, "separator")
		require.NoError(t, writer.WriteAll(records))

		got := rows(t, record.ReadRows(iotest.HalfReader(&file)))
		require.Len(t, got, len(records)-1)
		for i, row := range got {
			require.Equal(t, records[0], row.Columns())
			require.Equal(t, records[i+1], row.Cells())
			require.Empty(t, row.Problems())
		}
	})
}

func FuzzReadRows(f *testing.F) {
	for _, seed := range []string{
		fixedHeader + ",X,Error Details,Warning Details\na,2026-03-01,,,,,,,,,1,2,3,,\n", "Call ID;X\r\"a\n\"\"b\";1,5\r\n", "\ufeffCall ID\nx\"\n\"open",
		"Call ID,Version\n\"a\"b,\"c\n", "Call ID\n\xff\n", "x\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		describe := func(all iter.Seq2[*record.Row, error]) (text []string) {
			for row, err := range all {
				if err != nil {
					text = append(text, err.Error())
					continue
				}
				text = append(text, fmt.Sprintf("%d %q %q %v", row.Line, row.Columns(), row.Cells(), row.Problems()))
			}
			return text
		}
		atOnce := describe(record.ReadRows(bytes.NewReader(file)))
		require.Equal(t, atOnce, describe(record.ReadRows(iotest.OneByteReader(bytes.NewReader(file)))))
		compareWithCSV(t, file)
	})
}

// compareWithCSV checks that a file that encoding/csv can read is read in the same way.
func compareWithCSV(t *testing.T, file []byte) {
	if bytes.ContainsAny(file, "\r;") || bytes.HasPrefix(file, []byte("\ufeff")) {
		return // encoding/csv reads these in another way
	}
	reader := csv.NewReader(bytes.NewReader(file))
	reader.FieldsPerRecord = -1
	want, err := reader.ReadAll()
	if err != nil {
		return
	}
	var got [][]string
	for row, err := range record.ReadRows(bytes.NewReader(file)) {
		if err != nil {
			return
		}
		got = append(got, row.Cells())
	}
	var full [][]string // a line of "" is blank for us
	for _, cells := range want {
		if len(cells) > 1 || cells[0] != "" {
			full = append(full, cells)
		}
	}
	if len(full) > 0 {
		require.Equal(t, full[1:], append([][]string{}, got...))
	}
}
