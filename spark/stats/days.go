package stats

import (
	"cmp"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// mostDays is how many days with calls are told apart: three years.
const mostDays = 1100

// days counts calls by day. Of too many it keeps the latest.
type days struct {
	zone    *time.Location
	byDate  map[spark.Date]*tally
	earlier tally // calls of days before those
	undated int
}

func newDays(zone *time.Location) *days {
	return &days{zone: zone, byDate: map[spark.Date]*tally{}}
}

func (d *days) add(o observation) {
	if o.at.IsZero() {
		d.undated++
		return
	}
	date := spark.DateOf(o.at.In(d.zone))
	t := d.byDate[date]
	if t == nil {
		if t = d.begin(date); t == nil {
			d.earlier.add(o)
			return
		}
	}
	t.add(o)
}

// begin makes room for a day, unless it is too early to be kept.
func (d *days) begin(date spark.Date) *tally {
	if len(d.byDate) == mostDays {
		first := d.first()
		if compareDates(date, first) < 0 {
			return nil
		}
		d.earlier.merge(d.byDate[first])
		delete(d.byDate, first)
	}
	t := &tally{}
	d.byDate[date] = t
	return t
}

// first returns the earliest day.
func (d *days) first() (first spark.Date) {
	for date := range d.byDate {
		if first.IsZero() || compareDates(date, first) < 0 {
			first = date
		}
	}
	return first
}

// dates returns the days in order.
func (d *days) dates() []spark.Date {
	dates := make([]spark.Date, 0, len(d.byDate))
	for date := range d.byDate {
		dates = append(dates, date)
	}
	slices.SortFunc(dates, compareDates)
	return dates
}

func compareDates(a, b spark.Date) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
}

func (d *days) list() []Day {
	list := []Day{}
	for _, date := range d.dates() {
		list = append(list, Day{Date: date, Numbers: d.byDate[date].numbers()})
	}
	return list
}
