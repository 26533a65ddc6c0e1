package stats

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// GroupBy is a property by which calls are grouped.
type GroupBy string

// The properties by which calls are grouped.
const (
	ByMonth        GroupBy = "month" // of the log time, in Options.Zone
	ByVersion      GroupBy = "version"
	ByUser         GroupBy = "user"
	ByPurpose      GroupBy = "purpose"
	BySourceSystem GroupBy = "source_system"
)

// String returns the property in words.
func (g GroupBy) String() string { return strings.ReplaceAll(string(g), "_", " ") }

// groupOf returns the name of the group of a call that was logged at this time. It is
// empty for a call without one.
func (g GroupBy) groupOf(call *record.Call, at time.Time) string {
	switch g {
	case ByMonth:
		if !at.IsZero() {
			return at.Format("2006-01")
		}
	case ByVersion:
		return call.Version
	case ByUser:
		return call.User
	case ByPurpose:
		return call.Purpose
	case BySourceSystem:
		return call.SourceSystem
	}
	return ""
}

// How many digits a number may have before and after the decimal point. The limits
// bound memory, and a number within them can be drawn as a float64.
const (
	maxIntegerDigits  = 300
	maxFractionDigits = 400
)

// parsedValue is the value of one call.
type parsedValue struct {
	missing, isNumber bool
	number            decimal.Decimal
}

func parseValue(value record.Value) parsedValue {
	text := string(value.JSON()) // a copy, which doesn't retain the record
	if text == "" || value.IsNull() {
		return parsedValue{missing: true}
	}
	number, ok := decimal.Parse(text)
	ok = ok && number.IntegerDigits() <= maxIntegerDigits && number.FractionDigits() <= maxFractionDigits
	return parsedValue{isNumber: ok, number: number}
}

// distribution summarizes many values. The zero value has none.
type distribution struct {
	count, missing, others int
	sum                    decimal.Decimal
	sample                 sample
}

func (d *distribution) add(v parsedValue) {
	switch {
	case v.missing:
		d.missing++
	case !v.isNumber:
		d.others++
	default:
		d.count++
		d.sum, _ = d.sum.Plus(v.number) // exact for numbers of so few digits
		d.sample.add(0, v.number)
	}
}

func (d *distribution) merge(other *distribution) {
	d.count += other.count
	d.missing += other.missing
	d.others += other.others
	d.sum, _ = d.sum.Plus(other.sum)
	d.sample.merge(&other.sample)
}

// report returns nil if there are no values.
func (d *distribution) report() *Distribution {
	if d.count+d.missing+d.others == 0 {
		return nil
	}
	r := &Distribution{Count: d.count, Missing: d.missing, NotNumbers: d.others}
	if d.count > 0 {
		numbers := d.sample.percentiles(5, 50, 95)
		r.Mean, r.P5, r.P50, r.P95 = d.mean(), numbers[0], numbers[1], numbers[2]
	}
	return r
}

// meanDigits is how many more digits than the sum a mean has.
const meanDigits = 6

func (d *distribution) mean() json.Number {
	mean, _ := new(big.Rat).SetString(d.sum.String())
	mean.Quo(mean, big.NewRat(int64(d.count), 1))
	rounded, _ := decimal.Parse(mean.FloatString(int(d.sum.FractionDigits()) + meanDigits))
	return json.Number(rounded.String())
}

// sampleSize is how many numbers a level of a sample has room for.
const sampleSize = 1024

// sample is a selection of numbers from which percentiles are computed, in bounded
// memory and without ever rounding a number. Each number of level i stands for 2^i
// numbers. A full level is sorted and emptied; every second number goes to the next
// level. Alternately these are the numbers at odd and at even positions, so that the
// errors of two such steps don't add up: a level makes an error of at most
// 1/(2·sampleSize) in the rank of a number.
type sample struct {
	levels  [][]decimal.Decimal
	emptied []int // how often each level has been emptied
}

func (s *sample) add(level int, number decimal.Decimal) {
	for len(s.levels) <= level {
		s.levels, s.emptied = append(s.levels, nil), append(s.emptied, 0)
	}
	numbers := append(s.levels[level], number)
	s.levels[level] = numbers
	if len(numbers) < sampleSize {
		return
	}
	slices.SortFunc(numbers, decimal.Decimal.Compare)
	s.levels[level] = numbers[:0]
	for i := s.emptied[level] % 2; i < len(numbers); i += 2 {
		s.add(level+1, numbers[i])
	}
	s.emptied[level]++
}

func (s *sample) merge(other *sample) {
	for level, numbers := range other.levels {
		for _, number := range numbers {
			s.add(level, number)
		}
	}
}

// percentiles returns, for each of some percentages in ascending order, the
// smallest number that so many percent of all numbers don't exceed.
func (s *sample) percentiles(percentages ...int) []json.Number {
	type weighted struct {
		number decimal.Decimal
		weight int
	}
	var all []weighted
	count := 0
	for level, numbers := range s.levels {
		for _, number := range numbers {
			all = append(all, weighted{number, 1 << level})
		}
		count += len(numbers) << level
	}
	slices.SortFunc(all, func(a, b weighted) int { return a.number.Compare(b.number) })
	var found []json.Number
	rank := 0
	for _, w := range all {
		rank += w.weight
		for len(found) < len(percentages) && 100*rank >= percentages[len(found)]*count {
			found = append(found, json.Number(w.number.String()))
		}
	}
	return found
}
