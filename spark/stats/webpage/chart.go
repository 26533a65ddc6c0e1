package webpage

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/internal/figure"
)

// Where a chart is drawn, in units of its own that the browser scales. The same
// numbers are in webpage.html.
const (
	plotLeft   = 64
	plotRight  = 880 // labels of lines are to the right
	plotTop    = 12
	plotBottom = 196
	lineHeight = 15
)

const (
	maxBarWidth = 90
	maxMarkers  = 62  // points are marked on a line that has no more of them
	minThin     = 200 // a line with so many points is thin
)

// position is a coordinate of a chart.
type position float64

func (p position) String() string { return fmt.Sprintf("%.1f", float64(p)) }

// chart is a picture of days or months.
type chart struct {
	Title, Note string
	YTicks      []tick
	XTicks      []tick
	Bars        []bar
	Lines       []*line
	Hovers      []hover

	timeline
	scale
}

// tick is a mark on an axis.
type tick struct {
	At    position
	Label string
}

// bar is the column of a period.
type bar struct{ X, Y, Width, Height position }

// line connects points.
type line struct {
	Class   string // how the line looks
	Label   string
	LabelAt int
	Path    string
	Markers []point
	Thin    bool
	end     position
}

type point struct{ X, Y position }

// hover is an area that shows the figures of a period.
type hover struct {
	X, Width position
	Text     string
}

// period is a day or a month.
type period struct {
	name  string
	start time.Time
	days  int
}

func newChart(title, note string, t timeline, s scale) *chart {
	return &chart{Title: title, Note: note, YTicks: s.ticks, XTicks: t.ticks(), timeline: t, scale: s}
}

// dayCharts returns the charts by day; none if there aren't any days.
func dayCharts(r *stats.Report) []*chart {
	if len(r.Days) == 0 {
		return nil
	}
	days := make([]period, len(r.Days))
	for i, day := range r.Days {
		start, _ := time.Parse(time.DateOnly, day.Date) // a Collector writes no other dates
		days[i] = period{day.Date, start, 1}
	}
	charts := []*chart{callsChart(r.Days, days), ratesChart(r.Days, days)}
	if r.All.Total.Count > 0 {
		charts = append(charts,
			timesChart("Total time per day", r.Days, days, func(n stats.Numbers) stats.Times { return n.Total }),
			timesChart("Calculation time per day", r.Days, days, func(n stats.Numbers) stats.Times { return n.Calc }))
	}
	return charts
}

func callsChart(days []stats.Day, periods []period) *chart {
	highest := 0
	for _, day := range days {
		highest = max(highest, day.Calls)
	}
	c := newChart("Calls per day", "", newTimeline(periods), linearScale(0, float64(highest), numberLabel))
	width := min(c.width*0.8, maxBarWidth)
	if c.width < 4 {
		width = max(c.width, 0.6) // narrow gaps would flicker
	}
	for i, day := range days {
		y := c.y(float64(day.Calls))
		c.Bars = append(c.Bars, bar{c.middle(periods[i]) - position(width/2), y, position(width), plotBottom - y})
		c.addHover(periods[i], figure.Calls(day.Calls))
	}
	return c
}

func ratesChart(days []stats.Day, periods []period) *chart {
	highest := 0.01
	for _, day := range days {
		highest = max(highest, day.ErrorRate(), day.WarningRate())
	}
	c := newChart("Calls with errors and warnings per day", "share of the day's calls", newTimeline(periods),
		linearScale(0, 100*highest, func(f float64) string { return figure.ThreeDigits(f) + "%" }))
	c.addLine("a", "errors", periods, func(i int) float64 { return 100 * days[i].ErrorRate() })
	c.addLine("b", "warnings", periods, func(i int) float64 { return 100 * days[i].WarningRate() })
	c.placeLabels()
	for i, day := range days {
		c.addHover(periods[i], fmt.Sprintf("errors %s (%s), warnings %s (%s)",
			figure.Percent(day.ErrorRate()), figure.Count(day.Errors), figure.Percent(day.WarningRate()), figure.Count(day.Warnings)))
	}
	return c
}

