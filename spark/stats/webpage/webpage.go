// Package webpage writes a report of package stats as a web page with charts.
package webpage

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/internal/figure"
)

//go:embed webpage.html
var pageSource string

var pageTemplate = template.Must(template.New("webpage.html").Parse(pageSource))

// Write writes a report as one web page that works without a network and without
// scripts. It has charts and tables, for light and dark screens. An empty title means
// "Calls". An error is that of w.
func Write(w io.Writer, report *stats.Report, title string) error {
	if title == "" {
		title = "Calls"
	}
	if err := pageTemplate.Execute(w, newPage(report, title)); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// page is what the template shows.
type page struct {
	Title, Summary string
	Tiles          []tile
	Charts         []*chart
	Tables         []table
	Reasons        []table
	Values         []table
	Days           []row
	Zone           string
	Accuracy       string
}

// tile is a figure with its name.
type tile struct{ Name, Figure, Note string }

type table struct {
	Title string
	Rows  []row
}

// row is a row of figures. Share is its calls in percent of the most calls of any row
// of its table.
type row struct {
	Name                  string
	Calls                 string
	Share                 float64
	ErrorRate, Errors     string
	WarningRate, Warnings string
	Figures               []string // the times, or those of a value

	calls int
}

func newPage(r *stats.Report, title string) *page {
	p := &page{
		Title: title, Summary: r.Summary(), Zone: r.Zone, Accuracy: figure.ThreeDigits(100*stats.Accuracy) + "%",
		Tiles: tiles(r.All), Charts: dayCharts(r),
	}
	if r.Value != nil {
		p.addValue(r.Value)
	}
	for _, part := range []struct {
		title string
		stats.Breakdown
	}{{"version", r.Versions}, {"user", r.Users}, {"purpose", r.Purposes}, {"source system", r.SourceSystems}} {
		t := table{Title: part.title}
		for name, numbers := range part.All() {
			t.Rows = append(t.Rows, newRow(name, numbers))
		}
		p.Tables = appendTable(p.Tables, t)
	}
	for _, kind := range []struct {
		title string
		stats.Reasons
	}{{"error", r.Errors}, {"warning", r.Warnings}} {
		t := table{Title: kind.title}
		for reason, calls := range kind.All() {
			t.Rows = append(t.Rows, row{Name: reason, Calls: figure.Count(calls), calls: calls})
		}
		p.Reasons = appendTable(p.Reasons, t)
	}
	if r.EarlierDays != nil {
		p.Days = append(p.Days, newRow("(earlier days)", *r.EarlierDays))
	}
	for _, day := range r.Days {
		p.Days = append(p.Days, newRow(day.Date, day.Numbers))
	}
	setShares(p.Days)
	return p
}

func (p *page) addValue(v *stats.ValueReport) {
	name := figure.Name(v.Name, 0)
	if c := valueChart(name, v.By[stats.ByMonth].Groups); c != nil {
		p.Charts = append([]*chart{c}, p.Charts...)
	}
	newRow := func(name string, d stats.Distribution) row {
		return row{Name: name, Calls: figure.Count(d.Count), calls: d.Count, Figures: []string{
			figure.Count(d.Missing), figure.Count(d.NotNumbers),
			figure.Number(d.Mean), figure.Number(d.P5), figure.Number(d.P50), figure.Number(d.P95),
		}}
	}
	p.Values = []table{{"Value of " + name, []row{newRow("all", v.All)}}}
	for _, by := range []stats.GroupBy{stats.ByMonth, stats.ByVersion, stats.ByUser, stats.ByPurpose, stats.BySourceSystem} {
		t := table{Title: "Value of " + name + " by " + by.String()}
		for name, d := range v.By[by].All() {
			t.Rows = append(t.Rows, newRow(name, d))
		}
		p.Values = appendTable(p.Values, t)
	}
}

// appendTable appends a table that has rows.
func appendTable(tables []table, t table) []table {
	if t.Rows == nil {
		return tables
	}
	setShares(t.Rows)
	return append(tables, t)
}

func setShares(rows []row) {
	highest := 1
	for _, r := range rows {
		highest = max(highest, r.calls)
	}
	for i := range rows {
		rows[i].Share = 100 * float64(rows[i].calls) / float64(highest)
	}
}

func tiles(all stats.Numbers) []tile {
	tiles := []tile{
		{"Calls", figure.Count(all.Calls), ""},
		{"With errors", figure.Percent(all.ErrorRate()), figure.Count(all.Errors) + " calls"},
		{"With warnings", figure.Percent(all.WarningRate()), figure.Count(all.Warnings) + " calls"},
	}
	if all.Total.Count == 0 {
		return tiles
	}
	return append(tiles,
		tile{"Total time p50", figure.Duration(all.Total.P50), "calculation " + figure.Duration(all.Calc.P50)},
		tile{"Total time p95", figure.Duration(all.Total.P95), "calculation " + figure.Duration(all.Calc.P95)},
		tile{"Total time p99", figure.Duration(all.Total.P99), "calculation " + figure.Duration(all.Calc.P99)},
	)
}

func newRow(name string, n stats.Numbers) row {
	return row{
		Name:        name,
		Calls:       figure.Count(n.Calls),
		ErrorRate:   figure.Percent(n.ErrorRate()),
		Errors:      figure.Count(n.Errors),
		WarningRate: figure.Percent(n.WarningRate()),
		Warnings:    figure.Count(n.Warnings),
		Figures: figure.Durations(n.Calc.Count > 0,
			n.Calc.P50, n.Calc.P95, n.Calc.P99, n.Total.P50, n.Total.P95, n.Total.P99, n.Total.Max),
		calls: n.Calls,
	}
}
