package spark_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// BenchmarkArchiveCalls streams calls out of an archive, against encoding/json
// into the same fields out of the same archive: short records of 2 kB that compress
// well, and long ones of 16 kB full of digits that don't.
func BenchmarkArchiveCalls(b *testing.B) {
	for _, size := range []struct {
		name           string
		records, table int
	}{{"short", 4000, 5}, {"long", 500, 200}} {
		text := recordList(size.records, size.table)
		data := packed(b, zip.Deflate, file{"calls.json", text})
		versus(b, "records="+size.name, func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				contents := rawFile(b, data)
				requireCount(b, size.records, rawRecords(contents))
				require.NoError(b, contents.Close())
			}
		}, func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				requireCount(b, size.records, newArchive(b, data).Calls())
			}
		})
	}
}

// BenchmarkParseCall decodes one record that is in memory.
func BenchmarkParseCall(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, table := range []int{5, 2500, 250_000} {
		text := []byte(recordWith(random, table))
		versus(b, fmt.Sprintf("size=%dkB", len(text)/1000), func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				require.NoError(b, json.Unmarshal(text, new(plainCall)))
			}
		}, func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				_, err := spark.ParseCall(text)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkArchiveRows streams rows out of an archive, typed columns and all,
// against encoding/csv with ReuseRecord, which gives strings only.
func BenchmarkArchiveRows(b *testing.B) {
	const count = 10_000
	text := rowList(count)
	data := packed(b, zip.Deflate, file{"rows.csv", text})
	versus(b, "rows=10k", func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			contents := rawFile(b, data)
			requireCount(b, count+1, rawRows(contents))
			require.NoError(b, contents.Close())
		}
	}, func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			requireCount(b, count, newArchive(b, data).Rows())
		}
	})
}

// BenchmarkReadRows is the same without an archive around.
func BenchmarkReadRows(b *testing.B) {
	const count = 10_000
	text := rowList(count)
	versus(b, "rows=10k", func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			requireCount(b, count+1, rawRows(strings.NewReader(text)))
		}
	}, func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			requireCount(b, count, spark.ReadRows(strings.NewReader(text)))
		}
	})
}

func requireCount[T any](b *testing.B, want int, all iter.Seq2[T, error]) {
	n := 0
	for _, err := range all {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	require.Equal(b, want, n)
}

// rawFile opens the only file of an archive with the standard library.
func rawFile(b *testing.B, data []byte) io.ReadCloser {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(b, err)
	contents, err := archive.File[0].Open()
	require.NoError(b, err)
	return contents
}

func rawRows(r io.Reader) iter.Seq2[[]string, error] {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	return func(yield func([]string, error) bool) {
		for {
			cells, err := reader.Read()
			if err == io.EOF || !yield(cells, err) {
				return
			}
		}
	}
}

func rawRecords(r io.Reader) iter.Seq2[*plainCall, error] {
	return func(yield func(*plainCall, error) bool) {
		decoder := json.NewDecoder(r)
		if _, err := decoder.Token(); err != nil {
			yield(nil, err)
			return
		}
		for decoder.More() {
			call := new(plainCall)
			if err := decoder.Decode(call); !yield(call, err) {
				return
			}
		}
	}
}

// recordList is a JSON file of records whose table output has the given number of rows.
func recordList(count, table int) string {
	random := rand.New(rand.NewPCG(1, 2))
	records := make([]string, count)
	for i := range records {
		records[i] = recordWith(random, table)
	}
	return "[" + strings.Join(records, ",") + "]"
}

func recordWith(random *rand.Rand, table int) string {
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

// rowList is a CSV file of rows.
func rowList(count int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(fixedHeader + ",Age,Sum insured,Name,Premium,Rate,Error Details,Warning Details\n")
	for i := range count {
		fmt.Fprintf(&b, "Call %d,2026-03-01T08:15:%02d+00:00,2026-03-01T00:00:00+00:00,1.2.3,c7f7a0e4-63a0-4d5a-9dd1-9ce3a6b7c002,ada@example.com,SPARK,,"+
			"Spark - API Tester,%08x-4f4c-4b1e-9d53-%012x,%d,%d,%d,%.4f,\"Name, \"\"quoted\"\"\",%.8f,%.12f,,\n",
			i, i%60, random.Uint32(), random.Uint64N(1<<48), random.IntN(100), random.IntN(200), random.IntN(99), random.Float64()*1e6, random.Float64()*1e4, random.Float64())
	}
	return b.String()
}
