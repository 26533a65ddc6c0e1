package spark_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// The export of the README, step by step.
func ExampleService_StartExport() {
	ctx := context.Background()
	run := func(service *spark.Service) error {
		job, err := service.StartExport(ctx, spark.JSON, spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 1}})
		if err != nil {
			return err
		}
		if _, err := job.Wait(ctx, spark.OnProgress(func(p spark.Progress) { fmt.Println(p.Status, p.Remaining) })); err != nil {
			return err
		}
		if err := job.Save(ctx, "calls.zip"); err != nil {
			return err
		}
		archive, err := spark.OpenArchive("calls.zip")
		if err != nil {
			return err
		}
		defer archive.Close()
		for call, err := range archive.Calls() {
			if err != nil {
				return err
			}
			premium, err := spark.ValueAs[json.Number](call.Outputs, "Premium")
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
