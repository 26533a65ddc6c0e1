package mirror

import (
	"cmp"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// Options say what a directory contains and how it is fetched. The zero value updates
// an existing directory.
type Options struct {
	// Since is the first day to keep, in UTC. It is required for a new directory.
	// Later an earlier day extends the directory; a later day or none changes nothing.
	Since spark.Date
	// Days is the length of windows that haven't been exported yet. More days make
	// fewer and larger exports. 0 means the length of the last run, or 1.
	Days int
	// LookBack is how long after its end a window may still change: until then each
	// run fetches it again. It should exceed the delay of the platform's log plus the
	// error of this machine's clock. 0 means 24 hours, a negative value none.
	LookBack time.Duration
	// Overlap is how much more than its window each export asks for on both sides. It
	// should exceed what the platform may round its bounds by. If the platform reads or
	// logs times as local times, use 15 hours. A window that was reported as [ErrOutside]
	// is exported again with a larger Overlap. 0 means 5 minutes.
	Overlap time.Duration
	// Parallel is how many windows are fetched at once. 0 means 2.
	Parallel int
	// Parquet also writes each window as a Parquet file, see package parquet. Later runs
	// continue to do so.
	Parquet bool
	// Verify reads every archive and Parquet file before the update, and replaces those
	// that are damaged. Otherwise only files whose size or modification time has changed
	// are read.
	Verify bool
	// ClockWasWrong says that this machine's clock was ahead during an earlier update, see
	// [ErrClock]: windows whose recorded fetch time lies in the future are fetched again.
	ClockWasWrong bool
	// WaitLimit limits the wait for one window's export. 0 means 24 hours, a negative
	// value no limit.
	WaitLimit time.Duration
	// OutageLimit is how long the platform may give no usable response while an export is
	// waited for. 0 means 5 minutes, a negative value no limit. See [spark.WithOutageLimit].
	OutageLimit time.Duration
	// OnWait is called after each status request of a window's export, also after a
	// failed one, and never concurrently. from is the first day of the window.
	OnWait func(from spark.Date, progress spark.WaitProgress)
	// OnProgress is called after each window that was fetched, and never concurrently.
	OnProgress func(Progress)
}

// Progress reports how far an [Update] has come.
type Progress struct {
	// Window is the one that was fetched last.
	Window Window
	// Done is how many of Total windows have been fetched in this run.
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
	o.LookBack = max(0, cmp.Or(o.LookBack, 24*time.Hour))
	o.Overlap = cmp.Or(o.Overlap, 5*time.Minute)
	o.Parallel = cmp.Or(o.Parallel, 2)
	return o, nil
}
