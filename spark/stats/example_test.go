package stats_test

import (
	"fmt"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
)

// The calls come from an archive, or from anything else that streams them.
func Example() {
	calls := record.ReadCalls(strings.NewReader(`
		{"LogTime":"2026-03-02T08:15:30","UserName":"ada","Purpose":"Quote","ServiceRevision":"1.2.3","CalcTime":20,"SparkTotalTime":50}
		{"LogTime":"2026-03-02T09:00:00","UserName":"bo","Purpose":"Quote","ServiceRevision":"1.2.3","CalcTime":25,"SparkTotalTime":60}
		{"LogTime":"2026-03-03T08:00:00","UserName":"ada","Purpose":"Renewal","ServiceRevision":"1.3.0","CalcTime":1500,"SparkTotalTime":1600,
			"EngineDetails":{"response_data":{"errors":[{"message":"no rate"}]}}}`))
	report, err := stats.Calls(calls, stats.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.All.Calls, "calls,", report.All.Errors, "with errors, none longer than", report.All.Total.Max)
	for _, user := range report.Users.Groups {
		fmt.Printf("%s: calls %d, with errors %.0f%%\n", user.Name, user.Calls, 100*user.ErrorRate())
	}
	// Output:
	// 3 calls, 1 with errors, none longer than 1.6s
	// ada: calls 2, with errors 50%
	// bo: calls 1, with errors 0%
}

// A Collector continues after records that can't be read, and counts the calls of
// several archives together.
func ExampleCollector() {
	collector := stats.NewCollector(stats.Options{Groups: 5})
	for call, err := range record.ReadCalls(strings.NewReader(`{"UserName":"ada","CalcTime":20} 5 {"UserName":"bo","CalcTime":30}`)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		collector.Add(call)
	}
	fmt.Println(collector.Report().All.Calls, "calls")
	// Output:
	// read record 2 at byte 33: expected a record (a JSON object), found a number
	// 2 calls
}

// How an output has drifted from version to version.
func ExampleCollector_AddValue() {
	calls := record.ReadCalls(strings.NewReader(`
		{"ServiceRevision":"1.2.3","EngineDetails":{"response_data":{"outputs":{"Premium":100.10}}}}
		{"ServiceRevision":"1.2.3","EngineDetails":{"response_data":{"outputs":{"Premium":100.20}}}}
		{"ServiceRevision":"1.3.0","EngineDetails":{"response_data":{"outputs":{"Premium":105.30}}}}`))
	collector := stats.NewCollector(stats.Options{Value: "Premium", ValueBy: []stats.GroupBy{stats.ByVersion}})
	for call, err := range calls {
		if err != nil {
			panic(err)
		}
		premium, _ := call.Outputs.Get("Premium")
		collector.AddValue(call, premium)
	}
	for _, version := range collector.Report().Versions.Groups {
		fmt.Println(version.Name, version.Calls, version.Value.Mean)
	}
	// Output:
	// 1.2.3 2 100.15
	// 1.3.0 1 105.3
}
