// Command importer is a program of somebody else's that uses the library, to
// see what the library brings along.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/sparkgo/spark-go/spark"
)

func main() {
	client, err := spark.NewClientFromEnv()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for call, err := range client.Service("folder", "service").Calls(context.Background(), spark.Filter{}) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(call.ID)
	}
}
