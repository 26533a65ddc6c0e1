package compare_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

// testCall is a call as the tests describe it.
type testCall struct {
	id, correlation, inputs, outputs string
}

func (c testCall) json() string {
	return fmt.Sprintf(`{"EngineCallId":%q,"EngineDetails":{"request_data":{"inputs":{%s}},"response_data":{"outputs":{%s}},"response_meta":{"correlation_id":%q}}}`,
		c.id, c.inputs, c.outputs, c.correlation)
}

// calls streams calls as an archive does.
func calls(records ...testCall) iter.Seq2[*record.Call, error] {
	var texts []string
	for _, r := range records {
		texts = append(texts, r.json())
	}
	return read("[" + strings.Join(texts, ",") + "]")
}

// read streams the calls of a JSON file, as often as it is asked to.
func read(text string) iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) { record.ReadCalls(strings.NewReader(text))(yield) }
}

// matched says which calls are compared with which.
func matched(t *testing.T, a, b iter.Seq2[*record.Call, error], key compare.Key) []string {
	var lines []string
	for pair, err := range compare.Pairs(a, b, key, compare.Options{}) {
		require.NoError(t, err)
		line := ""
		if pair.A != nil {
			line = pair.A.ID + string(pair.A.Outputs.JSON())
		}
		line += " | "
		if pair.B != nil {
			line += pair.B.ID
		}
		if pair.Diff != nil && !pair.Diff.Empty() {
			line += " differ"
		}
		require.Equal(t, pair.A != nil && pair.B != nil, pair.Diff != nil)
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func TestPairs(t *testing.T) {
	a := calls(
		testCall{id: "1", outputs: `"n":1`},
		testCall{id: "v4", outputs: `"n":1`}, testCall{id: "v4", outputs: `"n":2`}, testCall{id: "v4", outputs: `"n":3`},
		testCall{id: "gone", outputs: `"n":1`}, testCall{outputs: `"n":1`},
	)
	b := calls(
		testCall{id: "new"}, testCall{id: "v4", outputs: `"n":1.0`}, testCall{outputs: `"n":1`}, testCall{id: "v4", outputs: `"n":5`}, testCall{id: "1"},
	)
	want := []string{
		`| new`, `v4{"n":1} | v4`, `|`, `v4{"n":2} | v4 differ`, `1{"n":1} | 1 differ`, // in the order of B
		`v4{"n":3} |`, `gone{"n":1} |`, `{"n":1} |`, // in the order of A
	}
	require.Equal(t, want, matched(t, a, b, compare.ByID))
	require.Equal(t, want, matched(t, a, b, nil))
	require.Empty(t, matched(t, calls(), calls(), compare.ByID))
	require.Equal(t, []string{`1{"n":1} |`}, matched(t, calls(testCall{id: "1", outputs: `"n":1`}), calls(), compare.ByID))
}

func TestPairsByInputs(t *testing.T) {
	a := calls(
		testCall{id: "a1", inputs: `"Age":42,"Sum":1e5,"Cover":[{"Code":"X","Share":0.10}],"Name":"Zoë"`},
		testCall{id: "a2", inputs: `"Age":43`}, testCall{id: "a3", inputs: `"Age":"43"`}, testCall{id: "a4"}, testCall{id: "a5", inputs: `"Age":null`},
		testCall{id: "a6", inputs: `"Age":1e99999999999999999999`},
	)
	b := calls(
		testCall{id: "b1", inputs: `"Name":"Zo\u00eb","Sum":100000,"Cover":[{"Share":0.1,"Code":"X"}],"Age":42.0`},
		testCall{id: "b2", inputs: `"Age":"43"`}, testCall{id: "b3", inputs: `"Age":43`}, testCall{id: "b4", inputs: `"Age":null`}, testCall{id: "b5"},
		testCall{id: "b6", inputs: `"Age":1e99999999999999999999`},
	)
	var got []string
	for pair, err := range compare.Pairs(a, b, compare.ByInputs, compare.Options{}) {
		require.NoError(t, err)
		got = append(got, pair.A.ID+pair.B.ID)
	}
	require.Equal(t, []string{"a1b1", "a3b2", "a2b3", "a5b4", "a4b5", "a6b6"}, got)
}

func TestPairsByOtherKeys(t *testing.T) {
	a := calls(testCall{id: "a1", correlation: "x", inputs: `"Policy":"P-1"`}, testCall{id: "a2", inputs: `"Policy":"P-2"`})
	b := calls(testCall{id: "b1", inputs: `"Policy":"P-1"`}, testCall{id: "b2", correlation: "x", inputs: `"Policy":"P-2"`})
	require.Equal(t, []string{"| b1", "a1{} | b2 differ", "a2{} |"}, matched(t, a, b, compare.ByCorrelationID))
	policy := func(c *record.Call) string { number, _ := c.Inputs.Get("Policy"); return number.String() }
	require.Equal(t, []string{"a1{} | b1 differ", "a2{} | b2 differ"}, matched(t, a, b, policy))
}

// Matching by the spool's index does what matching with a map would, in one round or
// in several.
func TestPairsAreThoseOfAMap(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		var sides [2][]testCall
		for side := range sides {
			for range source.IntN(300) {
				id := source.IntN(1 + source.IntN(100))
				sides[side] = append(sides[side], testCall{id: fmt.Sprint(id), outputs: fmt.Sprintf(`"n":%d`, len(sides[side]))})
			}
		}
		queues := map[string][]testCall{}
		for _, r := range sides[0] {
			queues[r.id] = append(queues[r.id], r)
		}
		var want []string
		for _, r := range sides[1] {
			line := "| " + r.id
			if queue := queues[r.id]; len(queue) > 0 {
				queues[r.id] = queue[1:]
				line = fmt.Sprintf("%s{%s} | %s", r.id, queue[0].outputs, r.id)
				if queue[0].outputs != r.outputs {
					line += " differ"
				}
			}
			want = append(want, line)
		}
		for _, r := range sides[0] {
			if queue := queues[r.id]; len(queue) > 0 && queue[0] == r {
				queues[r.id] = queue[1:]
				want = append(want, fmt.Sprintf("%s{%s} |", r.id, r.outputs))
			}
		}
		require.Equal(t, want, matched(t, calls(sides[0]...), calls(sides[1]...), compare.ByID))
		t.Run("in rounds", func(t *testing.T) {
			compare.IndexAtMost(t, 1+source.IntN(100))
			require.ElementsMatch(t, want, matched(t, calls(sides[0]...), calls(sides[1]...), compare.ByID))
		})
	}
}

func TestPairsInRoundsNeedToReadAgain(t *testing.T) {
	compare.IndexAtMost(t, 2)
	a := calls(testCall{id: "1"}, testCall{id: "2"}, testCall{id: "3"}, testCall{id: "4"}, testCall{id: "5"})
	broken := read(`[{"EngineCallId":"1"},5,{"EngineCallId":"2"}]`)
	failures := 0
	for _, err := range compare.Pairs(a, broken, compare.ByID, compare.Options{}) {
		if err != nil {
			failures++
		}
	}
	require.Equal(t, 1, failures, "each place is named once")

	once := strings.NewReader(`[{"EngineCallId":"1"}]`)
	_, err := compare.Archives(a, record.ReadCalls(once), compare.ByID, compare.Options{})
	require.EqualError(t, err, "calls of B: 1 the first time, 0 when read again (pass calls that can be read more than once, such as those of an archive)")
}

func TestPairsLeaveNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	for stop := range 5 {
		n := 0
		for range compare.Pairs(calls(testCall{id: "1"}, testCall{id: "2"}), calls(testCall{id: "1"}, testCall{id: "3"}), compare.ByID, compare.Options{}) {
			if n++; n == stop {
				break
			}
		}
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

func TestPairsErrors(t *testing.T) {
	broken := read(`[{"EngineCallId":"1"},5,{"EngineCallId":"2"}]`)
	var got []string
	for pair, err := range compare.Pairs(broken, broken, compare.ByID, compare.Options{}) {
		if err != nil {
			var at *record.ReadError
			require.ErrorAs(t, err, &at)
			got = append(got, err.Error())
			continue
		}
		got = append(got, pair.A.ID+pair.B.ID)
	}
	read := "read record 2 at byte 22: a number where the record, a JSON object, should be"
	require.Equal(t, []string{"calls of A: " + read, "11", "calls of B: " + read, "22"}, got)

	report, err := compare.Archives(broken, calls(), compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "calls of A: read record 2")
	require.Nil(t, report, "half a comparison could be taken for a whole one")
	_, err = compare.Archives(calls(), broken, compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "calls of B: read record 2")

	byHand := func(yield func(*record.Call, error) bool) { yield(&record.Call{ID: "by hand"}, nil) }
	_, err = compare.Archives(byHand, calls(), compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "store a call of A: a Call that was not decoded from a record")

	t.Setenv("TMPDIR", t.TempDir()+"/none")
	_, err = compare.Archives(calls(), calls(), compare.ByID, compare.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "set TMPDIR to a directory with more space")
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

// However many names a hostile archive has, the report stays of one size.
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

// Memory is that of the index, which doesn't grow with the calls.
func TestArchivesMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("compares hundreds of thousands of calls")
	}
	compare.IndexAtMost(t, manyCalls/4)
	small, large := peak(t, manyCalls/4), peak(t, manyCalls)
	t.Logf("live memory %d KB with %d calls a side, %d KB with %d", small>>10, manyCalls/4, large>>10, manyCalls)
	require.Less(t, float64(large), 1.25*float64(small)+256<<10)
}

// peak compares so many calls a side, and returns the most memory in use meanwhile.
func peak(t *testing.T, count int) (most uint64) {
	measure := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := measure()
	stream := func(step int) iter.Seq2[*record.Call, error] {
		return func(yield func(*record.Call, error) bool) {
			for i := range count {
				if i%(count/4) == 0 {
					most = max(most, measure()-before)
				}
				text := testCall{id: fmt.Sprint(i * 7919 % count * step), inputs: fmt.Sprintf(`"Age":%d`, i), outputs: fmt.Sprintf(`"Premium":%d.%d`, i, step)}.json()
				if !yield(record.ParseCall([]byte(text))) {
					return
				}
			}
		}
	}
	report, err := compare.Archives(stream(1), stream(2), compare.ByID, compare.Options{})
	require.NoError(t, err)
	require.Equal(t, []int{count / 2, count / 2}, []int{report.Equal + report.Differing, report.OnlyA})
	return most
}
