package stats

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	shownDays = 31 // of which the text tells: the last ones
	widestRow = 50 // after which names are cut
)

// String returns the report as a table, with the last 31 days. Without calls it is
// one line.
func (r *Report) String() string {
	if r.All.Calls == 0 {
		return r.summary() + "\n"
	}
	t := table{{"", "calls", "errors", "warnings", "calc p50", "p95", "p99", "total p50", "p95", "p99", "max"}}
	t.add("all", r.All)
	days := r.Days[max(0, len(r.Days)-shownDays):]
	if len(days) > 0 {
		t.title("day%s", ofAll(len(days), len(r.Days)))
	}
	for _, day := range days {
		t.add(day.Date.String(), day.Numbers)
	}
	for _, part := range r.parts() {
		t.title("%s", part.title)
		for _, line := range part.lines() {
			t.add(line.Name, line.Numbers)
		}
	}
	return r.summary() + "\n\n" + t.String() + reasonsText("error", r.Errors) + reasonsText("warning", r.Warnings)
}

// reasonsText lists reasons, each on a line with its calls.
func reasonsText(title string, r Reasons) string {
	lines := r.lines()
	if lines == nil {
		return ""
	}
	rows := [][2]string{{"calls", title}}
	width := len("calls")
	for _, line := range lines {
		calls := thousands(line.Calls)
		rows, width = append(rows, [2]string{calls, line.Name}), max(width, len(calls))
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "  %*s  %s\n", width, row[0], row[1])
	}
	return "\n" + b.String()
}

// lines lists the reasons, and then the others.
func (r Reasons) lines() []line {
	var lines []line
	for _, reason := range r.Reasons {
		lines = append(lines, line{displayMissed(reason.Reason, reason.Missed), Numbers{Calls: reason.Calls}})
	}
	if r.Other > 0 {
		lines = append(lines, line{"(other)", Numbers{Calls: r.Other}})
	}
	return lines
}

// summary tells in a line what the report is about.
func (r *Report) summary() string {
	text := thousands(r.All.Calls) + " calls"
	if r.All.Calls == 1 {
		text = "1 call"
	}
	if !r.First.IsZero() {
		first, last := r.First, r.Last
		text += fmt.Sprintf(" from %s to %s %s", first.Format("2006-01-02 15:04"), last.Format("2006-01-02 15:04"), r.Zone)
	}
	if r.Undated > 0 {
		text += fmt.Sprintf(", %s without a log time", thousands(r.Undated))
	}
	return text
}

func ofAll(shown, all int) string {
	if shown == all {
		return ""
	}
	return fmt.Sprintf(" (the last %d of %d)", shown, all)
}

// part is a breakdown with its title.
type part struct {
	title string
	Breakdown
}

func (r *Report) parts() []part {
	return []part{{"version", r.Versions}, {"user", r.Users}, {"purpose", r.Purposes}, {"source system", r.SourceSystems}}
}

// line is a line of a breakdown as it is shown.
type line struct {
	Name string
	Numbers
}

// lines lists the groups, and then the others.
func (b Breakdown) lines() []line {
	var lines []line
	for _, group := range b.Groups {
		lines = append(lines, line{displayMissed(group.Name, group.Missed), group.Numbers})
	}
	if b.Other == nil {
		return lines
	}
	name := "(other)"
	if b.Names > 0 {
		name = fmt.Sprintf("(%s other)", thousands(b.Names-len(b.Groups)))
	}
	return append(lines, line{name, *b.Other})
}

// table is rows of cells. A row of one cell is a title.
type table [][]string

func (t *table) title(format string, args ...any) {
	*t = append(*t, []string{fmt.Sprintf(format, args...)})
}

func (t *table) add(name string, n Numbers) {
	row := []string{clip(name), thousands(n.Calls), percent(n.ErrorRate()), percent(n.WarningRate())}
	*t = append(*t, append(row, n.times()...))
}

// times are the calculation times p50, p95 and p99, the total times likewise, and
// the longest total time.
func (n Numbers) times() []string {
	if n.Calc.Count == 0 {
		return slices.Repeat([]string{"–"}, 7)
	}
	return []string{
		short(n.Calc.P50), short(n.Calc.P95), short(n.Calc.P99),
		short(n.Total.P50), short(n.Total.P95), short(n.Total.P99), short(n.Total.Max),
	}
}

// clip shortens a name that is too long for a line.
func clip(name string) string {
	if utf8.RuneCountInString(name) <= widestRow {
		return name
	}
	return string([]rune(name)[:widestRow-1]) + "…"
}

// String aligns names to the left and everything else to the right.
func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			if len(row) > 1 {
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	var b strings.Builder
	for _, row := range t {
		if len(row) == 1 {
			fmt.Fprintf(&b, "\n%s\n", row[0])
			continue
		}
		fmt.Fprintf(&b, "%-*s", widths[0]+2, "  "+row[0])
		for i, cell := range row[1:] {
			fmt.Fprintf(&b, "  %*s", widths[i+1], cell)
		}
		b.WriteString("\n")
	}
	return b.String()
}
