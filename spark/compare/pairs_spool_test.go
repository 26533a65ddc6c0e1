package compare_test

import (
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

// Matching by the index of the spool gives the same pairs as matching with a map, with
// the keys in one part or in several.
func TestPairsAreThoseOfAMap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		var sides [2][]testCall
		for side := range sides {
			for range random.IntN(300) {
				id := random.IntN(1 + random.IntN(100))
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
		t.Run("in parts", func(t *testing.T) {
			compare.IndexAtMost(t, 1+random.IntN(100))
			require.ElementsMatch(t, want, matched(t, calls(sides[0]...), calls(sides[1]...), compare.ByID))
		})
	}
}

func TestPairsInPartsReadAgain(t *testing.T) {
	compare.IndexAtMost(t, 2)
	a := calls(testCall{id: "1"}, testCall{id: "2"}, testCall{id: "3"}, testCall{id: "4"}, testCall{id: "5"})
	broken := read(`[{"EngineCallId":"1"},5,{"EngineCallId":"2"}]`)
	failures := 0
	for _, err := range compare.Pairs(a, broken, compare.ByID, compare.Options{}) {
		if err != nil {
			failures++
		}
	}
	require.Equal(t, 1, failures, "each place is reported once")

	once := strings.NewReader(`[{"EngineCallId":"1"}]`)
	_, err := compare.Archives(a, record.ReadCalls(once), compare.ByID, compare.Options{})
	require.EqualError(t, err, "calls of B: 1 the first time, 0 when read again (pass calls that can be read more than once, such as those of an archive)")
}

func TestPairsLeaveNothingBehind(t *testing.T) {
	directory := t.TempDir()
	t.Setenv("TMPDIR", directory)
	for stop := range 5 {
		n := 0
		for range compare.Pairs(calls(testCall{id: "1"}, testCall{id: "2"}), calls(testCall{id: "1"}, testCall{id: "3"}), compare.ByID, compare.Options{}) {
			if n++; n == stop {
				break
			}
		}
		files, err := os.ReadDir(directory)
		require.NoError(t, err)
		require.Empty(t, files)
	}
}

// Memory is that of the index, which doesn't grow with the calls.
func TestArchivesMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("compares thousands of calls")
	}
	const count = 8000
	compare.IndexAtMost(t, count/4)
	small, large := peak(t, count/4), peak(t, count)
	t.Logf("live memory %d KB with %d calls a side, %d KB with %d", small>>10, count/4, large>>10, count)
	require.Less(t, float64(large), 1.25*float64(small)+64<<10)
}

// peak compares this many calls a side, and returns the largest amount of memory in use
// meanwhile.
func peak(t *testing.T, count int) (largest uint64) {
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
					largest = max(largest, measure()-before)
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
	return largest
}
