package mirror_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// emulated is a service of the emulator with some calls of the last two days.
func emulated() (service *spark.Service, stop func()) {
	calls := sparktest.Generate(sparktest.History{Calls: 20, Span: 36 * time.Hour, End: time.Now().UTC()})
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("motor", "premium", calls...))
	if err != nil {
		panic(err)
	}
	transport := server.Transport()
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		panic(err)
	}
	return client.Service("motor", "premium"), func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	}
}

// Update a directory and read it. Run this every day.
func Example() {
	service, stop := emulated()
	defer stop()
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	since := spark.DateOf(time.Now().UTC().AddDate(0, 0, -7))
	summary, err := mirror.Update(context.Background(), service, dir, mirror.Options{Since: since})
	if err != nil {
		fmt.Println(err) // what has been fetched is kept; run it again to resume
		return
	}
	fmt.Println(summary.Windows, "windows fetched;", summary.Records, "records in all")

	directory, err := mirror.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	versions := map[string]int{}
	for call, err := range directory.Calls() {
		if err != nil {
			fmt.Println(err)
			return
		}
		versions[call.Version]++
	}
	fmt.Println("records by version:", versions)
	// Output:
	// 8 windows fetched; 23 records in all
	// records by version: map[1.4.2:13 2.0.0:10]
}
