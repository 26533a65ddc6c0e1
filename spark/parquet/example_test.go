package parquet_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
)

// Convert calls to a file for DuckDB, Apache Spark or pandas. The calls come from an
// archive, or from anything else that streams them.
//
//	SELECT version, avg("output_Premium") FROM 'calls.parquet' GROUP BY version
func Example() {
	calls := record.ReadCalls(strings.NewReader(`
		{"LogTime":"2026-03-02T08:15:30","ServiceRevision":"1.2.3","EngineDetails":{"response_data":{"outputs":{"Premium":100.10}}}}
		{"LogTime":"2026-03-03T09:00:00","ServiceRevision":"1.3.0","EngineDetails":{"response_data":{"outputs":{"Premium":105.30}}}}`))
	file, err := os.Create(filepath.Join(os.TempDir(), "calls.parquet"))
	if err != nil {
		log.Fatal(err)
	}
	if err := parquet.Write(file, calls); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("written:", filepath.Base(file.Name()))
	// Output: written: calls.parquet
}

// Write the files of several days with the same columns.
func ExampleSchema() {
	days := []string{`{"Age":30}`, `{"Age":30.5,"Region":"North"}`}
	write := func() error {
		var schema parquet.Schema
		for _, day := range days {
			call, err := record.ParseCall([]byte(`{"EngineDetails":{"request_data":{"inputs":` + day + `}}}`))
			if err != nil {
				return err
			}
			schema.Learn(call)
		}
		for _, day := range days {
			var file bytes.Buffer
			call, err := record.ParseCall([]byte(`{"EngineDetails":{"request_data":{"inputs":` + day + `}}}`))
			if err != nil {
				return err
			}
			if err := schema.Write(&file, func(yield func(*record.Call, error) bool) { yield(call, nil) }); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Println(write())
	// Output: <nil>
}
