package stats

import (
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// callOf returns the call of a CSV row. Its cells of details become one error and one
// warning each: a CSV file doesn't say where one message ends.
func callOf(row *record.Row) *record.Call {
	call := &record.Call{
		LogTime:      row.LogTime,
		Version:      row.Version,
		User:         row.User,
		Purpose:      row.Purpose,
		SourceSystem: row.SourceSystem,
		CalcTime:     row.CalcTime,
		TotalTime:    row.TotalTime,
	}
	if details := strings.TrimSpace(row.ErrorDetails); hasDetails(details) {
		call.Errors = []record.ModelError{{Message: details}}
	}
	if details := strings.TrimSpace(row.WarningDetails); hasDetails(details) {
		call.Warnings = []record.ModelWarning{{Message: details}}
	}
	return call
}

func hasDetails(cell string) bool {
	switch cell {
	case "", "[]", "{}", "null":
		return false
	}
	return true
}

// tally counts calls.
type tally struct {
	calls, failed, warned int
	calc, total           durations
	value                 distribution
}

func (t *tally) add(call *record.Call) {
	t.calls++
	if len(call.Errors) > 0 {
		t.failed++
	}
	if len(call.Warnings) > 0 {
		t.warned++
	}
	calc, total := call.CalcTime, call.TotalTime
	if calc >= 0 && total >= 0 && (calc > 0 || total > 0) { // one may be zero: a fast model takes less than a millisecond
		t.calc.add(calc)
		t.total.add(total)
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
	return Numbers{Calls: t.calls, Errors: t.failed, Warnings: t.warned, Calc: t.calc.times(), Total: t.total.times(), Value: t.value.report()}
}
