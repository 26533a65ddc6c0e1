package spark_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// A job is started by one process and saved by another: a queue worker, a step
// of a workflow, or the next run of a cron job. What passes between them is a
// line of JSON.
func ExampleJob() {
	server, err := sparktest.Start() // stands for the platform
	if err != nil {
		panic(err)
	}
	defer server.Close()
	ctx := context.Background()

	// The first process starts the job, and ends.
	start := func() ([]byte, error) {
		client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
		if err != nil {
			return nil, err
		}
		defer client.CloseIdleConnections()
		job, err := client.Service(server.Folder, server.Service).StartExport(ctx, spark.FormatJSON, spark.Filter{HasErrors: spark.Yes})
		if err != nil {
			return nil, err
		}
		return json.Marshal(job)
	}
	// The second one waits until it is done, and saves it. If that one is stopped too, a
	// third one continues.
	finish := func(handle []byte, path string) error {
		var job spark.Job
		if err := json.Unmarshal(handle, &job); err != nil {
			return err
		}
		client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
		if err != nil {
			return err
		}
		defer client.CloseIdleConnections()
		job = client.Service(job.Folder, job.Service).Job(job.Format, job.ID)
		if _, err := job.Wait(ctx, spark.WithWaitLimit(time.Hour)); err != nil {
			return err
		}
		return job.Save(ctx, path, spark.WithOverwrite())
	}

	handle, err := start()
	if err != nil {
		panic(err)
	}
	directory, err := os.MkdirTemp("", "spark-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	path := filepath.Join(directory, "calls.zip")
	if err := finish(handle, path); err != nil {
		panic(err)
	}
	archive, err := record.OpenArchive(path)
	if err != nil {
		panic(err)
	}
	defer archive.Close()
	failed := 0
	for _, err := range archive.Calls() {
		if err != nil {
			panic(err)
		}
		failed++
	}
	fmt.Println(failed, "calls with errors")
	// Output: 8 calls with errors
}
