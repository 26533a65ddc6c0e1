package stats

import (
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// observation is what is counted of a call.
type observation struct {
	at                                   time.Time
	version, user, purpose, sourceSystem string
	errors, warnings                     []string // reasons
	calc, total                          time.Duration
	value                                *valueSeen // nil if values aren't summarized
}

func observeCall(c *record.Call) observation {
	return observation{
		at:           c.LogTime,
		version:      c.Version,
		user:         c.User,
		purpose:      c.Purpose,
		sourceSystem: c.SourceSystem,
		errors:       errorReasons(c.Errors),
		warnings:     warningReasons(c.Warnings),
		calc:         c.CalcTime,
		total:        c.TotalTime,
	}
}

func observeRow(r *record.Row) observation {
	return observation{
		at:           r.LogTime,
		version:      r.Version,
		user:         r.User,
		purpose:      r.Purpose,
		sourceSystem: r.SourceSystem,
		errors:       cellReasons(r.ErrorDetails),
		warnings:     cellReasons(r.WarningDetails),
		calc:         r.CalcTime,
		total:        r.TotalTime,
	}
}

// timed reports whether the call has times. One of them may be zero: a fast model
// takes less than a millisecond.
func (o observation) timed() bool {
	return o.calc >= 0 && o.total >= 0 && (o.calc > 0 || o.total > 0)
}

// tally counts calls.
type tally struct {
	calls, failed, warned int
	calc, total           durations
	value                 distribution
}

func (t *tally) add(o observation) {
	t.calls++
	if len(o.errors) > 0 {
		t.failed++
	}
	if len(o.warnings) > 0 {
		t.warned++
	}
	if o.timed() {
		t.calc.add(o.calc)
		t.total.add(o.total)
	}
	if o.value != nil {
		t.value.add(*o.value)
	}
}

func (t *tally) merge(other *tally) {
	t.calls += other.calls
	t.failed += other.failed
	t.warned += other.warned
	t.calc.merge(&other.calc)
	t.total.merge(&other.total)
	t.value.merge(&other.value)
}

func (t *tally) numbers() Numbers {
	return Numbers{Calls: t.calls, Errors: t.failed, Warnings: t.warned, Calc: t.calc.times(), Total: t.total.times()}
}
