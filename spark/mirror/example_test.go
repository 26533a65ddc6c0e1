package mirror_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

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

// emulatedMirror returns the directory of a mirror of such a service.
func emulatedMirror(days int) (dir string, remove func()) {
	service, stop := emulated()
	defer stop()
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		panic(err)
	}
	since := spark.DateOf(time.Now().UTC().AddDate(0, 0, -7))
	if _, err := mirror.Update(context.Background(), service, dir, mirror.Options{Since: since, Days: days}); err != nil {
		panic(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// Update a directory: run this every day.
func ExampleUpdate() {
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
	// Output: 8 windows fetched; 23 records in all
}

// Read all calls of a directory, one at a time.
func ExampleDirectory_Calls() {
	dir, remove := emulatedMirror(7)
	defer remove()
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
	fmt.Println(versions)
	// Output: map[1.4.2:13 2.0.0:10]
}

// Several workers share the windows. On several machines, each worker takes some of
// them, such as every third.
func ExampleWindow_Calls() {
	dir, remove := emulatedMirror(1)
	defer remove()
	directory, err := mirror.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	var workers errgroup.Group
	workers.SetLimit(4)
	var errors atomic.Int64
	for _, window := range directory.Windows() {
		workers.Go(func() error {
			for call, err := range window.Calls() {
				if err != nil {
					return err
				}
				errors.Add(int64(len(call.Errors)))
			}
			return nil
		})
	}
	fmt.Println(workers.Wait(), errors.Load())
	// Output: <nil> 2
}
