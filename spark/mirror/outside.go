package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// outside describes an export that has calls beyond the time that it was asked for.
// Platforms do so that round bounds, take instants for local times, log local times
// without a zone, or ignore the filter.
type outside struct {
	// From and To are what was asked for.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Calls lie outside of it, of All that have a log time.
	Calls int64 `json:"calls"`
	All   int64 `json:"all"`
	// First and Last are the earliest and the latest log time.
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

func (o *outside) add(call *record.Call) {
	at := call.LogTime
	if at.IsZero() {
		return
	}
	if o.All++; o.All == 1 {
		o.First, o.Last = at, at
	}
	if at.Before(o.First) {
		o.First = at
	}
	if at.After(o.Last) {
		o.Last = at
	}
	if at.Before(o.From) || at.After(o.To) {
		o.Calls++
	}
}

// maxShift is how far local time may be from UTC.
const maxShift = 14 * time.Hour

// localTime returns by how much all log times would have to be ahead of UTC, or behind
// it, for the export to be what was asked for; 0 means that no such shift explains it.
func (o *outside) localTime() time.Duration {
	low, high := o.Last.Sub(o.To), o.First.Sub(o.From)
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute} { // India is 5.5 h ahead
		switch ahead, behind := ceil(low, step), ceil(-high, step); {
		case 0 < ahead && ahead <= min(high, maxShift):
			return ahead
		case 0 < behind && behind <= min(-low, maxShift):
			return -behind
		}
	}
	return 0
}

// ceil rounds up to a multiple of a step.
func ceil(d, step time.Duration) time.Duration { return (d + step - 1).Truncate(step) }

// tooFar reports that the bounds of the export can't have been rounded to days only,
// nor been shifted by the overlap.
func (o *outside) tooFar(overlap time.Duration) bool {
	from := o.From.Add(-overlap).Truncate(24 * time.Hour)
	to := o.To.Add(overlap + 24*time.Hour - 1).Truncate(24 * time.Hour)
	return o.First.Before(from) || o.Last.After(to)
}

// problem says what is wrong with the export, if anything is. Missing calls are those
// that the exports of their own windows should have had.
func (o *outside) problem(missing int64, overlap time.Duration) error {
	if missing == 0 && !o.tooFar(overlap) {
		return nil
	}
	text := fmt.Sprintf("%d of %d lie outside of %s to %s", o.Calls, o.All, o.From.Format(time.RFC3339), o.To.Format(time.RFC3339))
	if missing > 0 {
		text += fmt.Sprintf("; %d were missing in the windows that they belong to and are kept there", missing)
	}
	const enough = 15 * time.Hour
	switch shift := o.localTime(); {
	case shift > 0 && overlap < enough:
		text += fmt.Sprintf("; the log times seem to be local times, %g h ahead of UTC: set Options.Overlap to 15h", shift.Hours())
	case shift < 0 && overlap < enough:
		text += fmt.Sprintf("; the log times seem to be local times, %g h behind UTC: set Options.Overlap to 15h", -shift.Hours())
	case o.tooFar(overlap):
		text += "; the platform seems to ignore the time that is asked for"
	}
	return fmt.Errorf("%w: %s", ErrOutside, text)
}
