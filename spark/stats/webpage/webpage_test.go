package webpage_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/sparkgo/spark-go/spark/internal/golden"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/webpage"
)

// week is a report of the emulator's calls of a week.
func week(t *testing.T) *stats.Report {
	var records []string
	for _, call := range sparktest.Generate(sparktest.History{}) {
		records = append(records, string(call.Record()))
	}
	collector := stats.NewCollector(stats.Options{Value: "outputs.Annual Premium"})
	for call, err := range record.ReadCalls(strings.NewReader(strings.Join(records, "\n"))) {
		require.NoError(t, err)
		premium, _ := call.Outputs.Get("Annual Premium")
		collector.AddValue(call, premium)
	}
	return collector.Report()
}

func pageOf(t *testing.T, report *stats.Report, title string) string {
	var page bytes.Buffer
	require.NoError(t, webpage.Write(&page, report, title))
	return page.String()
}

// contents reads a page as a browser does, and returns its elements' names, all
// their attributes, and its text.
func contents(t *testing.T, page string) (elements map[string]int, attributes map[string][]string, text string) {
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	elements, attributes = map[string]int{}, map[string][]string{}
	var all strings.Builder
	for node := range root.Descendants() {
		switch node.Type {
		case html.ElementNode:
			elements[node.Data]++
			for _, a := range node.Attr {
				attributes[a.Key] = append(attributes[a.Key], a.Val)
			}
		case html.TextNode:
			all.WriteString(node.Data + "\n")
		}
	}
	return elements, attributes, all.String()
}

func TestPageGolden(t *testing.T) {
	const path = "testdata/report.html"
	page := pageOf(t, week(t), "motor/premium")
	golden.Require(t, path, page)
}

// requireHarmless checks that a page loads nothing, runs nothing and links to nothing.
func requireHarmless(t *testing.T, page string) (text string) {
	elements, attributes, text := contents(t, page)
	for _, element := range []string{"script", "img", "image", "iframe", "link", "object", "embed", "a", "use", "form", "base", "foreignobject", "animate", "set"} {
		require.Zero(t, elements[element], element)
	}
	for name, values := range attributes {
		require.False(t, strings.HasPrefix(name, "on"), name)
		require.NotContains(t, []string{"src", "href", "srcset", "action", "xlink:href", "background"}, name)
		for _, value := range values {
			require.NotContains(t, value, "javascript:")
			require.NotContains(t, value, "url(")
		}
	}
	for _, outside := range []string{"http:", "https:", "url(", "@import"} {
		require.NotContains(t, page, outside)
	}
	require.Equal(t, 1, elements["style"])
	require.Contains(t, page, `content="default-src 'none'; style-src 'unsafe-inline'`)
	return text
}

func TestPageIsHarmless(t *testing.T) {
	requireHarmless(t, pageOf(t, week(t), "A title"))

	names := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title></style></table><script>`, `' onmouseover='alert(1)`,
		`</svg><svg onload=alert(1)>`, "{{.Zone}}", "javascript:alert(1)", "&lt;b&gt;", "<!--", "]]>", `\u003cscript\u003e`,
	}
	collector := stats.NewCollector(stats.Options{Zone: time.FixedZone(`<script>"zone`, 0)})
	for _, name := range names {
		collector.Add(&record.Call{LogTime: time.Unix(0, 0), User: name, Purpose: name, Version: name, SourceSystem: name})
	}
	for _, title := range names {
		text := requireHarmless(t, pageOf(t, collector.Report(), title))
		require.Contains(t, text, title)
		for _, name := range names {
			require.GreaterOrEqual(t, strings.Count(text, name), 4, "%s is shown as it is in each table", name)
		}
	}
}

// Whatever the days are, the page is drawn, and of a size that can be opened.
func TestPageOfOddDays(t *testing.T) {
	for name, days := range map[string][]time.Time{
		"one day":    {time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		"ten weeks":  {time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 9, 0, 0, 0, 0, time.UTC)},
		"two years":  {time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 5, 9, 0, 0, 0, 0, time.UTC)},
		"ten ages":   {time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
		"leap years": {time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			collector := stats.NewCollector(stats.Options{})
			for i, day := range days {
				for _, total := range []time.Duration{0, 1, time.Millisecond, 1<<63 - 1} {
					collector.Add(&record.Call{LogTime: day, TotalTime: total, CalcTime: time.Duration(i)})
				}
			}
			page := pageOf(t, collector.Report(), "")
			_, attributes, text := contents(t, page)
			require.Less(t, len(page), 100_000)
			for _, values := range attributes {
				for _, value := range values {
					require.NotContains(t, value, "NaN")
					require.NotContains(t, value, "Inf")
				}
			}
			dates := 0
			for line := range strings.Lines(text) {
				for _, layout := range []string{"Jan 2006\n", "2 Jan 2006\n"} {
					if _, err := time.Parse(layout, line); err == nil {
						dates++
					}
				}
			}
			require.GreaterOrEqual(t, dates, 4*1)
			require.LessOrEqual(t, dates, 4*11, "dates don't run into each other")
		})
	}
}

func TestPageOfManyDaysAndNames(t *testing.T) {
	collector := stats.NewCollector(stats.Options{Groups: 256})
	for i := range 20_000 {
		collector.Add(&record.Call{LogTime: time.Date(2020, 1, 1+i%3000, 0, 0, 0, 0, time.UTC), Purpose: fmt.Sprintf("quote %d", i)})
	}
	page := pageOf(t, collector.Report(), "")
	require.Less(t, len(page), 3<<20)
	text := requireHarmless(t, page)
	require.Contains(t, text, "(earlier days)")
	require.Contains(t, text, "calls under other)")
}

type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("no space left on device")

func TestPageOnAFullDisk(t *testing.T) {
	report := week(t)
	for _, room := range []int{0, 1000, 10_000} {
		err := webpage.Write(&fullDisk{room}, report, "")
		require.ErrorIs(t, err, errFull)
		require.Equal(t, "write page: "+fmt.Sprint(errFull), err.Error())
	}
}

func TestPageOfAValue(t *testing.T) {
	collector := stats.NewCollector(stats.Options{Value: "outputs.<b>"})
	page := pageOf(t, collector.Report(), "")
	require.NotContains(t, page, "per month", "there is nothing to draw")
	for i, text := range []string{`-100.5`, `300`, `"none"`, `1e299`} {
		var value record.Value
		require.NoError(t, value.UnmarshalJSON([]byte(text)))
		collector.AddValue(&record.Call{LogTime: time.Date(2026, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC), Version: "1"}, value)
		page = pageOf(t, collector.Report(), "")
		require.NotContains(t, page, "NaN")
		if i == 1 {
			require.Contains(t, page, "<title>2026-02: mean 300, p5 300, p50 300, p95 300, numbers 1</title>")
			require.Contains(t, page, ">-200</text>")
			require.Contains(t, page, ">400</text>")
		}
	}
	text := requireHarmless(t, page)
	require.Contains(t, text, "Value of outputs.<b> per month")
	require.Contains(t, text, "Value of outputs.<b> by version")
	require.NotContains(t, page, "2026-03: mean", "a month without numbers is not drawn")
}
