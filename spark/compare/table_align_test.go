package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
)

// A row that differs in one of thousands of cells costs more than a row that is equal.
func TestCallsWideRows(t *testing.T) {
	wide := func(first string) string { return "[" + first + strings.Repeat(",0", 2000) + "]" }
	for _, rows := range []string{wide("1") + "," + wide("2"), wide("2") + "," + wide("1")} {
		a, b := `{"T":[[1,1,1],`+rows+`,[2,2,2]]}`, `{"T":[[1,1,3],`+wide("2")+`,[2,2,3]]}`
		got := changes(t, a, b, compare.Options{})
		require.Len(t, got, 3)
		require.Regexp(t, `^- outputs\.T\[[12]\]: \[1,`, got[1])
	}
}

// series returns the rows of a table without a key, for the numbers between two.
func series(from, to int) []string {
	var rows []string
	for i := from; i < to; i++ {
		rows = append(rows, fmt.Sprintf(`{"Amount":%d.25,"Rate":%d}`, i, i%7))
	}
	return rows
}

func outputTable(rows ...[]string) string {
	var all []string
	for _, part := range rows {
		all = append(all, part...)
	}
	return `{"T":[` + strings.Join(all, ",") + `]}`
}

func TestLargeTables(t *testing.T) {
	const size = 20_000
	changed := []string{`{"Amount":1.5,"Rate":9}`}
	a := outputTable(series(0, size))
	// Some rows more near the beginning, some fewer near the end, one changed in between.
	b := outputTable(series(0, 10), series(-500, -450), series(10, 9_000), changed, series(9_001, 19_000), series(19_070, size))
	got := changes(t, a, b, compare.Options{})
	require.Len(t, got, 50+2+70)
	require.Equal(t, `+ outputs.T[10]: {"Amount":-500.25,"Rate":-3}`, got[0])
	require.Contains(t, strings.Join(got, "\n"), "outputs.T[9000→9050].Amount: 9000.25 → 1.5")

	// Nothing in common: by position, in time that grows with the rows.
	got = changes(t, outputTable(series(0, size)), outputTable(series(size, 2*size+5)), compare.Options{})
	require.Greater(t, len(got), size)
	require.Equal(t, `+ outputs.T[20004]`, got[len(got)-1][:18])
}

func BenchmarkCalls(b *testing.B) {
	before, after := withOutputs(b, outputTable(series(0, 200))), withOutputs(b, outputTable(series(1, 201)))
	b.ReportAllocs()
	for b.Loop() {
		compare.Calls(before, after, compare.Options{})
	}
}
