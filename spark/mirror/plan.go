package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// clockTolerance is how far a clock may be set back unnoticed, as time services do.
const clockTolerance = time.Minute

// plan lays windows over the time since a day. Those that have been exported stay, and
// the time before, between and after them is cut anew.
func (m *manifest) plan(since spark.Date, now time.Time) {
	planned := m.Windows
	if len(planned) > 0 && (since.IsZero() || before(planned[0].From, since)) {
		since = planned[0].From
	}
	m.Windows = nil
	exports := map[spark.Date]int{}
	for _, w := range planned {
		exports[w.From] = w.Exports
		if w.Kept != nil || w.Job != nil {
			m.cut(since, w.From)
			m.Windows = append(m.Windows, w)
			since = w.To
		}
	}
	today := spark.DateOf(now)
	for ; !before(today, since); since = addDays(since, m.Days) {
		m.cut(since, addDays(since, m.Days))
	}
	for i := range m.Windows { // no export gets the name of an earlier one
		w := &m.Windows[i]
		w.Exports = max(w.Exports, exports[w.From])
	}
}

// cut adds windows up to a day; the last of them may be shorter.
func (m *manifest) cut(from, to spark.Date) {
	for before(from, to) {
		w := window{From: from, To: addDays(from, m.Days)}
		if before(to, w.To) {
			w.To = to
		}
		m.Windows = append(m.Windows, w)
		from = w.To
	}
}

// asked returns the time that an export of the window asks for.
func (w *window) asked(overlap time.Duration) (from, to time.Time) {
	return midnight(w.From).Add(-overlap), midnight(w.To).Add(overlap)
}

// due lists the windows to fetch: those that have begun and aren't final.
func (m *manifest) due(now time.Time, o Options) []int {
	var due []int
	for i := range m.Windows {
		w := &m.Windows[i]
		if !w.final(o) && !midnight(w.From).After(now) {
			due = append(due, i)
		}
	}
	return due
}

// checkClock compares the clock with what earlier runs noted. It is an error if
// it runs backwards, unless it is known that it was wrong then.
func (m *manifest) checkClock(now time.Time, wasWrong bool) error {
	last := m.lastUpdate()
	if !last.After(now.Add(clockTolerance)) {
		return nil
	}
	if !wasWrong {
		return fmt.Errorf("%w: it says %s, but the folder was updated at %s; set the clock, or if it was wrong then, give Options.ClockWasWrong once",
			ErrClock, now.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	m.distrust(now)
	return nil
}

// distrust forgets when windows were fetched that were so later than now, so that
// they are fetched again, and plans nothing for days to come.
func (m *manifest) distrust(now time.Time) {
	for i := range m.Windows {
		w := &m.Windows[i]
		if w.Kept != nil && w.Kept.AsOf.After(now) {
			w.Kept.AsOf = time.Time{}
		}
		if w.Job != nil && w.Job.Started.After(now) {
			w.Job = nil
		}
	}
	for i := len(m.Windows) - 1; i > 0; i-- {
		w := &m.Windows[i]
		if !midnight(w.From).After(now) || w.Kept != nil && w.Kept.Records+w.Kept.Unreadable > 0 {
			break
		}
		m.Windows = m.Windows[:i]
	}
}

// dropOldJobs forgets jobs of earlier runs after whose start calls may have been
// logged; the others will do, and are picked up.
func (m *manifest) dropOldJobs(lookBack time.Duration) {
	for i := range m.Windows {
		w := &m.Windows[i]
		if w.Job != nil && !w.settledAt(w.Job.Started, lookBack) {
			w.Job = nil
		}
	}
}
