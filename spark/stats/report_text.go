package stats

import (
	"fmt"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/stats/internal/figure"
)

const (
	maxTextDays  = 31 // that the text lists: the last ones
	maxNameWidth = 50 // longer names are cut
)

// String returns the report as a table, with the last 31 days. If it summarizes a
// value, it is a table of the value alone. Without calls it is one line.
func (r *Report) String() string {
	switch {
	case r.All.Calls == 0:
		return r.Summary() + "\n"
	case r.Value != "":
		return r.Summary() + "\n\n" + r.valueTable().String()
	}
	t := table{{"", "calls", "errors", "warnings", "calc p50", "p95", "p99", "total p50", "p95", "p99", "max"}}
	t.addNumbers("all", r.All)
	days := r.Days[max(0, len(r.Days)-maxTextDays):]
	switch len(days) {
	case 0:
	case len(r.Days):
		t.add("day")
	default:
		t.add(fmt.Sprintf("day (the last %d of %d)", len(days), len(r.Days)))
	}
	for _, day := range days {
		t.addNumbers(day.Date, day.Numbers)
	}
	for by, breakdown := range r.Breakdowns() {
		t.add(by.String())
		for name, numbers := range breakdown.All() {
			t.addNumbers(name, numbers)
		}
	}
	return r.Summary() + "\n\n" + t.String() + reasonsText("error", r.Errors) + reasonsText("warning", r.Warnings)
}

// Summary returns one line: how many calls there are, and from when to when.
func (r *Report) Summary() string {
	line := figure.Calls(r.All.Calls)
	if !r.First.IsZero() {
		const layout = "2006-01-02 15:04"
		line += fmt.Sprintf(" from %s to %s %s", r.First.Format(layout), r.Last.Format(layout), r.Zone)
	}
	if r.Undated > 0 {
		line += fmt.Sprintf(", %s without a log time", figure.Count(r.Undated))
	}
	return line
}

// reasonsText lists reasons, each on a line with its calls.
func reasonsText(title string, reasons Reasons) string {
	if len(reasons.Reasons) == 0 {
		return ""
	}
	rows := [][2]string{{"calls", title}}
	width := len("calls")
	for reason, calls := range reasons.All() {
		row := [2]string{figure.Count(calls), reason}
		rows, width = append(rows, row), max(width, len(row[0]))
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "  %*s  %s\n", width, row[0], row[1])
	}
	return "\n" + b.String()
}

func (r *Report) valueTable() table {
	t := table{{figure.Name(r.Value, 0), "numbers", "missing", "not numbers", "mean", "p5", "p50", "p95"}}
	t.add(append([]string{"all"}, r.All.Value.cells()...)...)
	for by, breakdown := range r.Breakdowns() {
		titled := false
		for name, numbers := range breakdown.All() {
			if numbers.Value == nil {
				continue
			}
			if !titled {
				t.add(by.String())
				titled = true
			}
			t.add(append([]string{name}, numbers.Value.cells()...)...)
		}
	}
	return t
}

func (d *Distribution) cells() []string {
	return []string{
		figure.Count(d.Count), figure.Count(d.Missing), figure.Count(d.NotNumbers),
		figure.Number(d.Mean), figure.Number(d.P5), figure.Number(d.P50), figure.Number(d.P95),
	}
}

// table is rows of cells. A row of one cell is a title.
type table [][]string

func (t *table) add(cells ...string) {
	cells[0] = textwidth.Cut(cells[0], maxNameWidth)
	*t = append(*t, cells)
}

func (t *table) addNumbers(name string, n Numbers) {
	times := figure.Durations(n.Calc.Count > 0,
		n.Calc.P50, n.Calc.P95, n.Calc.P99, n.Total.P50, n.Total.P95, n.Total.P99, n.Total.Max)
	t.add(append([]string{name, figure.Count(n.Calls), figure.Percent(n.ErrorRate()), figure.Percent(n.WarningRate())}, times...)...)
}

// String aligns names to the left and everything else to the right.
func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			if len(row) > 1 {
				widths[i] = max(widths[i], textwidth.Of(cell))
			}
		}
	}
	var b strings.Builder
	for _, row := range t {
		if len(row) == 1 {
			fmt.Fprintf(&b, "\n%s\n", row[0])
			continue
		}
		b.WriteString(textwidth.Left("  "+row[0], widths[0]+2))
		for i, cell := range row[1:] {
			b.WriteString("  " + textwidth.Right(cell, widths[i+1]))
		}
		b.WriteString("\n")
	}
	return b.String()
}
