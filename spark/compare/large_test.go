package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
)

// series is a table without a key, of rows from one number up to another.
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

func TestDeepValues(t *testing.T) {
	deep := func(core string) string {
		return `{"D":` + strings.Repeat(`[`, 5000) + core + strings.Repeat(`]`, 5000) + `}`
	}
	require.Empty(t, changes(t, deep("1.0"), deep("1"), compare.Options{}))
	got := changes(t, deep("1"), deep("2"), compare.Options{})
	require.Len(t, got, 1)
	require.Contains(t, got[0], "outputs.D[0][0]")
}

func BenchmarkCalls(b *testing.B) {
	before, after := withOutputs(b, outputTable(series(0, 200))), withOutputs(b, outputTable(series(1, 201)))
	b.ReportAllocs()
	for b.Loop() {
		compare.Calls(before, after, compare.Options{})
	}
}
