package stats

import (
	"cmp"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// maxDays is how many days with calls are counted one by one: three years.
const maxDays = 1100

// days counts calls by day. If there are too many days, it keeps the latest.
type days struct {
	zone    *time.Location
	byDate  map[string]*tally
	earlier tally // calls of the days before those
	undated int
}

func newDays(zone *time.Location) *days {
	return &days{zone: zone, byDate: map[string]*tally{}}
}

func (d *days) add(call *record.Call) {
	if call.LogTime.IsZero() {
		d.undated++
		return
	}
	date := call.LogTime.In(d.zone).Format(time.DateOnly)
	t := d.byDate[date]
	if t == nil {
		t = d.begin(date)
	}
	t.add(call)
}

// begin returns the tally for a new day: the common one if the day is too early.
func (d *days) begin(date string) *tally {
	if len(d.byDate) == maxDays {
		first := date
		for other := range d.byDate {
			if other < first {
				first = other
			}
		}
		if first == date {
			return &d.earlier
		}
		d.earlier.merge(d.byDate[first])
		delete(d.byDate, first)
	}
	d.byDate[date] = &tally{}
	return d.byDate[date]
}

// list returns the days in order.
func (d *days) list() []Day {
	list := make([]Day, 0, len(d.byDate))
	for date, t := range d.byDate {
		list = append(list, Day{Date: date, Numbers: t.numbers()})
	}
	slices.SortFunc(list, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
	return list
}
