package spark_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/stretchr/testify/require"
)

// BenchmarkArchiveCalls streams calls out of an archive, against encoding/json
// into the same fields over the same archive: short records of 2 kB that compress
// well, and long ones of 16 kB full of digits that don't.
func BenchmarkArchiveCalls(b *testing.B) {
	for _, size := range []struct {
		name           string
		records, table int
	}{{"short", 4000, 5}, {"long", 500, 200}} {
		text := recordList(size.records, size.table)
		data := packed(b, zip.Deflate, file{"calls.json", text})
		b.Run(size.name+"/spark", func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				requireCount(b, size.records, newArchive(b, data).Calls())
			}
		})
		b.Run(size.name+"/encoding-json", func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				requireCount(b, size.records, plainCalls(newArchive(b, data)))
			}
		})
	}
}

// BenchmarkParseCall decodes one record that is in memory.
func BenchmarkParseCall(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, table := range []int{5, 2500, 250_000} {
		text := []byte(recordWith(random, table))
		name := fmt.Sprintf("%dkB", len(text)/1000)
		b.Run(name+"/spark", func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				_, err := spark.ParseCall(text)
				require.NoError(b, err)
			}
		})
		b.Run(name+"/encoding-json", func(b *testing.B) {
			measure(b, len(text))
			for b.Loop() {
				var call plainCall
				require.NoError(b, json.Unmarshal(text, &call))
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
	b.Run("spark", func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			requireCount(b, count, newArchive(b, data).Rows())
		}
	})
	b.Run("encoding-csv", func(b *testing.B) {
		measure(b, len(text))
		for b.Loop() {
			requireCount(b, count+1, plainRows(open(b, newArchive(b, data), "rows.csv")))
		}
	})
}

// BenchmarkReadRows is the same without an archive around.
func BenchmarkReadRows(b *testing.B) {
	const count = 10_000
	file := rowList(count)
	b.Run("spark", func(b *testing.B) {
		measure(b, len(file))
		for b.Loop() {
			requireCount(b, count, spark.ReadRows(strings.NewReader(file)))
		}
	})
	b.Run("encoding-csv", func(b *testing.B) {
		measure(b, len(file))
		for b.Loop() {
			requireCount(b, count+1, plainRows(strings.NewReader(file)))
		}
	})
}

// BenchmarkArchiveGrowth shows that memory doesn't grow with the number of
// records: peak-B is the largest heap seen on the way.
func BenchmarkArchiveGrowth(b *testing.B) {
	for _, count := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "calls.zip")
			size := writeCalls(b, path, count)
			archive, err := spark.OpenArchive(path)
			require.NoError(b, err)
			defer archive.Close()
			measure(b, size)
			runtime.GC()
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			before, peak, n := stats.HeapAlloc, uint64(0), 0
			for b.Loop() {
				for _, err := range archive.Calls() {
					require.NoError(b, err)
					if n++; n%1000 == 0 {
						runtime.ReadMemStats(&stats)
						peak = max(peak, stats.HeapAlloc)
					}
				}
			}
			b.ReportMetric(float64(peak-before), "peak-B")
		})
	}
}

// writeCalls writes an archive of one JSON file with that many records.
func writeCalls(b *testing.B, path string, count int) (size int) {
	target, err := os.Create(path)
	require.NoError(b, err)
	writer := zip.NewWriter(target)
	entry, err := writer.Create("calls.json")
	require.NoError(b, err)
	part := strings.Repeat(recordWith(rand.New(rand.NewPCG(1, 2)), 5)+"\n", 100)
	for range count / 100 {
		_, err = io.WriteString(entry, part)
		require.NoError(b, err)
	}
	require.NoError(b, writer.Close())
	require.NoError(b, target.Close())
	return count / 100 * len(part)
}

func measure(b *testing.B, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
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

func open(b *testing.B, archive *spark.Archive, name string) io.Reader {
	contents, err := archive.Open(name)
	require.NoError(b, err)
	b.Cleanup(func() { _ = contents.Close() })
	return contents
}

func plainRows(r io.Reader) iter.Seq2[[]string, error] {
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	return func(yield func([]string, error) bool) {
		for {
			record, err := reader.Read()
			if err == io.EOF || !yield(record, err) {
				return
			}
		}
	}
}

func plainCalls(archive *spark.Archive) iter.Seq2[*plainCall, error] {
	return func(yield func(*plainCall, error) bool) {
		contents, err := archive.Open("calls.json")
		if err != nil {
			yield(nil, err)
			return
		}
		defer contents.Close()
		decoder := json.NewDecoder(contents)
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

// plainCall has the fields of a Call in the layout of the record, for encoding/json.
type plainCall struct {
	EngineCallID, SourceSystem, Purpose, UserName, HostName, Tenant, Service, Product string
	LogTime, TransactionDate                                                          plainTime
	EngineDetails                                                                     struct {
		RequestData struct {
			Inputs json.RawMessage `json:"inputs"`
		} `json:"request_data"`
		RequestMeta struct {
			ServiceURI            string          `json:"service_uri"`
			ServiceID             string          `json:"service_id"`
			Version               string          `json:"version"`
			VersionID             string          `json:"version_id"`
			TransactionDate       plainTime       `json:"transaction_date"`
			CallPurpose           string          `json:"call_purpose"`
			SourceSystem          string          `json:"source_system"`
			CorrelationID         string          `json:"correlation_id"`
			RequestedOutput       []string        `json:"requested_output"`
			ServiceCategory       string          `json:"service_category"`
			CompilerType          string          `json:"compiler_type"`
			ArrayOutputs          []string        `json:"array_outputs"`
			ResponseDataInputs    bool            `json:"response_data_inputs"`
			ParameterSetVersionID string          `json:"parameterset_version_id"`
			ValidationType        string          `json:"validation_type"`
			XReportOptions        json.RawMessage `json:"xreport_options"`
		} `json:"request_meta"`
		ResponseData struct {
			Outputs      json.RawMessage      `json:"outputs"`
			Warnings     []spark.ModelWarning `json:"warnings"`
			Errors       []spark.ModelError   `json:"errors"`
			ServiceChain json.RawMessage      `json:"service_chain"`
		} `json:"response_data"`
		ResponseMeta struct {
			SparkTotalTime        float64   `json:"spark_total_time"`
			ServiceID             string    `json:"service_id"`
			VersionID             string    `json:"version_id"`
			Version               string    `json:"version"`
			ProcessTime           float64   `json:"process_time"`
			CallID                string    `json:"call_id"`
			CompilerType          string    `json:"compiler_type"`
			CompilerVersion       string    `json:"compiler_version"`
			SourceHash            string    `json:"source_hash"`
			EngineID              string    `json:"engine_id"`
			CorrelationID         string    `json:"correlation_id"`
			ParameterSetVersionID string    `json:"parameterset_version_id"`
			System                string    `json:"system"`
			RequestTimestamp      plainTime `json:"request_timestamp"`
		} `json:"response_meta"`
	}
	CalcTime, SparkTotalTime                         float64
	ServiceRevision, APIVersion, ControlLogReference string
}

// plainTime reads the platform's most frequent time stamps as simply as can be.
type plainTime struct{ time.Time }

func (p *plainTime) UnmarshalJSON(data []byte) (err error) {
	p.Time, err = time.Parse("2006-01-02T15:04:05.999999999", strings.TrimSuffix(strings.Trim(string(data), `"`), "Z"))
	return err
}
