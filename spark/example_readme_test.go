package spark_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/sparkgo/spark-go/spark/stats"
)

// The export of the README, step by step.
func ExampleService_StartExport() {
	ctx := context.Background()
	run := func(service *spark.Service) error {
		job, err := service.StartExport(ctx, spark.FormatJSON, spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 1}})
		if err != nil {
			return err
		}
		if _, err := job.Wait(ctx, spark.WithProgress(func(p spark.WaitProgress) { fmt.Println(p.Status, p.Elapsed) })); err != nil {
			return err
		}
		if err := job.Save(ctx, "calls.zip"); err != nil {
			return err
		}
		archive, err := record.OpenArchive("calls.zip")
		if err != nil {
			return err
		}
		defer archive.Close()
		for call, err := range archive.Calls() {
			if err != nil {
				return err
			}
			premium, err := record.ValueAs[json.Number](call.Outputs, "Premium")
			fmt.Println(call.ID, premium, err)
		}
		return nil
	}
	client, err := spark.NewClientFromEnv()
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := run(client.Service("my-folder", "my-service")); err != nil {
		fmt.Println(err)
	}
}

// Keeping, comparing and seeing, as in the README.
func Example_keepCompareSee() {
	ctx := context.Background()
	keep := func(service *spark.Service) error {
		summary, err := mirror.Update(ctx, service, "history", mirror.Options{Since: spark.Date{Year: 2026, Month: 3, Day: 1}, Parquet: true})
		if err != nil {
			return err // what has been fetched is kept
		}
		fmt.Println(summary.Windows, "windows fetched,", summary.Records, "records kept")
		directory, err := mirror.Open("history")
		if err != nil {
			return err
		}
		report, err := stats.Calls(directory.Calls(), stats.Options{})
		if err != nil {
			return err
		}
		fmt.Print(report)
		return nil
	}
	tell := func(yesterday, today *record.Call, before, after *record.Archive) error {
		diff := compare.Calls(yesterday, today, compare.Options{Tolerance: compare.Tolerance{Absolute: 0.005}})
		fmt.Print(diff) // why is this price different?

		changes, err := compare.Archives(before.Calls(), after.Calls(), compare.ByInputs, compare.Options{Ignore: []string{"metadata"}})
		if err != nil {
			return err
		}
		fmt.Print(changes) // what did the new version change?
		return nil
	}
	client, err := spark.NewClientFromEnv()
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := keep(client.Service("my-folder", "my-service")); err != nil {
		fmt.Println(err)
	}
	_ = tell // with calls and archives from anywhere
}

// The test of the README.
func TestReadmeFault(t *testing.T) {
	server := sparktest.NewServer(t)
	server.Fault(sparktest.File, sparktest.ResetAfter(1000))
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	require.NoError(t, client.Service(server.Folder, server.Service).WriteWorkbook(t.Context(), server.Calls()[0].ID, new(discard)))
	require.Len(t, server.Requests(sparktest.File), 2)
}
