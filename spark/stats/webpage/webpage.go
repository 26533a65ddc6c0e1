// Package webpage writes a report of package stats as a web page with charts. Use it to
// send the figures of a service to somebody, or to publish them: the page is one file.
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package webpage

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"iter"

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
	Days           table
	HasValue       bool
	Zone, Accuracy string
}

// tile is a figure with its name.
type tile struct{ Name, Figure, Note string }

// table is a table whose rows have a name, a count with its bar, and more figures.
type table struct {
	Title   string
	First   string   // head of the names
	Counts  string   // head of the counts
	Others  []string // heads of the other figures
	OfCalls bool     // instead, the heads are those of calls
	Rows    []row
}

// row is a row of figures. Share is its count in percent of the highest of the table.
type row struct {
	Name    string
	Count   int
	Share   float64
	Figures []string
}

func newPage(r *stats.Report, title string) *page {
	p := &page{
		Title: title, Summary: r.Summary(), Zone: r.Zone, Accuracy: figure.ThreeDigits(100*stats.Accuracy) + "%",
		Tiles: tiles(r.All), Charts: dayCharts(r), HasValue: r.Value != "",
	}
	if r.All.Value != nil {
		p.addValue(r)
	}
	for _, kind := range []struct {
		title string
		stats.Reasons
	}{{"error", r.Errors}, {"warning", r.Warnings}} {
		t := table{Title: kind.title + "s", First: kind.title, Counts: "calls"}
		for reason, calls := range kind.All() {
			t.Rows = append(t.Rows, row{Name: reason, Count: calls})
		}
		p.addTable(t)
	}
	for by, breakdown := range r.Breakdowns() {
		t := table{Title: "By " + by.String(), First: by.String(), OfCalls: true}
		for name, numbers := range breakdown.All() {
			t.Rows = append(t.Rows, newRow(name, numbers))
		}
		p.addTable(t)
	}
	p.Days = table{First: "day", OfCalls: true}
	if r.EarlierDays != nil {
		p.Days.Rows = append(p.Days.Rows, newRow("(earlier days)", *r.EarlierDays))
	}
	for _, day := range r.Days {
		p.Days.Rows = append(p.Days.Rows, newRow(day.Date, day.Numbers))
	}
	setShares(p.Days.Rows)
	return p
}

func (p *page) addValue(r *stats.Report) {
	title := "Value of " + figure.Name(r.Value, 0)
	if c := valueChart(title+" per month", r.Months); c != nil {
		p.Charts = append([]*chart{c}, p.Charts...)
	}
	add := func(title, first string, rows iter.Seq2[string, stats.Numbers]) {
		t := table{Title: title, First: first, Counts: "numbers", Others: []string{"missing", "not numbers", "mean", "p5", "p50", "p95"}}
		for name, numbers := range rows {
			if d := numbers.Value; d != nil {
				t.Rows = append(t.Rows, row{Name: name, Count: d.Count, Figures: []string{
					figure.Count(d.Missing), figure.Count(d.NotNumbers),
					figure.Number(d.Mean), figure.Number(d.P5), figure.Number(d.P50), figure.Number(d.P95),
				}})
			}
		}
		p.addTable(t)
	}
	add(title, "", func(yield func(string, stats.Numbers) bool) { yield("all", r.All) })
	for by, breakdown := range r.Breakdowns() {
		add(title+" by "+by.String(), by.String(), breakdown.All())
	}
}

// addTable adds a table unless it is empty.
func (p *page) addTable(t table) {
	if t.Rows != nil {
		setShares(t.Rows)
		p.Tables = append(p.Tables, t)
	}
}

func setShares(rows []row) {
	highest := 1
	for _, r := range rows {
		highest = max(highest, r.Count)
	}
	for i := range rows {
		rows[i].Share = 100 * float64(rows[i].Count) / float64(highest)
	}
}

func newRow(name string, n stats.Numbers) row {
	figures := []string{figure.Percent(n.ErrorRate()), figure.Count(n.Errors), figure.Percent(n.WarningRate()), figure.Count(n.Warnings)}
	return row{Name: name, Count: n.Calls, Figures: append(figures, figure.Durations(n.Calc.Count > 0,
		n.Calc.P50, n.Calc.P95, n.Calc.P99, n.Total.P50, n.Total.P95, n.Total.P99, n.Total.Max)...)}
}

// Counted returns the count as it is shown.
func (r row) Counted() string { return figure.Count(r.Count) }

func tiles(all stats.Numbers) []tile {
	tiles := []tile{
		{"Calls", figure.Count(all.Calls), ""},
		{"With errors", figure.Percent(all.ErrorRate()), figure.Calls(all.Errors)},
		{"With warnings", figure.Percent(all.WarningRate()), figure.Calls(all.Warnings)},
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
