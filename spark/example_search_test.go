package spark_test

import (
	"context"
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// A search finds the calls, and GetCall fetches what they calculated.
func ExampleService_Search() {
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.Service("motor", "premium",
		sparktest.Call{ID: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", Time: time.Now().Add(-3 * time.Hour), User: "ada@example.com", TotalTime: 80 * time.Millisecond},
		sparktest.Call{ID: "7d444840-9dc0-11d1-b245-5ffdce74fad2", Time: time.Now().Add(-2 * time.Hour), User: "bob@example.com"},
		sparktest.Call{
			ID: "9b2c7f0e-6f0d-4a53-8c3e-0b7d1d3f9a02", Time: time.Now().Add(-time.Hour), User: "ada@example.com", TotalTime: 60 * time.Millisecond,
			Errors: []sparktest.Message{{Text: "age is too low"}},
		},
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ctx := context.Background()
	run := func(client *spark.Client) error {
		service := client.Service("motor", "premium")
		for found, err := range service.Search(ctx, spark.Query{From: time.Now().Add(-24 * time.Hour), User: "ada@example.com"}) {
			if err != nil {
				return err
			}
			call, err := client.GetCall(ctx, found.ID)
			if err != nil {
				return err
			}
			fmt.Println(found.ID, found.TotalTime, call.Errors)
		}
		return nil
	}
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(server.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := run(client); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 9b2c7f0e-6f0d-4a53-8c3e-0b7d1d3f9a02 60ms [age is too low]
	// 3f2504e0-4f89-41d3-9a0c-0305e82c3301 80ms []
}
