package stats

import (
	"cmp"
	"slices"
	"time"
)

// maxDays is how many days with calls are counted one by one: three years.
const maxDays = 1100

// days counts calls by day. If there are too many days, it keeps the latest.
type days struct {
	byDate  map[string]*tally
	earlier tally // calls of the days before those
	undated tally // calls without a log time
}

// tally returns the tally for a call that was logged at this time.
func (d *days) tally(at time.Time) *tally {
	if at.IsZero() {
		return &d.undated
	}
	date := at.Format(time.DateOnly)
	if t := d.byDate[date]; t != nil {
		return t
	}
	return d.begin(date)
}

// begin returns the tally for a new day. If there are too many days, the earliest one is
// added to the earlier days, which may be the new day itself.
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
