package spark_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// The quick start of the README: what failed during the last week.
func Example() {
	ctx := context.Background()
	run := func() error {
		client, err := spark.NewClient("https://excel.uat.us.coherent.global/my-tenant", spark.BearerToken(os.Getenv("CSPARK_BEARER_TOKEN")))
		if err != nil {
			return err
		}
		service := client.Service("my-folder", "my-service")
		for call, err := range service.Calls(ctx, spark.Filter{From: time.Now().AddDate(0, 0, -7), HasErrors: spark.Yes}) {
			if err != nil {
				return err
			}
			fmt.Println(call.LogTime, call.ID, call.User, call.Errors)
		}
		return nil
	}
	if err := run(); err != nil {
		fmt.Println(err)
	}
}
