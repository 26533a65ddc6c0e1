// Package samples generates call records for tests and benchmarks.
package samples

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// CSVHeader names the columns that begin every CSV export.
const CSVHeader = "Description,Log Time,Transaction date,Version,Version ID,User name,Source system,Correlation ID,Call purpose,Call ID,Calc time (ms),Total time (ms)"

// Records returns a JSON file of records. Their output table has the given number of rows.
func Records(count, table int) string {
	random := rand.New(rand.NewPCG(1, 2))
	records := make([]string, count)
	for i := range records {
		records[i] = Record(random, table)
	}
	return "[" + strings.Join(records, ",") + "]"
}

// Record returns a record with random values. Its output table has the given number of rows.
func Record(random *rand.Rand, table int) string {
	rows := make([]string, table)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"Year":%d,"Amount":%.4f,"Discount":%.10f,"Note":"row %d"}`, i, random.Float64()*1e5, random.Float64(), i)
	}
	id := fmt.Sprintf("%08x-4f4c-4b1e-9d53-%012x", random.Uint32(), random.Uint64N(1<<48))
	return fmt.Sprintf(`{"EngineCallId":%q,"LogTime":"2026-03-01T08:15:30.%06d","TransactionDate":"2026-03-01T00:00:00.000000","SourceSystem":"SPARK",`+
		`"Purpose":"Spark - API Tester","UserName":"ada@example.com","HostName":"excel.uat.us.coherent.global","Tenant":"my-tenant","Service":"term-life",`+
		`"Product":"Pricing","EngineDetails":{"request_data":{"inputs":{"Age":%d,"Sum insured":%.2f,"Smoker":false,"Name":"Zoë O'Neill",`+
		`"Riders":[{"Code":"CI","Share":0.10},{"Code":"TPD","Share":%.12f,"Wait":null}]}},"request_meta":{"service_uri":null,`+
		`"service_id":"5c0e2a0a-0c57-4ef5-8a49-64a3a4a1b001","version":"1.2.3","version_id":"c7f7a0e4-63a0-4d5a-9dd1-9ce3a6b7c002",`+
		`"transaction_date":"2026-03-01T00:00:00.000Z","call_purpose":"Spark - API Tester","source_system":"SPARK","correlation_id":"",`+
		`"requested_output":null,"service_category":"","compiler_type":"Neuron","array_outputs":null,"response_data_inputs":false,`+
		`"parameterset_version_id":null,"validation_type":null,"xreport_options":null},"response_data":{"outputs":{"Premium":%.8f,"Cashflows":[%s]},`+
		`"warnings":null,"errors":null,"service_chain":null},"response_meta":{"spark_total_time":60,"service_id":"5c0e2a0a-0c57-4ef5-8a49-64a3a4a1b001",`+
		`"version_id":"c7f7a0e4-63a0-4d5a-9dd1-9ce3a6b7c002","version":"1.2.3","process_time":25,"call_id":%q,"compiler_type":"Neuron",`+
		`"compiler_version":"1.12.0","source_hash":null,"engine_id":"engine-%d","correlation_id":"","parameterset_version_id":null,"system":"SPARK",`+
		`"request_timestamp":"2026-03-01T08:15:30.060Z"}},"CalcTime":25,"SparkTotalTime":60,"ServiceRevision":"0.4.2","APIVersion":"V3","ControlLogReference":null}`,
		id, random.IntN(1e6), random.IntN(100), random.Float64()*1e6, random.Float64(), random.Float64()*1e4, strings.Join(rows, ","), id, random.IntN(9))
}

// Rows returns a CSV file with the given number of rows.
func Rows(count int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(CSVHeader + ",Age,Sum insured,Name,Premium,Rate,Error Details,Warning Details\n")
	for i := range count {
		fmt.Fprintf(&b, "Call %d,2026-03-01T08:15:%02d+00:00,2026-03-01T00:00:00+00:00,1.2.3,c7f7a0e4-63a0-4d5a-9dd1-9ce3a6b7c002,ada@example.com,SPARK,,"+
			"Spark - API Tester,%08x-4f4c-4b1e-9d53-%012x,%d,%d,%d,%.4f,\"Name, \"\"quoted\"\"\",%.8f,%.12f,,\n",
			i, i%60, random.Uint32(), random.Uint64N(1<<48), random.IntN(100), random.IntN(200), random.IntN(99), random.Float64()*1e6, random.Float64()*1e4, random.Float64())
	}
	return b.String()
}
