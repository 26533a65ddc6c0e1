package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// clockTolerance is how far a clock may be set back unnoticed, as time services do.
const clockTolerance = time.Minute

// plan adds the windows that are to be kept and aren't known yet.
func (m *manifest) plan(since spark.Date, now time.Time) {
	switch {
	case len(m.Windows) == 0:
		m.Windows = []window{m.next(since)}
	case !since.IsZero() && before(since, m.Windows[0].From):
		m.prepend(since)
	}
	today := spark.DateOf(now)
	for last := m.Windows[len(m.Windows)-1].To; !before(today, last); last = addDays(last, m.Days) {
		m.Windows = append(m.Windows, m.next(last))
	}
}

func (m *manifest) next(from spark.Date) window {
	return window{From: from, To: addDays(from, m.Days)}
}

// prepend adds the windows before the first; the last of them may be shorter.
func (m *manifest) prepend(since spark.Date) {
	first := m.Windows[0].From
	var earlier []window
	for from := since; before(from, first); from = addDays(from, m.Days) {
		w := m.next(from)
		if before(first, w.To) {
			w.To = first
		}
		earlier = append(earlier, w)
	}
	m.Windows = append(earlier, m.Windows...)
}

// due lists the windows to fetch: those that have begun and aren't final.
func (m *manifest) due(now time.Time, lookBack time.Duration) []int {
	var due []int
	for i := range m.Windows {
		w := &m.Windows[i]
		if !w.final(lookBack) && !midnight(w.From).After(now) {
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
