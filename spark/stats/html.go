package stats

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed report.html
var pageSource string

var pageTemplate = template.Must(template.New("report.html").Parse(pageSource))

// WriteHTML writes the report as one web page that needs nothing else: no network,
// no scripts. It has charts by day and tables, for light and dark screens. An empty
// title is "Calls". The error is that of w.
func (r *Report) WriteHTML(w io.Writer, title string) error {
	if title == "" {
		title = "Calls"
	}
	if err := pageTemplate.Execute(w, r.page(title)); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// page is what the template shows.
type page struct {
	Title, Summary string
	Tiles          []tile
	Charts         []*chart
	Tables         []pageTable
	Reasons        []pageTable
	Days           []pageRow
	Zone           string
	Accuracy       string
}

// tile is a figure with its name.
type tile struct{ Name, Figure, Note string }

// pageTable is a breakdown.
type pageTable struct {
	Title string
	Rows  []pageRow
}

// pageRow is a row of figures. Share is what its calls are of the most that a row
// of its table has, from 0 to 100.
type pageRow struct {
	Name                  string
	Calls                 string
	Share                 float64
	ErrorRate, Errors     string
	WarningRate, Warnings string
	Times                 []string
}

func (r *Report) page(title string) *page {
	p := &page{Title: title, Summary: r.summary(), Zone: r.Zone, Accuracy: threeDigits(100*Accuracy) + "%", Tiles: r.tiles(), Charts: r.charts()}
	for _, part := range r.parts() {
		if lines := part.lines(); lines != nil {
			p.Tables = append(p.Tables, pageTable{part.title, rows(lines)})
		}
	}
	for _, kind := range []struct {
		title string
		Reasons
	}{{"error", r.Errors}, {"warning", r.Warnings}} {
		if lines := kind.lines(); lines != nil {
			p.Reasons = append(p.Reasons, pageTable{kind.title, rows(lines)})
		}
	}
	var days []line
	if r.EarlierDays != nil {
		days = append(days, line{"(earlier days)", *r.EarlierDays})
	}
	for _, day := range r.Days {
		days = append(days, line{day.Date.String(), day.Numbers})
	}
	p.Days = rows(days)
	return p
}

func (r *Report) tiles() []tile {
	all := r.All
	tiles := []tile{
		{"Calls", thousands(all.Calls), ""},
		{"With errors", percent(all.ErrorRate()), thousands(all.Errors) + " calls"},
		{"With warnings", percent(all.WarningRate()), thousands(all.Warnings) + " calls"},
	}
	if all.Total.Count == 0 {
		return tiles
	}
	return append(tiles,
		tile{"Total time p50", short(all.Total.P50), "calculation " + short(all.Calc.P50)},
		tile{"Total time p95", short(all.Total.P95), "calculation " + short(all.Calc.P95)},
		tile{"Total time p99", short(all.Total.P99), "calculation " + short(all.Calc.P99)},
	)
}

func rows(lines []line) []pageRow {
	most := 0
	for _, line := range lines {
		most = max(most, line.Calls)
	}
	var rows []pageRow
	for _, line := range lines {
		rows = append(rows, pageRow{
			Name:        line.Name,
			Calls:       thousands(line.Calls),
			Share:       100 * rate(line.Calls, most),
			ErrorRate:   percent(line.ErrorRate()),
			Errors:      thousands(line.Errors),
			WarningRate: percent(line.WarningRate()),
			Warnings:    thousands(line.Warnings),
			Times:       line.times(),
		})
	}
	return rows
}
