package stats_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	_ "github.com/sparkgo/spark-go/spark/internal/contract" // checks all requests
	"github.com/sparkgo/spark-go/spark/internal/golden"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/sparkgo/spark-go/spark/stats"
)

// week is a report of the emulator's calls of a week.
func week(t *testing.T) *stats.Report {
	var records []string
	for _, call := range sparktest.Generate(sparktest.History{}) {
		records = append(records, string(call.Record()))
	}
	report, err := stats.Calls(record.ReadCalls(strings.NewReader(strings.Join(records, "\n"))), stats.Options{})
	require.NoError(t, err)
	return report
}

func TestGolden(t *testing.T) {
	report := week(t)
	golden.Require(t, "testdata/report.txt", report.String())
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(report))
	golden.Require(t, "testdata/report.json", text.String())
}

// exported is an archive of the week's calls in this format.
func exported(t *testing.T, format spark.Format) *record.Archive {
	server := sparktest.NewServer(t, sparktest.InMemory())
	transport := server.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	archive, err := client.Service(server.Folder, server.Service).Export(t.Context(), format, spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 2}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, archive.Close()) })
	return archive
}

// A JSON and a CSV export of the same calls give the same report.
func TestExportsAgree(t *testing.T) {
	calls, err := stats.Calls(exported(t, spark.FormatJSON).Calls(), stats.Options{})
	require.NoError(t, err)
	rows, err := stats.Rows(exported(t, spark.FormatCSV).Rows(), stats.Options{})
	require.NoError(t, err)
	rows.Last = calls.Last   // CSV has full seconds
	rows.First = calls.First // likewise
	require.Equal(t, []stats.Reason{{Reason: "Rating!D…: No rate was found for the vehicle's group.", Calls: 8}}, rows.Errors.Reasons)
	rows.Errors, rows.Warnings = calls.Errors, calls.Warnings // CSV doesn't say where one message ends
	require.Equal(t, calls, rows)
	require.Equal(t, week(t).Versions, calls.Versions)
}

func TestReasons(t *testing.T) {
	collector := stats.NewCollector(stats.Options{})
	add := func(errors ...record.ModelError) { collector.Add(&record.Call{Errors: errors}) }
	add(record.ModelError{SourcePath: "B7", Message: "age 17.5 is too low, try 18", Type: "MIN"}, record.ModelError{SourcePath: "B8", Message: "age 3 is too low, try 21", Type: "MIN"})
	add(record.ModelError{Message: "age -1e3 is too low, try 1,000", Type: "MIN"}, record.ModelError{Message: "#VALUE! in group-5"})
	add(record.ModelError{Message: "age 17 is too low, try 18", Type: "MAX"})
	add(record.ModelError{Message: "no policy 123e4567-e89b-12d3-a456-426614174000"})
	add(record.ModelError{Category: "VALIDATION", Type: "MIN", AdditionalDetails: json.RawMessage(`{"age":["too low, try 18"]}`)}, record.ModelError{Message: " ", Type: "#N/A"})
	collector.Add(&record.Call{Warnings: []record.ModelWarning{{SourcePath: "C1", Message: "old\x1b[2J"}, {Message: "old\x1b[2J"}}})
	report := collector.Report()
	require.Equal(t, stats.Reasons{Reasons: []stats.Reason{
		{Reason: "age … is too low, try … (MIN)", Calls: 2},
		{Reason: "#N/A", Calls: 1},
		{Reason: "#VALUE! in group-…", Calls: 1},
		{Reason: "age … is too low, try … (MAX)", Calls: 1},
		{Reason: "age: too low, try … (VALIDATION, MIN)", Calls: 1},
		{Reason: "no policy …", Calls: 1},
	}}, report.Errors)
	require.Equal(t, []int{5, 1}, []int{report.All.Errors, report.All.Warnings})
	require.Contains(t, report.String(), `
  calls  error
      2  age … is too low, try … (MIN)
      1  #N/A
      1  #VALUE! in group-…
      1  age … is too low, try … (MAX)
      1  age: too low, try … (VALIDATION, MIN)
      1  no policy …

  calls  warning
      1  "old\x1b[…J"
`)

	for _, word := range strings.Fields("a b c d e f g h i j k l") {
		add(record.ModelError{Message: word}, record.ModelError{Message: "#VALUE! in group-5"})
	}
	report = collector.Report()
	require.Len(t, report.Errors.Reasons, 10)
	require.Equal(t, stats.Reason{Reason: "#VALUE! in group-…", Calls: 13}, report.Errors.Reasons[0])
	require.Equal(t, 8, report.Errors.Other)
	require.Contains(t, report.String(), "      8  (other)\n")
}

func TestErrorsOfTheStream(t *testing.T) {
	_, err := stats.Calls(exported(t, spark.FormatCSV).Calls(), stats.Options{})
	require.ErrorContains(t, err, "use its method Rows")
	_, err = stats.Rows(exported(t, spark.FormatJSON).Rows(), stats.Options{})
	require.ErrorContains(t, err, "use its method Calls")
	_, err = stats.Calls(record.ReadCalls(strings.NewReader(`{"Tenant":"t"} 5`)), stats.Options{})
	require.ErrorContains(t, err, "record 2")
}

