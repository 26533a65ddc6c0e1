package webpage

import (
	"math"
	"time"

	"github.com/sparkgo/spark-go/spark/stats/internal/figure"
)

// scale is the vertical axis of a chart.
type scale struct {
	ticks []tick
	share func(float64) float64 // how far up a value is, from 0 to 1
}

func (s scale) y(value float64) position {
	return position(plotBottom - s.share(value)*(plotBottom-plotTop))
}

// linearScale returns a scale for the values between two.
func linearScale(lowest, highest float64, label func(float64) string) scale {
	step := niceStep(max((highest-lowest)/4, math.Abs(lowest)/1000, math.Abs(highest)/1000))
	bottom := math.Floor(lowest/step + 1e-9)
	steps := max(1, math.Ceil(highest/step-1e-9)-bottom)
	s := scale{share: func(value float64) float64 { return (value/step - bottom) / steps }}
	for i := range int(steps) + 1 {
		value := (bottom + float64(i)) * step
		s.ticks = append(s.ticks, tick{s.y(value), label(value)})
	}
	return s
}

// niceStep returns the smallest number of the series … 0.5, 1, 2, 5, 10, 20 … that
// isn't below f.
func niceStep(f float64) float64 {
	if f <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(f)))
	for _, step := range []float64{1, 2, 5} {
		if step*power >= f*(1-1e-9) {
			return step * power
		}
	}
	return 10 * power
}

// durations are where a logarithmic scale may begin, end and have ticks.
var durations = func() []time.Duration {
	var all []time.Duration
	for power := time.Microsecond; power < 100*time.Second; power *= 10 {
		all = append(all, power, 2*power, 5*power)
	}
	for _, minutes := range []time.Duration{2, 5, 10, 30, 60, 5 * 60, 24 * 60, 7 * 24 * 60, 365 * 24 * 60, 100 * 365 * 24 * 60} {
		all = append(all, minutes*time.Minute)
	}
	return append(all, math.MaxInt64)
}()

// logScale returns a scale on which equal factors are equally far apart, for all
// durations above zero. Zero is at its bottom.
func logScale(values []time.Duration) scale {
	shortest, longest := time.Duration(math.MaxInt64), time.Duration(0)
	for _, value := range values {
		if value > 0 {
			shortest, longest = min(shortest, value), max(longest, value)
		}
	}
	if longest == 0 {
		shortest, longest = time.Millisecond, time.Millisecond
	}
	bottom, top := durations[0], durations[0]
	for _, d := range durations {
		if d <= shortest {
			bottom = d
		}
		if top < longest || top <= bottom {
			top = d
		}
	}
	s := scale{share: func(value float64) float64 {
		return min(1, math.Log(max(value/float64(bottom), 1))/math.Log(float64(top)/float64(bottom)))
	}}
	last := position(math.Inf(1))
	for _, d := range durations {
		if y := s.y(float64(d)); d >= bottom && d <= top && last-y >= 1.6*lineHeight {
			s.ticks = append(s.ticks, tick{y, figure.Duration(d)})
			last = y
		}
	}
	return s
}

// timeline is the horizontal axis of a chart: all days from the first to the last,
// including those without calls.
type timeline struct {
	first time.Time
	days  int
	width float64 // of a day
}

// newTimeline returns the timeline of periods that are in order.
func newTimeline(periods []period) timeline {
	first, last := periods[0], periods[len(periods)-1]
	days := daysBetween(first.start, last.start) + last.days
	return timeline{first: first.start, days: days, width: float64(plotRight-plotLeft) / float64(days)}
}

// daysBetween counts in seconds, since centuries don't fit in a time.Duration.
func daysBetween(from, to time.Time) int { return int((to.Unix() - from.Unix()) / (24 * 60 * 60)) }

func (t timeline) middle(p period) position {
	return position(plotLeft + (float64(daysBetween(t.first, p.start))+float64(p.days)/2)*t.width)
}

// maxDates is how many dates fit below a chart.
const maxDates = 9

// ticks returns days at equal distances for a short time, and otherwise the first
// days of months.
func (t timeline) ticks() (ticks []tick) {
	add := func(day time.Time, layout string) {
		ticks = append(ticks, tick{t.middle(period{start: day, days: 1}), day.Format(layout)})
	}
	for _, step := range []int{1, 2, 7, 14} {
		if t.days > step*maxDates {
			continue
		}
		for i := 0; i < t.days; i += step {
			add(t.first.AddDate(0, 0, i), "2 Jan 2006")
		}
		return ticks
	}
	step := t.monthStep()
	month := (int(t.first.Month())-1)/step*step + 1
	for ; ; month += step {
		day := time.Date(t.first.Year(), time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		switch after := daysBetween(t.first, day); {
		case after >= t.days:
			return ticks
		case after >= 0:
			add(day, "Jan 2006")
		}
	}
}

// monthStep returns how many months there are from one tick to the next.
func (t timeline) monthStep() int {
	months := t.days/30 + 1
	for _, step := range []int{1, 2, 3, 6, 12} {
		if months <= step*maxDates {
			return step
		}
	}
	return 12 * int(niceStep(float64(months)/12/maxDates))
}
