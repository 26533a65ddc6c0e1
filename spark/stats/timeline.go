package stats

import (
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// timeline is the scale of days, from the first to the last, those without calls
// included.
type timeline struct {
	first time.Time
	days  int
	width float64 // of a day
}

func newTimeline(days []Day) timeline {
	first, last := midnight(days[0].Date), midnight(days[len(days)-1].Date)
	count := daysBetween(first, last) + 1
	return timeline{first: first, days: count, width: float64(plotRight-plotLeft) / float64(count)}
}

func midnight(date spark.Date) time.Time { return date.In(time.UTC) }

// daysBetween counts in seconds, since centuries don't fit in a time.Duration.
func daysBetween(from, to time.Time) int { return int((to.Unix() - from.Unix()) / (24 * 60 * 60)) }

// middle is where a day stands.
func (l timeline) middle(day Day) float64 {
	return l.place(midnight(day.Date)) + l.width/2
}

// place is where a day begins.
func (l timeline) place(day time.Time) float64 {
	return plotLeft + float64(daysBetween(l.first, day))*l.width
}

// mostDates is how many dates fit below a chart.
const mostDates = 9

// ticks are days of even distance if the time is short, and else first days of months.
func (l timeline) ticks() []tick {
	var ticks []tick
	for _, step := range []int{1, 2, 7, 14} {
		if l.days > step*mostDates {
			continue
		}
		for i := 0; i < l.days; i += step {
			day := l.first.AddDate(0, 0, i)
			ticks = append(ticks, tick{at(l.place(day) + l.width/2), day.Format("2 Jan 2006")})
		}
		return ticks
	}
	months := l.monthStep()
	year, month := l.first.Year(), int(l.first.Month())
	for m := (month-1)/months*months + 1; ; m += months {
		day := time.Date(year, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		switch after := daysBetween(l.first, day); {
		case after >= l.days:
			return ticks
		case after >= 0:
			ticks = append(ticks, tick{at(l.place(day) + l.width/2), day.Format("Jan 2006")})
		}
	}
}

// monthStep is how many months are between two ticks.
func (l timeline) monthStep() int {
	months := l.days/30 + 1
	for _, step := range []int{1, 2, 3, 6, 12} {
		if months <= step*mostDates {
			return step
		}
	}
	return 12 * int(niceStep(float64(months)/12/mostDates))
}