func TestNothing(t *testing.T) {
	report := stats.NewCollector(stats.Options{}).Report()
	require.Zero(t, report.All.ErrorRate()+report.All.WarningRate())
	require.Equal(t, "0 calls\n", report.String())
	data, err := json.Marshal(report)
	require.NoError(t, err)
	require.NotContains(t, string(data), "null")
}

func TestDaysAreOfAZone(t *testing.T) {
	call := &record.Call{LogTime: time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)}
	for zone, want := range map[*time.Location]string{nil: "2026-03-01", time.UTC: "2026-03-01", time.FixedZone("UTC+1", 3600): "2026-03-02"} {
		collector := stats.NewCollector(stats.Options{Zone: zone})
		collector.Add(call)
		report := collector.Report()
		require.Equal(t, want, report.Days[0].Date)
		require.True(t, report.First.Equal(call.LogTime))
		require.Equal(t, want, report.First.Format(time.DateOnly))
	}
}

// .NET writes the last instant that it has for a missing date. In a zone east of UTC, that
// is in the year 10000, which JSON can't represent.
func TestLastInstant(t *testing.T) {
	last := &record.Call{LogTime: time.Date(9999, 12, 31, 23, 59, 59, 999999900, time.UTC)}
	for zone, want := range map[*time.Location]int{time.UTC: 0, time.FixedZone("UTC+1", 3600): 1} {
		collector := stats.NewCollector(stats.Options{Zone: zone, Value: "x"})
		collector.Add(last)
		report := collector.Report()
		require.Equal(t, want, report.Undated)
		require.Len(t, report.Days, 1-want)
		_, err := json.Marshal(report)
		require.NoError(t, err)
	}
}

func TestManyDays(t *testing.T) {
	for _, step := range []int{1, -1} { // in order and backwards
		collector := stats.NewCollector(stats.Options{})
		for i := range 3000 {
			collector.Add(&record.Call{LogTime: time.Date(2020, 1, 1500+step*(i-1500), 0, 0, 0, 0, time.UTC), TotalTime: time.Second})
		}
		collector.Add(&record.Call{})
		report := collector.Report()
		require.Len(t, report.Days, 1100)
		require.Equal(t, 1900, report.EarlierDays.Calls)
		require.Equal(t, 1900, report.EarlierDays.Total.Count)
		require.Equal(t, 1, report.Undated)
		last := report.Days[len(report.Days)-1].Date
		require.Equal(t, time.Date(2020, 1, 1500+1499, 0, 0, 0, 0, time.UTC).Add(time.Duration(min(0, step))*-24*time.Hour).Format(time.DateOnly), last, "the latest are kept")
		require.Contains(t, report.String(), "day (the last 31 of 1100)")
	}
}

func TestTimesThatAreMissing(t *testing.T) {
	collector := stats.NewCollector(stats.Options{})
	for _, call := range []record.Call{{}, {CalcTime: -1, TotalTime: 5}, {CalcTime: 5, TotalTime: -1}, {TotalTime: 2 * time.Millisecond}, {CalcTime: 3 * time.Millisecond}} {
		collector.Add(&call)
	}
	report := collector.Report()
	require.Equal(t, 5, report.All.Calls)
	require.Equal(t, []int{2, 2}, []int{report.All.Calc.Count, report.All.Total.Count})
	require.Equal(t, []time.Duration{0, 3 * time.Millisecond}, []time.Duration{report.All.Calc.P50, report.All.Calc.Max})
}

// Names come from outside. None upsets a terminal, or takes more memory than its share.
func TestHostileNames(t *testing.T) {
	collector := stats.NewCollector(stats.Options{})
	for _, name := range []string{"\x1b[2J", "a\nb", "\u202egnp.exe", " ", "", "(none)", "(3 other)", strings.Repeat("é", 1<<20), "\xff\xfe"} {
		collector.Add(&record.Call{User: name, Purpose: name, Version: name, SourceSystem: name})
	}
	report := collector.Report()
	require.Len(t, report.Users.Groups, 9)
	for _, group := range report.Users.Groups {
		require.LessOrEqual(t, len(group.Name), 203)
	}
	text := report.String()
	for _, shown := range []string{`"\x1b[2J"`, `"a\nb"`, `"\u202egnp.exe"`, `" "`, ` (none) `, `"(none)"`, `"(3 other)"`, `"\xff\xfe"`} {
		require.Contains(t, text, shown)
	}
	for _, bad := range []string{"\x1b", "\u202e", "\xff"} {
		require.NotContains(t, text, bad)
	}
}

func TestJSON(t *testing.T) {
	collector := stats.NewCollector(stats.Options{Groups: 1})
	for _, user := range []string{"a", "a", "b"} {
		collector.Add(&record.Call{User: user, Version: "1", TotalTime: 1500 * time.Microsecond, Warnings: make([]record.ModelWarning, 1)})
	}
	data, err := json.Marshal(collector.Report().Users)
	require.NoError(t, err)
	times := `"calc":{"count":%d,"p50_ms":0,"p95_ms":0,"p99_ms":0,"max_ms":0},"total":{"count":%d,"p50_ms":1.5,"p95_ms":1.5,"p99_ms":1.5,"max_ms":1.5}`
	require.JSONEq(t, fmt.Sprintf(`{"names":2,"groups":[{"name":"a","calls":2,"errors":0,"warnings":2,`+times+`}],"other":{"calls":1,"errors":0,"warnings":1,`+times+`}}`, 2, 2, 1, 1), string(data))
}
