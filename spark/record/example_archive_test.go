package record_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// Read the calls of an archive that was downloaded earlier. One of its files is cut
// short; the others are read nevertheless.
func ExampleArchive_Calls() {
	archive, err := record.OpenArchive("testdata/archives/calls.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	for call, err := range archive.Calls() {
		if err != nil {
			fmt.Println(err)
			continue // or break
		}
		premium, _ := call.Outputs.Get("Premium")
		fmt.Println(call.ID, premium, call.Errors)
	}
	// Output:
	// call-1 1234.50 []
	// call-2 null [Age must be at least 18]
	// call-3 99.10 []
	// read 2026-03-01/calls-2.json, record 2 at byte 274: the file ends in the middle of the record
	// call-4 0.1234567890123456789 []
}

// Read the rows of a CSV export. The files of one archive may have different columns.
func ExampleArchive_Rows() {
	archive, err := record.OpenArchive("testdata/archives/rows.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	for row, err := range archive.Rows() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row.CallID, row.LogTime, row.TotalTime)
		for name, text := range row.All() {
			fmt.Printf("  %s = %q\n", name, text)
		}
		for _, problem := range row.Problems() {
			fmt.Println("  !", problem)
		}
	}
	// Output:
	// call-1 2026-03-01 08:15:30 +0000 UTC 60ms
	//   Age = "42"
	//   Premium = "1234.50"
	// call-2 2026-03-02 09:00:00 +0000 UTC 61ms
	//   Age = "17"
	//   Smoker = "no"
	//   Premium = ""
	//   ! v2.csv: line 2, column 11 (Calc time (ms)): not a number of milliseconds
}

// An archive is an fs.FS, so its other files can be read as well.
func ExampleArchive_Open() {
	archive, err := record.OpenArchive("testdata/archives/calls.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	text, err := fs.ReadFile(archive, "readme.txt")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", text)
	// Output:
	// Calls of 1 March 2026
}

// Unpack all files of an archive.
func ExampleArchive_Extract() {
	archive, err := record.OpenArchive("testdata/archives/rows.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	dir, err := os.MkdirTemp("", "rows")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := archive.Extract(dir); err != nil {
		log.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		fmt.Println(filepath.Base(name))
	}
	// Output:
	// v1.csv
	// v2.csv
}

// A server that is down may respond with a page under the name of the archive.
func ExampleOpenArchive() {
	page := filepath.Join(os.TempDir(), "page.zip")
	if err := os.WriteFile(page, []byte("<html>Bad gateway</html>"), 0o600); err != nil {
		log.Fatal(err)
	}
	defer os.Remove(page)
	_, err := record.OpenArchive(page)
	fmt.Println(errors.Is(err, record.ErrCorrupt))
	fmt.Println(strings.ReplaceAll(err.Error(), page, "page.zip"))
	// Output:
	// true
	// open archive page.zip: not a complete ZIP archive: it looks like HTML
}

// Read a JSON file that was unpacked before.
func ExampleReadCalls() {
	file := strings.NewReader(`{"EngineCallId":"call-1","CalcTime":25}
{"EngineCallId":"call-2","CalcTime":"3.5"}`)
	for call, err := range record.ReadCalls(file) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(call.ID, call.CalcTime)
	}
	// Output:
	// call-1 25ms
	// call-2 3.5ms
}

// Read a CSV file that somebody saved with Excel.
func ExampleReadRows() {
	file := strings.NewReader("Call ID;Calc time (ms);Premium\r\ncall-1;25,5;\"1234,50\"\r\n")
	for row, err := range record.ReadRows(file) {
		if err != nil {
			log.Fatal(err)
		}
		premium, _ := row.Get("Premium")
		fmt.Println(row.CallID, row.CalcTime, premium)
	}
	// Output:
	// call-1 25.5ms 1234,50
}
