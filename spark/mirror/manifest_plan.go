package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// clockTolerance is how far back time services may set a clock.
const clockTolerance = time.Minute

// plan divides the time from a day to today into windows. Windows that have been exported
// stay, and the days before, between and after them are divided again. The job of an
// earlier run is resumed if it contains all calls of its window.
func (m *manifest) plan(since spark.Date, now time.Time, lookBack time.Duration) {
	planned := m.Windows
	if len(planned) > 0 && (since.IsZero() || isBefore(planned[0].From, since)) {
		since = planned[0].From
	}
	m.Windows = nil
	exports := map[spark.Date]int{}
	for _, w := range planned {
		exports[w.From] = w.Exports
		if w.Job != nil && !w.isComplete(w.Job.Started, lookBack) {
			w.Job = nil
		}
		if w.Stored != nil || w.Job != nil {
			m.cut(since, w.From)
			m.Windows = append(m.Windows, w)
			since = w.To
		}
	}
	today := spark.DateOf(now)
	for ; !isBefore(today, since); since = addDays(since, m.Days) {
		m.cut(since, addDays(since, m.Days))
	}
	for i := range m.Windows { // no export gets the file name of an earlier one
		w := &m.Windows[i]
		w.Exports = max(w.Exports, exports[w.From])
	}
}

// cut adds windows up to a day; the last of them may be shorter.
func (m *manifest) cut(from, to spark.Date) {
	for isBefore(from, to) {
		w := windowState{From: from, To: addDays(from, m.Days)}
		if isBefore(to, w.To) {
			w.To = to
		}
		m.Windows = append(m.Windows, w)
		from = w.To
	}
}

// requested returns the time that an export of the window asks for.
func (w *windowState) requested(overlap time.Duration) (from, to time.Time) {
	return midnight(w.From).Add(-overlap), midnight(w.To).Add(overlap)
}

// due lists the windows to fetch: those that have begun and aren't final.
func (m *manifest) due(now time.Time, o Options) []int {
	var due []int
	for i := range m.Windows {
		w := &m.Windows[i]
		if !w.isFinal(o) && !midnight(w.From).After(now) {
			due = append(due, i)
		}
	}
	return due
}

// checkClock compares the clock with the times in the manifest. A clock that is behind
// them is an error, unless the user says that it was wrong at that time: then the windows
// with these times are fetched again.
func (m *manifest) checkClock(now time.Time, wasWrong bool) error {
	for i := range m.Windows {
		w := &m.Windows[i]
		at := w.lastExport()
		if !at.After(now.Add(clockTolerance)) {
			continue
		}
		if !wasWrong {
			return fmt.Errorf("%w: it says %s, but the directory was updated at %s; correct the clock, or if it was wrong at that time, use Options.ClockWasWrong once",
				ErrClock, now.Format(time.RFC3339), at.Format(time.RFC3339))
		}
		w.Job = nil
		if w.Stored != nil {
			w.Stored.AsOf = time.Time{}
		}
	}
	return nil
}

func midnight(day spark.Date) time.Time { return day.In(time.UTC) }

func addDays(day spark.Date, n int) spark.Date { return spark.DateOf(midnight(day).AddDate(0, 0, n)) }

func isBefore(day, other spark.Date) bool { return midnight(day).Before(midnight(other)) }

// formatDays returns the days of a window as text: the first, and the last if there are
// several.
func formatDays(from, to spark.Date) string {
	last := addDays(to, -1)
	if !isBefore(from, last) {
		return from.String()
	}
	return from.String() + " to " + last.String()
}
