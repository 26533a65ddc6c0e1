package compare_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/internal/golden"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// history returns calls of the emulator as JSON.
func history() []string {
	var records []string
	for _, call := range sparktest.Generate(sparktest.History{}) {
		records = append(records, string(call.Record()))
	}
	return records
}

func stream(records []string) iter.Seq2[*record.Call, error] {
	return read("[" + strings.Join(records, ",") + "]")
}

// repriced returns the history with the results of another version of the model.
func repriced(records []string) []string {
	premium := regexp.MustCompile(`"Premium":(\d+)`)
	id := regexp.MustCompile(`"(EngineCallId|call_id)":"........`)
	var changed []string
	for i, text := range records {
		if i%3 == 0 {
			text = premium.ReplaceAllString(text, `"Premium":1$1`)
		}
		if i%10 == 7 {
			text = strings.Replace(text, `"source_path":`, `"source_path":"Sheet2!","was":`, 1)
		}
		changed = append(changed, id.ReplaceAllString(strings.ReplaceAll(text, `"1.4.2"`, `"1.5.0"`), `"$1":"eeeeeeee`))
	}
	return append(changed[2:], changed[5])
}

func TestGolden(t *testing.T) {
	before := history()
	after := repriced(before)
	report, err := compare.Archives(stream(before), stream(after), compare.ByInputs, compare.Options{Ignore: []string{"metadata"}})
	require.NoError(t, err)
	golden.Require(t, "testdata/report.txt", report.String())
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(report))
	golden.Require(t, "testdata/report.json", text.String())

	a, err := record.ParseCall([]byte(before[3]))
	require.NoError(t, err)
	b, err := record.ParseCall([]byte(after[1]))
	require.NoError(t, err)
	golden.Require(t, "testdata/diff.txt", compare.Calls(a, b, compare.Options{}).String())
}

func TestArchivesFields(t *testing.T) {
	a := calls(testCall{id: "1", outputs: `"P":1,"T":[1,2]`}, testCall{id: "2", outputs: `"P":1e999999999`}, testCall{id: "3", outputs: `"P":"1"`}, testCall{id: "4"}, testCall{id: "a"})
	b := calls(testCall{id: "1", outputs: `"P":3,"T":[2,3,4]`}, testCall{id: "2", outputs: `"P":-5`}, testCall{id: "3", outputs: `"P":1`}, testCall{id: "4"}, testCall{id: "b"})
	report, err := compare.Archives(a, b, compare.ByID, compare.Options{})
	require.NoError(t, err)
	require.Equal(t, []int{5, 5, 1, 3, 1, 1}, []int{report.CallsA, report.CallsB, report.Equal, report.Differing, report.OnlyA, report.OnlyB})
	require.False(t, report.Empty())
	require.Len(t, report.Fields, 2)
	price := report.Fields[0]
	require.Equal(t, []any{"P", 3, 2, 1}, []any{price.Field, price.Calls, price.Changed, price.Retyped})
	require.Equal(t, "2", price.Largest.B.ID, "though it is too large to be written out")
	rows := report.Fields[1]
	require.Equal(t, []any{"T[]", 1, 3}, []any{rows.Field, rows.Calls, rows.Added + rows.Removed + rows.Changed})

	report, err = compare.Archives(a, a, compare.ByID, compare.Options{})
	require.NoError(t, err)
	require.True(t, report.Empty())
	require.Equal(t, "5 calls in A, 5 in B: 5 equal, 0 differ, 0 only in A, 0 only in B\n", report.String())
	data, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, `{"calls_a":5,"calls_b":5,"equal":5,"differing":0,"only_a":0,"only_b":0,"fields":[]}`, string(data))
}

// The number of names in a hostile archive doesn't change the size of the report.
func TestArchivesManyFields(t *testing.T) {
	many := func(prefix string) string {
		var outputs []string
		for i := range 3000 {
			outputs = append(outputs, fmt.Sprintf(`"%s%d":%d`, prefix, i, i))
		}
		return strings.Join(outputs, ",")
	}
	report, err := compare.Archives(calls(testCall{id: "1", outputs: many("x")}), calls(testCall{id: "1", outputs: many("y")}), compare.ByID, compare.Options{})
	require.NoError(t, err)
	require.Len(t, report.Fields, 1000)
	require.Equal(t, 5000, report.OtherFields)
	require.Contains(t, report.String(), "and 5000 changes in other fields")
}

// BenchmarkArchives compares one pair of calls per operation. A third of them differs.
func BenchmarkArchives(b *testing.B) {
	before := history()
	after := repriced(before)
	endless := func(records []string) iter.Seq2[*record.Call, error] {
		return func(yield func(*record.Call, error) bool) {
			for i := range b.N {
				if !yield(record.ParseCall([]byte(records[i%len(records)]))) {
					return
				}
			}
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(before[0]) + len(after[0])))
	_, err := compare.Archives(endless(before), endless(after), compare.ByInputs, compare.Options{Ignore: []string{"metadata"}})
	require.NoError(b, err)
}
