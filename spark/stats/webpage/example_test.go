package webpage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/webpage"
)

// Write the figures of some calls to a web page. The calls come from an archive, or from
// anything else that streams them.
func Example() {
	calls := record.ReadCalls(strings.NewReader(`
		{"LogTime":"2026-03-02T08:15:30","UserName":"ada","ServiceRevision":"1.2.3","CalcTime":20,"SparkTotalTime":50}
		{"LogTime":"2026-03-03T08:00:00","UserName":"bo","ServiceRevision":"1.3.0","CalcTime":1500,"SparkTotalTime":1600}`))
	report, err := stats.Calls(calls, stats.Options{})
	if err != nil {
		panic(err)
	}
	page, err := os.Create(filepath.Join(os.TempDir(), "calls.html"))
	if err != nil {
		panic(err)
	}
	defer os.Remove(page.Name())
	defer page.Close()
	if err := webpage.Write(page, report, "motor/premium"); err != nil {
		panic(err)
	}
	fmt.Println("the page is about", report.Summary())
	// Output: the page is about 2 calls from 2026-03-02 08:15 to 2026-03-03 08:00 UTC
}
