package mirror

import (
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// Defaults of [Options].
const (
	DefaultDays     = 1
	DefaultLookBack = 24 * time.Hour
	DefaultOverlap  = 5 * time.Minute
	DefaultParallel = 2
)

// Options say what a folder holds and how it is fetched. The zero value goes on
// with a folder as it is.
type Options struct {
	// Since is the first day to keep, in UTC. A new folder needs it. Later an
	// earlier day extends the folder; none, or a later one, changes nothing.
	Since spark.Date
	// Days is the length of windows that haven't been exported yet. Fewer days make
	// smaller exports, more days fewer of them. 0 means the last length that was
	// given, else DefaultDays.
	Days int
	// LookBack is how long after its end a window may still change: until then each
	// run fetches it again. It should exceed the delay of the platform's log and the
	// error of this machine's clock. 0 means DefaultLookBack, negative none.
	LookBack time.Duration
	// Overlap is how much more than its window each export asks for on both sides.
	// It should exceed what the platform may round its bounds by; 15 hours serve
	// one that reads or logs times as local times. Windows that were reported as
	// [ErrOutside] are exported again with a larger one. 0 means DefaultOverlap.
	Overlap time.Duration
	// Parallel is how many windows are fetched at once. 0 means DefaultParallel.
	Parallel int
	// Parquet makes a Parquet file of each window beside its archive, see package
	// parquet. Once asked for, later runs go on with it.
	Parquet bool
	// Verify has every archive and Parquet file read before the update, and fetched
	// or written again where it is damaged. Otherwise only files whose size or
	// modification time has changed are read.
	Verify bool
	// ClockWasWrong says that this machine's clock was ahead when the folder was
	// last updated, see [ErrClock]: windows fetched later than now are fetched again.
	ClockWasWrong bool
	// WaitLimit ends the wait for one window's export after so long. 0 means 24
	// hours, negative means no limit.
	WaitLimit time.Duration
	// OutageLimit ends it when the platform hasn't responded for so long. 0 means 5
	// minutes, negative means that it never gives up, see [spark.WithOutageLimit].
	OutageLimit time.Duration
	// OnWait is called after each status request of a window's export, failed ones
	// included, one call at a time. from is the first day of the window.
	OnWait func(from spark.Date, progress spark.Progress)
	// OnProgress is called after each window that was fetched, one call at a time.
	OnProgress func(Progress)
}

// Progress is how far an [Update] is.
type Progress struct {
	// Window is the one that was fetched just now.
	Window Window
	// Done windows of Total have been fetched in this run.
	Done, Total int
}

func (o Options) withDefaults() (Options, error) {
	switch {
	case o.Days < 0:
		return o, invalid("Options.Days", "%d is negative", o.Days)
	case o.Overlap < 0:
		return o, invalid("Options.Overlap", "%s is negative", o.Overlap)
	case o.Parallel < 0:
		return o, invalid("Options.Parallel", "%d is negative", o.Parallel)
	case !o.Since.IsZero() && spark.DateOf(midnight(o.Since)) != o.Since:
		return o, invalid("Options.Since", "there is no day %s", o.Since)
	}
	if o.LookBack == 0 {
		o.LookBack = DefaultLookBack
	}
	o.LookBack = max(o.LookBack, 0)
	if o.Overlap == 0 {
		o.Overlap = DefaultOverlap
	}
	if o.Parallel == 0 {
		o.Parallel = DefaultParallel
	}
	return o, nil
}
