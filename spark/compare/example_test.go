package compare_test

import (
	"fmt"
	"strings"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

// Why is this price different?
func Example() {
	yesterday, err := record.ParseCall([]byte(`{"EngineCallId":"call-1","EngineDetails":{
		"request_data":{"inputs":{"Age":41,"Sum":250000}},
		"response_data":{"outputs":{"Premium":1234.50,"Cashflows":[{"Year":2026,"Amount":100.10},{"Year":2027,"Amount":100.10}]}},
		"response_meta":{"version":"1.2.3"}}}`))
	if err != nil {
		panic(err)
	}
	today, err := record.ParseCall([]byte(`{"EngineCallId":"call-2","EngineDetails":{
		"request_data":{"inputs":{"Age":42,"Sum":2.5e5}},
		"response_data":{"outputs":{"Premium":1249.75,"Cashflows":[{"Year":2026,"Amount":100.1},{"Year":2027,"Amount":101.35}],"Note":null}},
		"response_meta":{"version":"1.2.3"}}}`))
	if err != nil {
		panic(err)
	}
	fmt.Print(compare.Calls(yesterday, today, compare.Options{Ignore: []string{"metadata.Call ID"}}))
	// Output:
	// A  call-1  version 1.2.3
	// B  call-2  version 1.2.3
	// outputs
	//   ~ Premium                      1234.50 → 1249.75  (+15.25, +1.24%)
	//   ~ Cashflows[Year=2027].Amount  100.10 → 101.35  (+1.25, +1.25%)
	//   + Note                         null
	// inputs
	//   ~ Age  41 → 42  (+1, +2.44%)
}

// What did the new version change? The same inputs were given to both versions.
func ExampleArchives() {
	before := record.ReadCalls(strings.NewReader(`
		{"EngineCallId":"a1","EngineDetails":{"request_data":{"inputs":{"Age":41}},"response_data":{"outputs":{"Premium":100.00}}}}
		{"EngineCallId":"a2","EngineDetails":{"request_data":{"inputs":{"Age":42}},"response_data":{"outputs":{"Premium":110.00}}}}
		{"EngineCallId":"a3","EngineDetails":{"request_data":{"inputs":{"Age":43}},"response_data":{"outputs":{"Premium":120.00}}}}`))
	after := record.ReadCalls(strings.NewReader(`
		{"EngineCallId":"b1","EngineDetails":{"request_data":{"inputs":{"Age":42}},"response_data":{"outputs":{"Premium":110}}}}
		{"EngineCallId":"b2","EngineDetails":{"request_data":{"inputs":{"Age":43}},"response_data":{"outputs":{"Premium":123.5}}}}
		{"EngineCallId":"b3","EngineDetails":{"request_data":{"inputs":{"Age":44}},"response_data":{"outputs":{"Premium":130}}}}`))
	report, err := compare.Archives(before, after, compare.ByInputs, compare.Options{Ignore: []string{"metadata"}})
	if err != nil {
		panic(err)
	}
	fmt.Print(report)
	// Output:
	// 3 calls in A, 3 in B: 1 equal, 1 differ, 1 only in A, 1 only in B
	//
	// Fields that differ
	//   field            calls  changes    largest difference
	//   outputs.Premium  1      1 changed  120.00 → 123.5  (+3.5, +2.92%) in b2
	//
	// Only in A
	//   a1
	//
	// Only in B
	//   b3
	//
	// Differing calls
	//
	// A  a3
	// B  b2
	// outputs
	//   ~ Premium  120.00 → 123.5  (+3.5, +2.92%)
}
