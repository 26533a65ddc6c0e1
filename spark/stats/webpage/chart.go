package webpage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
		c.addHover(periods[i], figure.Count(day.Calls)+" calls")
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
	var failed, warned []point
	for i, day := range days {
		x := c.middle(periods[i])
		failed = append(failed, point{x, c.y(100 * day.ErrorRate())})
		warned = append(warned, point{x, c.y(100 * day.WarningRate())})
		c.addHover(periods[i], fmt.Sprintf("errors %s (%s), warnings %s (%s)",
			figure.Percent(day.ErrorRate()), figure.Count(day.Errors), figure.Percent(day.WarningRate()), figure.Count(day.Warnings)))
	}
	c.addLine("a", "errors", failed)
	c.addLine("b", "warnings", warned)
	c.placeLabels()
	return c
}

func timesChart(title string, days []stats.Day, periods []period, of func(stats.Numbers) stats.Times) *chart {
	var all []time.Duration
	for _, day := range days {
		if times := of(day.Numbers); times.Count > 0 {
			all = append(all, times.P50, times.P99)
		}
	}
	c := newChart(title, "logarithmic scale", newTimeline(periods), logScale(all))
	var p99, p95, p50 []point
	for i, day := range days {
		times := of(day.Numbers)
		if times.Count == 0 {
			continue
		}
		x := c.middle(periods[i])
		p99 = append(p99, point{x, c.y(float64(times.P99))})
		p95 = append(p95, point{x, c.y(float64(times.P95))})
		p50 = append(p50, point{x, c.y(float64(times.P50))})
		c.addHover(periods[i], fmt.Sprintf("p50 %s, p95 %s, p99 %s", figure.Duration(times.P50), figure.Duration(times.P95), figure.Duration(times.P99)))
	}
	c.addLine("a", "p99", p99)
	c.addLine("b", "p95", p95)
	c.addLine("c", "p50", p50)
	c.placeLabels()
	return c
}

// valueChart returns the chart of a value by month; nil if no month has a number.
func valueChart(name string, months []stats.ValueGroup) *chart {
	var periods []period
	var numbers [][4]float64 // mean, p5, p50 and p95 of each period
	lowest, highest := 0.0, 0.0
	var notes []string
	for _, month := range months {
		start, err := time.Parse("2006-01", month.Name)
		if err != nil || month.Count == 0 {
			continue // calls without a log time have no month
		}
		drawn := [4]float64{floatOf(month.Mean), floatOf(month.P5), floatOf(month.P50), floatOf(month.P95)}
		if len(periods) == 0 {
			lowest, highest = drawn[0], drawn[0]
		}
		lowest, highest = min(lowest, slices.Min(drawn[:])), max(highest, slices.Max(drawn[:]))
		periods = append(periods, period{month.Name, start, daysBetween(start, start.AddDate(0, 1, 0))})
		numbers = append(numbers, drawn)
		notes = append(notes, fmt.Sprintf("mean %s, p5 %s, p50 %s, p95 %s, numbers %s", figure.Number(month.Mean),
			figure.Number(month.P5), figure.Number(month.P50), figure.Number(month.P95), figure.Count(month.Count)))
	}
	if periods == nil {
		return nil
	}
	c := newChart("Value of "+name+" per month", "", newTimeline(periods), linearScale(lowest, highest, numberLabel))
	for i, l := range []struct{ class, label string }{{"a", "mean"}, {"b", "p5"}, {"c", "p50"}, {"b", "p95"}} {
		var points []point
		for j, drawn := range numbers {
			points = append(points, point{c.middle(periods[j]), c.y(drawn[i])})
		}
		c.addLine(l.class, l.label, points)
	}
	for i, note := range notes {
		c.addHover(periods[i], note)
	}
	c.placeLabels()
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

func (c *chart) addLine(class, label string, points []point) {
	l := &line{Class: class, Label: label, Thin: len(points) >= minThin, end: points[len(points)-1].Y}
	var path strings.Builder
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&path, "%s%s %s", command, p.X, p.Y)
	}
	l.Path = path.String()
	if len(points) <= maxMarkers {
		l.Markers = points
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