func timesChart(title string, days []stats.Day, periods []period, of func(stats.Numbers) stats.Times) *chart {
	var timed []period
	var times []stats.Times
	var all []time.Duration
	for i, day := range days {
		if t := of(day.Numbers); t.Count > 0 {
			timed, times, all = append(timed, periods[i]), append(times, t), append(all, t.P50, t.P99)
		}
	}
	c := newChart(title, "logarithmic scale", newTimeline(periods), logScale(all))
	c.addLine("a", "p99", timed, func(i int) float64 { return float64(times[i].P99) })
	c.addLine("b", "p95", timed, func(i int) float64 { return float64(times[i].P95) })
	c.addLine("c", "p50", timed, func(i int) float64 { return float64(times[i].P50) })
	c.placeLabels()
	for i, t := range times {
		c.addHover(timed[i], fmt.Sprintf("p50 %s, p95 %s, p99 %s", figure.Duration(t.P50), figure.Duration(t.P95), figure.Duration(t.P99)))
	}
	return c
}

// valueChart returns the chart of a value by month; nil if no month has a number.
func valueChart(title string, breakdown *stats.Breakdown) *chart {
	if breakdown == nil {
		return nil
	}
	var periods []period
	var months []*stats.Distribution
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, group := range breakdown.Groups {
		start, err := time.Parse("2006-01", group.Name)
		month := group.Value
		if err != nil || month == nil || month.Count == 0 {
			continue // calls without a log time have no month
		}
		periods = append(periods, period{group.Name, start, daysBetween(start, start.AddDate(0, 1, 0))})
		months = append(months, month)
		lowest = min(lowest, floatOf(month.P5), floatOf(month.Mean))
		highest = max(highest, floatOf(month.P95), floatOf(month.Mean))
	}
	if months == nil {
		return nil
	}
	c := newChart(title, "", newTimeline(periods), linearScale(lowest, highest, numberLabel))
	c.addLine("a", "mean", periods, func(i int) float64 { return floatOf(months[i].Mean) })
	c.addLine("b", "p5", periods, func(i int) float64 { return floatOf(months[i].P5) })
	c.addLine("c", "p50", periods, func(i int) float64 { return floatOf(months[i].P50) })
	c.addLine("b", "p95", periods, func(i int) float64 { return floatOf(months[i].P95) })
	c.placeLabels()
	for i, month := range months {
		c.addHover(periods[i], fmt.Sprintf("mean %s, p5 %s, p50 %s, p95 %s, numbers %s", figure.Number(month.Mean),
			figure.Number(month.P5), figure.Number(month.P50), figure.Number(month.P95), figure.Count(month.Count)))
	}
	return c
}

func numberLabel(f float64) string {
	return figure.Number(json.Number(strconv.FormatFloat(f, 'g', -1, 64)))
}

// floatOf returns a number as it is drawn.
func floatOf(n json.Number) float64 {
	f, _ := n.Float64() // a Distribution has numbers only
	return f
}

func (c *chart) addHover(p period, text string) {
	width := position(max(c.width*float64(p.days), 1))
	c.Hovers = append(c.Hovers, hover{c.middle(p) - width/2, width, p.name + ": " + text})
}

// addLine adds a line through the values of periods.
func (c *chart) addLine(class, label string, periods []period, value func(i int) float64) {
	l := &line{Class: class, Label: label, Thin: len(periods) >= minThin}
	for i, p := range periods {
		command := "L"
		if i == 0 {
			command = "M"
		}
		at := point{c.middle(p), c.y(value(i))}
		l.Path += fmt.Sprintf("%s%s %s", command, at.X, at.Y)
		if len(periods) <= maxMarkers {
			l.Markers = append(l.Markers, at)
		}
		l.end = at.Y
	}
	c.Lines = append(c.Lines, l)
}

// placeLabels puts each label beside the end of its line, without any overlap.
func (c *chart) placeLabels() {
	ordered := slices.Clone(c.Lines)
	slices.SortStableFunc(ordered, func(a, b *line) int { return int(a.end) - int(b.end) })
	above := plotTop - lineHeight
	for i, l := range ordered {
		lowest := plotBottom - (len(ordered)-1-i)*lineHeight
		l.LabelAt = min(max(int(l.end), above+lineHeight), lowest)
		above = l.LabelAt
	}
}
