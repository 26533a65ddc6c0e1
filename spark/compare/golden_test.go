package compare_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"iter"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, path string, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// history is a month of the emulator's calls, as JSON.
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

// repriced is the history as another version of the model would have made it.
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
	golden(t, "testdata/report.txt", report.String())
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(report))
	golden(t, "testdata/report.json", text.String())

	a, err := record.ParseCall([]byte(before[3]))
	require.NoError(t, err)
	b, err := record.ParseCall([]byte(after[1]))
	require.NoError(t, err)
	golden(t, "testdata/diff.txt", compare.Calls(a, b, compare.Options{}).String())
}

// BenchmarkArchives takes a pair of calls an operation, of which a third differs.
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
