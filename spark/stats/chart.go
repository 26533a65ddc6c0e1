package stats

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Where a chart is drawn, in units of its own that the browser scales.
const (
	chartWidth  = 960
	chartHeight = 230
	plotLeft    = 64
	plotRight   = 880 // labels of lines stand to the right
	plotTop     = 12
	plotBottom  = 196
	lineHeight  = 15
)

// chart is a picture of the days, in the places and words that the template writes.
type chart struct {
	Title, Note   string
	Width, Height int
	Left, Right   int
	Top, Bottom   int
	PlotHeight    int
	XTickEnd      int
	YTicks        []tick
	XTicks        []tick
	Bars          []bar
	Lines         []*series
	Hovers        []hover
}

// tick is a mark on an axis.
type tick struct {
	At    string
	Label string
}

// bar is a day's column.
type bar struct{ X, Y, Width, Height string }

// series is a line through the days.
type series struct {
	Class   string // how the line looks
	Label   string
	LabelAt int
	Path    string
	Points  []point // of few days
	Thin    bool    // there are many days

	ys []float64
}

type point struct{ X, Y string }

// hover is the area that tells a day's figures.
type hover struct{ X, Width, Text string }

// widestBar keeps the bars of few days from being walls.
const widestBar = 90

const (
	mostPoints = 62  // up to so many days each is marked on a line
	manyDays   = 200 // from so many on lines are thin
)

// charts draws the days; none are drawn without any.
func (r *Report) charts() []*chart {
	if len(r.Days) == 0 {
		return nil
	}
	charts := []*chart{r.callsChart(), r.ratesChart()}
	if r.All.Total.Count > 0 {
		charts = append(charts,
			r.timesChart("Total time per day", func(n Numbers) Times { return n.Total }),
			r.timesChart("Calculation time per day", func(n Numbers) Times { return n.Calc }))
	}
	return charts
}

func newChart(title, note string, days []Day) (*chart, timeline) {
	line := newTimeline(days)
	c := &chart{
		Title: title, Note: note, Width: chartWidth, Height: chartHeight,
		Left: plotLeft, Right: plotRight, Top: plotTop, Bottom: plotBottom,
		PlotHeight: plotBottom - plotTop, XTickEnd: plotBottom + 5, XTicks: line.ticks(),
	}
	return c, line
}

func (r *Report) callsChart() *chart {
	c, line := newChart("Calls per day", "", r.Days)
	most := 0
	for _, day := range r.Days {
		most = max(most, day.Calls)
	}
	scale := linearScale(float64(most))
	c.YTicks = scale.ticks(func(v float64) string { return thousands(int(v)) })
	width := min(line.width*0.8, widestBar)
	if line.width < 4 {
		width = line.width // gaps would only flicker
	}
	width = max(width, 0.6)
	for _, day := range r.Days {
		x, y := line.middle(day), scale.y(float64(day.Calls))
		c.Bars = append(c.Bars, bar{at(x - width/2), at(y), at(width), at(plotBottom - y)})
		c.hover(line, day, thousands(day.Calls)+" calls")
	}
	return c
}

func (r *Report) ratesChart() *chart {
	c, line := newChart("Calls with errors and warnings per day", "share of the day's calls", r.Days)
	most := 0.01
	for _, day := range r.Days {
		most = max(most, day.ErrorRate(), day.WarningRate())
	}
	scale := linearScale(100 * most)
	c.YTicks = scale.ticks(func(v float64) string { return threeDigits(v) + "%" })
	failed, warned := c.line("a", "errors"), c.line("b", "warnings")
	for _, day := range r.Days {
		failed.ys = append(failed.ys, scale.y(100*day.ErrorRate()))
		warned.ys = append(warned.ys, scale.y(100*day.WarningRate()))
		c.hover(line, day, fmt.Sprintf("errors %s (%s), warnings %s (%s)",
			percent(day.ErrorRate()), thousands(day.Errors), percent(day.WarningRate()), thousands(day.Warnings)))
	}
	c.draw(line, r.Days)
	return c
}

func (r *Report) timesChart(title string, of func(Numbers) Times) *chart {
	days := slices.DeleteFunc(slices.Clone(r.Days), func(d Day) bool { return of(d.Numbers).Count == 0 })
	c, line := newChart(title, "logarithmic scale", r.Days)
	var all []time.Duration
	for _, day := range days {
		all = append(all, of(day.Numbers).P50, of(day.Numbers).P99)
	}
	scale := logScale(all)
	c.YTicks = scale.ticks()
	p99, p95, p50 := c.line("a", "p99"), c.line("b", "p95"), c.line("c", "p50")
	for _, day := range days {
		times := of(day.Numbers)
		p99.ys = append(p99.ys, scale.y(times.P99))
		p95.ys = append(p95.ys, scale.y(times.P95))
		p50.ys = append(p50.ys, scale.y(times.P50))
		c.hover(line, day, fmt.Sprintf("p50 %s, p95 %s, p99 %s", short(times.P50), short(times.P95), short(times.P99)))
	}
	c.draw(line, days)
	return c
}

func (c *chart) line(class, label string) *series {
	s := &series{Class: class, Label: label}
	c.Lines = append(c.Lines, s)
	return s
}

func (c *chart) hover(line timeline, day Day, text string) {
	width := max(line.width, 1)
	c.Hovers = append(c.Hovers, hover{at(line.middle(day) - width/2), at(width), day.Date.String() + ": " + text})
}

// draw lays the lines through the days.
func (c *chart) draw(line timeline, days []Day) {
	for _, s := range c.Lines {
		var path strings.Builder
		for i, day := range days {
			command := "L"
			if i == 0 {
				command = "M"
			}
			x, y := at(line.middle(day)), at(s.ys[i])
			fmt.Fprintf(&path, "%s%s %s", command, x, y)
			if len(days) <= mostPoints {
				s.Points = append(s.Points, point{x, y})
			}
		}
		s.Path, s.Thin = path.String(), len(days) >= manyDays
	}
	c.placeLabels()
}

// placeLabels puts each label beside the end of its line, but none over another.
func (c *chart) placeLabels() {
	order := slices.Clone(c.Lines)
	end := func(s *series) float64 { return s.ys[len(s.ys)-1] }
	slices.SortStableFunc(order, func(a, b *series) int { return int(end(a)) - int(end(b)) })
	above := plotTop - lineHeight
	for i, s := range order {
		lowest := plotBottom - (len(order)-1-i)*lineHeight
		s.LabelAt = min(max(int(end(s)), above+lineHeight), lowest)
		above = s.LabelAt
	}
}

// at writes a place in the picture.
func at(f float64) string { return fmt.Sprintf("%.1f", f) }
