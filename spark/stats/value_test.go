package stats_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
)

func valueOf(t require.TestingT, text string) (value record.Value) {
	require.NoError(t, value.UnmarshalJSON([]byte(text)))
	return value
}

// distributionOf returns the distribution of values that are given as JSON.
func distributionOf(t require.TestingT, values ...string) stats.Distribution {
	collector := stats.NewCollector(stats.Options{Value: "outputs.x"})
	for _, text := range values {
		collector.AddValue(&record.Call{}, valueOf(t, text))
	}
	return *collector.Report().All.Value
}

func TestValuesAreExact(t *testing.T) {
	require.Equal(t, stats.Distribution{Count: 3, Mean: "0.2", P5: "0.1", P50: "0.2", P95: "0.3"}, distributionOf(t, "0.1", "0.20", "0.3"))
	require.Equal(t, stats.Distribution{Count: 3, Mean: "0.333333", P5: "0", P50: "0", P95: "1"}, distributionOf(t, "0", "1", "0.0"))
	require.Equal(t, stats.Distribution{Count: 2, Mean: "9007199254740993", P5: "9007199254740992", P50: "9007199254740992", P95: "9007199254740994"},
		distributionOf(t, "9007199254740994", "9007199254740992"))
	require.Equal(t, stats.Distribution{Count: 4, Mean: "-0.05", P5: "-12345678901234567890.1", P50: "-0.1", P95: "12345678901234567890.1"},
		distributionOf(t, "12345678901234567890.1", "-12345678901234567890.1", "-0.1", "-1e-1"))
	huge := distributionOf(t, "1e299", "-1e299", "1e-380")
	require.Equal(t, []any{3, json.Number("1e299"), json.Number("-1e299")}, []any{huge.Count, huge.P95, huge.P5})
}

func TestValuesThatAreNotNumbers(t *testing.T) {
	d := distributionOf(t, "1", "null", `"1"`, `""`, "true", "[1]", "{}", "1e300", "1e999999999", "-1e-999999999")
	require.Equal(t, stats.Distribution{Count: 1, Missing: 1, NotNumbers: 8, Mean: "1", P5: "1", P50: "1", P95: "1"}, d)

	collector := stats.NewCollector(stats.Options{Value: "outputs.x"})
	collector.Add(&record.Call{})
	collector.AddRow(&record.Row{})
	collector.AddRowValue(&record.Row{}, valueOf(t, "5"))
	report := collector.Report()
	require.Equal(t, stats.Distribution{Count: 1, Missing: 2, Mean: "5", P5: "5", P50: "5", P95: "5"}, *report.All.Value)
	require.Equal(t, 3, report.All.Calls)

	collector = stats.NewCollector(stats.Options{})
	collector.AddValue(&record.Call{}, valueOf(t, "5"))
	require.Nil(t, collector.Report().All.Value, "without a name nothing is summarized")
}

// Whatever the order of the numbers, a percentile of many is one of them. Its rank is wrong
// by 1/2048 at most in each of the five levels that a sample of so many numbers empties.
func TestPercentilesOfManyValues(t *testing.T) {
	const count, bound = 20_000, 5. / 2048
	source := rand.New(rand.NewPCG(3, 2))
	for name, number := range map[string]func(i int) int{
		"ascending": func(i int) int { return i },
		"random":    func(int) int { return source.IntN(1_000_000) },
		"alternate": func(i int) int { return i % 2 * i },
		"waves":     func(i int) int { return i * 7919 % 2048 },
	} {
		numbers := make([]int, count)
		values := make([]string, count)
		sum := 0
		for i := range numbers {
			numbers[i] = number(i)
			values[i] = fmt.Sprintf("%d.5", numbers[i])
			sum += numbers[i]
		}
		d := distributionOf(t, values...)
		slices.Sort(numbers)
		mean, _ := new(big.Rat).SetString(string(d.Mean))
		require.Equal(t, big.NewRat(int64(2*sum+count), 2*count).FloatString(6), mean.FloatString(6), name)
		for p, got := range map[int]json.Number{5: d.P5, 50: d.P50, 95: d.P95} {
			text, isHalf := strings.CutSuffix(string(got), ".5")
			require.True(t, isHalf)
			n, err := json.Number(text).Int64()
			require.NoError(t, err)
			first, found := slices.BinarySearch(numbers, int(n))
			require.True(t, found, name)
			after, _ := slices.BinarySearch(numbers, int(n)+1)
			require.LessOrEqual(t, float64(first), (float64(p)/100+bound)*count, "p%d, %s", p, name)
			require.GreaterOrEqual(t, float64(after), (float64(p)/100-bound)*count, "p%d, %s", p, name)
		}
	}
}

