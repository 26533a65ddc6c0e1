package parquet_test

import (
	"bytes"
	"fmt"
	"os"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
)

// Convert a downloaded archive to a file for DuckDB:
//
//	SELECT version, avg("output_Premium") FROM 'calls.parquet' GROUP BY version
func ExampleWrite() {
	convert := func() error {
		archive, err := record.OpenArchive("calls.zip")
		if err != nil {
			return err
		}
		defer archive.Close()
		file, err := os.Create("calls.parquet")
		if err != nil {
			return err
		}
		defer file.Close()
		if err := parquet.Write(file, archive.Calls()); err != nil {
			return err
		}
		return file.Sync()
	}
	if err := convert(); err != nil {
		fmt.Println(err)
	}
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
