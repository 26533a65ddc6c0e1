package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// period is the flags that bound the log time of calls.
type period struct {
	from, to moment
	zone     zone
}

func (p *period) flags(flags *pflag.FlagSet) {
	flags.Var(&p.from, "from", "calls logged from this `time` on: a day such as 2026-03-01 or yesterday, a month such as 2026-03, 2026-03-01T08:15, 2026-03-01T08:15:00Z, or 7d for 7 days ago")
	flags.Var(&p.to, "to", "calls logged up to this `time`, to the end of a day or month")
	flags.Var(&p.zone, "zone", "`name` of the time zone in which --from and --to are read, such as Europe/Zurich (default UTC)")
}

// filter returns the filter for calls of this period, as instants.
func (p *period) filter() spark.Filter {
	return spark.Filter{From: p.from.first(p.zone.in()), To: p.to.last(p.zone.in())}
}

// describePeriod says which calls a filter asks for by their log time, and nothing
// where it asks for any time.
func describePeriod(f spark.Filter) string {
	switch {
	case f.From.IsZero() && f.To.IsZero():
		return ""
	case f.To.IsZero():
		return "calls from " + instantText(f.From) + " UTC"
	case f.From.IsZero():
		return "calls to " + instantText(f.To) + " UTC"
	}
	return "calls from " + instantText(f.From) + " to " + instantText(f.To) + " UTC"
}

// instantText writes a time in UTC without seconds that are zero.
func instantText(t time.Time) string {
	t = t.UTC()
	if t.Truncate(time.Minute).Equal(t) {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05.999999999")
}