// drift is a report of premiums that rise from month to month.
func drift(t *testing.T, options stats.Options) *stats.Report {
	options.Value = "outputs.premium"
	collector := stats.NewCollector(options)
	for i := range 400 {
		at := time.Date(2025, time.Month(11+i/100), 1+i%100/4, 12, 0, 0, 0, time.UTC)
		call := &record.Call{LogTime: at, Version: fmt.Sprintf("1.%d", i/150), User: fmt.Sprintf("user %d", i%3)}
		collector.AddValue(call, valueOf(t, fmt.Sprintf("%d.25", 1000+i+i%10)))
	}
	collector.AddValue(&record.Call{Version: "1.2"}, valueOf(t, `"n/a"`))
	collector.AddValue(&record.Call{LogTime: time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC), Version: "1.2"}, record.Value{})
	return collector.Report()
}

func TestValueAsText(t *testing.T) {
	require.Equal(t, `402 calls from 2025-11-01 12:00 to 2026-02-28 23:30 UTC, 1 without a log time

  outputs.premium  numbers  missing  not numbers      mean        p5       p50       p95
  all                  400        1            1  1,204.25  1,024.25  1,204.25  1,384.25

month
  (none)                 0        0            1         –         –         –         –
  2025-11              100        0            0  1,054.25  1,008.25  1,054.25  1,098.25
  2025-12              100        0            0  1,154.25  1,108.25  1,154.25  1,198.25
  2026-01              100        0            0  1,254.25  1,208.25  1,254.25  1,298.25
  2026-02              100        1            0  1,354.25  1,308.25  1,354.25  1,398.25

version
  1.0                  150        0            0  1,079.25  1,012.25  1,078.25  1,146.25
  1.1                  150        0            0  1,229.25  1,162.25  1,228.25  1,296.25
  1.2                  100        1            1  1,354.25  1,308.25  1,354.25  1,398.25
`, drift(t, stats.Options{}).String())
	text := drift(t, stats.Options{Zone: time.FixedZone("UTC+1", 3600), Groups: 2, ValueBy: []stats.GroupBy{stats.ByMonth, stats.ByUser, stats.BySourceSystem, stats.ByPurpose}}).String()
	require.Contains(t, text, "  2026-03                0        1 ", "months are those of the zone, and all of them are listed")
	require.Contains(t, text, "\nuser\n  user 0 ")
	require.Contains(t, text, "  (2 other)")
	require.Contains(t, text, "\nsource system\n  (none) ")
	require.NotContains(t, text, "\nversion\n")
}

func TestValueAsJSON(t *testing.T) {
	report := drift(t, stats.Options{ValueBy: []stats.GroupBy{stats.ByVersion}, Groups: 1})
	require.Equal(t, "outputs.premium", report.Value)
	require.Nil(t, report.Months)
	require.Nil(t, report.Users.Groups[0].Value)
	require.Nil(t, report.Days[0].Value)
	require.Equal(t, &stats.Distribution{Count: 250, Missing: 1, NotNumbers: 1, Mean: "1279.25", P5: "1166.25", P50: "1278.25", P95: "1392.25"}, report.Versions.Other.Value)
	data, err := json.Marshal(report.Versions.Groups[0].Value)
	require.NoError(t, err)
	require.JSONEq(t, `{"count":150,"missing":0,"not_numbers":0,"mean":1079.25,"p5":1012.25,"p50":1078.25,"p95":1146.25}`, string(data))
}
