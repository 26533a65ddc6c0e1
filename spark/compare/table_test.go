package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
)

func TestCallsRows(t *testing.T) {
	for name, test := range map[string]struct {
		a, b string
		want []string
	}{
		"by key":                    {`[{"Year":1,"A":5},{"Year":2,"A":6}]`, `[{"Year":1,"A":5},{"Year":2,"A":7}]`, []string{"outputs.T[Year=2].A: 6 → 7  (+1, +16.7%)"}},
		"by key, moved":             {`[{"Id":"x","A":5},{"Id":"y","A":6}]`, `[{"Id":"y","A":6},{"Id":"x","A":5}]`, []string{"outputs.T: the rows are in a different order"}},
		"by key, added and removed": {`[{"Id":"x","A":5},{"Id":"y","A":6}]`, `[{"Id":"z","A":6},{"Id":"y","A":8}]`, []string{`- outputs.T[Id=x]: {"Id":"x","A":5}`, "outputs.T[Id=y].A: 6 → 8  (+2, +33.3%)", `+ outputs.T[Id=z]: {"Id":"z","A":6}`}},
		"by key in another form":    {`[{"Year":1.0,"A":5},{"Year":2,"A":6}]`, `[{"Year":1,"A":5},{"Year":2e0,"A":6}]`, nil},
		"by a key in quotes":        {`[{"Id":"a]","A":5},{"Id":"y","A":6}]`, `[{"Id":"a]","A":6},{"Id":"y","A":6}]`, []string{`outputs.T[Id="a]"].A: 5 → 6  (+1, +20%)`}},
		"strings aren't numbers":    {`[{"Id":"1","A":5},{"Id":"2","A":6}]`, `[{"Id":1,"A":5},{"Id":2,"A":6}]`, []string{`! outputs.T[0].Id: "1" → 1  (string → number)`, `! outputs.T[1].Id: "2" → 2  (string → number)`}},
		"amounts are not a key": {`[{"B":1.5,"A":1},{"B":1.5,"A":2}]`, `[{"B":2.5,"A":2},{"B":2.5,"A":3}]`, []string{
			"outputs.T[0].B: 1.5 → 2.5  (+1, +66.7%)", "outputs.T[0].A: 1 → 2  (+1, +100%)", "outputs.T[1].B: 1.5 → 2.5  (+1, +66.7%)", "outputs.T[1].A: 2 → 3  (+1, +50%)",
		}},
		"twice the same is not a key": {`[{"C":"a","A":1},{"C":"a","A":2},{"C":"b","A":3}]`, `[{"C":"a","A":1},{"C":"b","A":3}]`, []string{`- outputs.T[1]: {"C":"a","A":2}`}},
		"few keys in common":          {`[{"Id":"a","A":1},{"Id":"b","A":2},{"Id":"c","A":3}]`, `[{"Id":"a","A":1},{"Id":"x","A":2},{"Id":"y","A":3}]`, []string{`outputs.T[1].Id: "b" → "x"`, `outputs.T[2].Id: "c" → "y"`}},
		"numbers that don't come first in both": {`[{"Y":1,"A":5},{"Y":2,"A":6}]`, `[{"A":6,"Y":2},{"A":7,"Y":1}]`, []string{
			"outputs.T[0].Y: 1 → 2  (+1, +100%)", "outputs.T[0].A: 5 → 6  (+1, +20%)", "outputs.T[1].Y: 2 → 1  (-1, -50%)", "outputs.T[1].A: 6 → 7  (+1, +16.7%)",
		}},
		"rows of one kind go together": {`[{"a":1}]`, `[5,{"b":2}]`, []string{"+ outputs.T[0]: 5", "- outputs.T[0→1].a: 1", "+ outputs.T[0→1].b: 2"}},
		"moved by several rows":        {`["p","q","a","b","c"]`, `["a","b","c","r","s"]`, []string{`- outputs.T[0]: "p"`, `- outputs.T[1]: "q"`, `+ outputs.T[3]: "r"`, `+ outputs.T[4]: "s"`}},
		"one row":                      {`[{"Id":"x","A":5}]`, `[{"Id":"x","A":6}]`, []string{"outputs.T[0].A: 5 → 6  (+1, +20%)"}},
		"inserted":                     {`["a","b","c"]`, `["x","a","b","c"]`, []string{`+ outputs.T[0]: "x"`}},
		"deleted":                      {`["a","b","c","d"]`, `["a","c","d"]`, []string{`- outputs.T[1]: "b"`}},
		"moved on and changed":         {`[[1,2,3,4],[5,6,7,8],[9,9,9,9]]`, `[[0,0,0,0],[1,2,3,5],[5,6,7,8],[9,9,9,9]]`, []string{"+ outputs.T[0]: [0,0,0,0]", "outputs.T[0→1][3]: 4 → 5  (+1, +25%)"}},
		"a series stays by position":   {`[1,2,3]`, `[1,3,4]`, []string{"outputs.T[1]: 2 → 3  (+1, +50%)", "outputs.T[2]: 3 → 4  (+1, +33.3%)"}},
		"swapped":                      {`["a","b"]`, `["b","a"]`, []string{`outputs.T[0]: "a" → "b"`, `outputs.T[1]: "b" → "a"`}},
		"a row of null":                {`[{"A":1},null]`, `[{"A":1},{"A":2}]`, []string{`! outputs.T[1]: null → {"A":2}  (null → object)`}},
		"emptied":                      {`[1]`, `[]`, []string{"- outputs.T[0]: 1"}},
		"a column more":                {`[{"Y":1},{"Y":2}]`, `[{"Y":1,"N":null},{"Y":2}]`, []string{"+ outputs.T[Y=1].N: null"}},
		"a table in a table":           {`[{"Y":1,"T":[{"I":"a","V":1},{"I":"b","V":1}]},{"Y":2}]`, `[{"Y":1,"T":[{"I":"a","V":1},{"I":"b","V":2}]},{"Y":2}]`, []string{"outputs.T[Y=1].T[I=b].V: 1 → 2  (+1, +100%)"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := changes(t, `{"T":`+test.a+`}`, `{"T":`+test.b+`}`, compare.Options{})
			require.Equal(t, append([]string{}, test.want...), got)
		})
	}
}

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
	const size = 4000
	changed := []string{`{"Amount":1.5,"Rate":9}`}
	a := outputTable(series(0, size))
	// Some rows more near the beginning, some fewer near the end, one changed in between.
	b := outputTable(series(0, 10), series(-500, -450), series(10, 2000), changed, series(2001, 3500), series(3570, size))
	got := changes(t, a, b, compare.Options{})
	require.Len(t, got, 50+2+70)
	require.Equal(t, `+ outputs.T[10]: {"Amount":-500.25,"Rate":-3}`, got[0])
	require.Contains(t, strings.Join(got, "\n"), "outputs.T[2000→2050].Amount: 2000.25 → 1.5")

	// Nothing in common: by position, in time that grows with the rows.
	got = changes(t, outputTable(series(0, size)), outputTable(series(size, 2*size+5)), compare.Options{})
	require.Greater(t, len(got), size)
	require.Equal(t, `+ outputs.T[4004]`, got[len(got)-1][:17])
}

func BenchmarkCalls(b *testing.B) {
	before, after := withOutputs(b, outputTable(series(0, 200))), withOutputs(b, outputTable(series(1, 201)))
	b.ReportAllocs()
	for b.Loop() {
		compare.Calls(before, after, compare.Options{})
	}
}
