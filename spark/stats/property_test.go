package stats_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
)

// percentile is the exact figure.
func percentile(sorted []time.Duration, p int) time.Duration {
	for i, d := range sorted {
		if 100*(i+1) >= p*len(sorted) {
			return d
		}
	}
	panic("no durations")
}

func requireTimes(t require.TestingT, durations []time.Duration, got stats.Times) {
	durations = slices.Sorted(slices.Values(durations))
	require.Equal(t, len(durations), got.Count)
	require.Equal(t, durations[len(durations)-1], got.Max)
	for p, value := range map[int]time.Duration{50: got.P50, 95: got.P95, 99: got.P99} {
		exact := percentile(durations, p)
		require.InDelta(t, float64(exact), float64(value), stats.Accuracy*float64(exact)+1, "p%d of %d", p, len(durations))
	}
}

func TestPercentilesAreAccurate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		duration := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) time.Duration {
				return time.Duration(rapid.IntRange(1, 200).Draw(t, "ms")) * time.Millisecond
			}),
			rapid.Custom(func(t *rapid.T) time.Duration {
				return time.Duration(rapid.Int64Range(1, 1<<62).Draw(t, "ns"))
			}),
			rapid.Just(time.Duration(0)),
		)
		collector := stats.NewCollector(stats.Options{})
		var calc, total []time.Duration
		for range rapid.IntRange(1, 300).Draw(t, "calls") {
			call := record.Call{CalcTime: duration.Draw(t, "calc"), TotalTime: duration.Draw(t, "total"), LogTime: time.Unix(1, 0)}
			collector.Add(&call)
			if call.CalcTime > 0 || call.TotalTime > 0 {
				calc, total = append(calc, call.CalcTime), append(total, call.TotalTime)
			}
		}
		report := collector.Report()
		if len(calc) == 0 {
			require.Equal(t, stats.Times{}, report.All.Calc)
			return
		}
		requireTimes(t, calc, report.All.Calc)
		requireTimes(t, total, report.All.Total)
		require.Equal(t, report.All, report.Days[0].Numbers)
	})
}

// All calls are counted once in each breakdown, whatever the names are.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		count, names := rapid.IntRange(0, 3000).Draw(t, "calls"), rapid.IntRange(1, 1000).Draw(t, "names")
		groups := rapid.IntRange(-1, 300).Draw(t, "groups")
		collector := stats.NewCollector(stats.Options{Groups: groups})
		for range count {
			name := fmt.Sprint(int(float64(names) * source.ExpFloat64() / 4))
			call := record.Call{User: name, TotalTime: time.Second}
			if source.IntN(3) == 0 {
				call.Errors = make([]record.ModelError, 2)
			}
			collector.Add(&call)
		}
		report := collector.Report()
		require.Equal(t, report, collector.Report(), "a report changes nothing")
		var sum stats.Numbers
		for _, group := range report.Users.Groups {
			sum.Calls += group.Calls
			sum.Errors += group.Errors
			sum.Total.Count += group.Total.Count
		}
		if other := report.Users.Other; other != nil {
			sum.Calls += other.Calls
			sum.Errors += other.Errors
			sum.Total.Count += other.Total.Count
		}
		require.Equal(t, []int{count, count, report.All.Errors}, []int{sum.Calls, sum.Total.Count, sum.Errors})
		require.Equal(t, count, report.All.Calls)
		if groups <= 0 {
			groups = 20
		}
		require.LessOrEqual(t, len(report.Users.Groups), min(groups, 256))
	})
}

// However many names there are and in whatever order, one that more than one in
// 256 calls has is in the report, and Missed limits how many of its calls are not.
func TestFrequentNamesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var names []string
		for i := range rapid.IntRange(0, 5000).Draw(t, "rare") {
			names = append(names, fmt.Sprintf("rare %d", i))
		}
		for i := range rapid.IntRange(1, 10).Draw(t, "frequent") {
			for range len(names)/200 + source.IntN(30) {
				names = append(names, fmt.Sprintf("frequent %d", i))
			}
		}
		if rapid.Bool().Draw(t, "shuffle") {
			source.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		}
		exact := map[string]int{}
		collector := stats.NewCollector(stats.Options{Groups: 256})
		for _, name := range names {
			exact[name]++
			collector.Add(&record.Call{Purpose: name})
		}
		purposes := collector.Report().Purposes
		found := map[string]bool{}
		for _, group := range purposes.Groups {
			found[group.Name] = true
			require.LessOrEqual(t, group.Calls, exact[group.Name])
			require.GreaterOrEqual(t, group.Calls+group.Missed, exact[group.Name])
		}
		for name, count := range exact {
			require.True(t, found[name] || count*256 <= len(names), "%s with %d of %d calls", name, count, len(names))
		}
		if len(exact) <= 256 {
			require.Equal(t, len(exact), purposes.Names)
			require.Nil(t, purposes.Other)
		} else {
			require.Zero(t, purposes.Names)
		}
	})
}
