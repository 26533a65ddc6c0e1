package mirror

import (
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

const (
	// maxShift is how far local time may be from UTC.
	maxShift = 14 * time.Hour
	// maxOverlap covers all local times.
	maxOverlap = 15 * time.Hour
)

// outside describes an export that contains calls outside the requested time.
type outside struct {
	// From and To are the requested time.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Calls is how many are outside, of All that have a log time.
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

// localTime returns the smallest offset from UTC that explains the export: with log times
// in that local time, it contains what was requested. 0 means that none explains it.
func (o *outside) localTime() time.Duration {
	low, high := o.Last.Sub(o.To), o.First.Sub(o.From)
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute} { // India is 5.5 h ahead
		switch ahead, behind := roundUp(low, step), roundUp(-high, step); {
		case 0 < ahead && ahead <= min(high, maxShift):
			return ahead
		case 0 < behind && behind <= min(-low, maxShift):
			return -behind
		}
	}
	return 0
}

func roundUp(d, step time.Duration) time.Duration { return (d + step - 1).Truncate(step) }

// isTooFar reports whether neither the overlap nor rounding to days explains the calls.
func (o *outside) isTooFar(overlap time.Duration) bool {
	from := o.From.Add(-overlap).Truncate(24 * time.Hour)
	to := o.To.Add(overlap + 24*time.Hour - 1).Truncate(24 * time.Hour)
	return o.First.Before(from) || o.Last.After(to)
}

// problem returns what is wrong with the export, or nil. missing is how many calls the
// exports of other windows should have contained.
func (o *outside) problem(missing int64, overlap time.Duration) error {
	if missing == 0 && !o.isTooFar(overlap) {
		return nil
	}
	text := fmt.Sprintf("%d of %d (requested: %s to %s)", o.Calls, o.All, o.From.Format(time.RFC3339), o.To.Format(time.RFC3339))
	if missing > 0 {
		text += fmt.Sprintf("; %d of them were missing in their own windows and have been added there", missing)
	}
	shift, direction := o.localTime(), "ahead of"
	if shift < 0 {
		shift, direction = -shift, "behind"
	}
	switch {
	case shift > 0 && overlap < maxOverlap:
		text += fmt.Sprintf("; the log times seem to be local times, %g h %s UTC: set Options.Overlap to 15h", shift.Hours(), direction)
	case o.isTooFar(overlap):
		text += "; the platform seems to ignore the requested time"
	}
	return fmt.Errorf("%w: %s", ErrOutside, text)
}
