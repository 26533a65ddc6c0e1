// Failures prints last week's calls of a service that ended in errors, and how
// often each reason occurred.
//
//	go run ./spark/examples/failures FOLDER SERVICE
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: failures FOLDER SERVICE")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(folder, name string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	client, err := spark.NewClientFromEnv()
	if err != nil {
		return err
	}
	failed := spark.Filter{From: time.Now().AddDate(0, 0, -7), HasErrors: spark.Yes}
	calls := 0
	reasons := map[string]int{}
	for call, err := range client.Service(folder, name).Calls(ctx, failed, spark.WithWaitLimit(time.Hour)) {
		if err != nil {
			return err
		}
		calls++
		fmt.Printf("%s  %s  version %s  %s\n", call.LogTime.Format(time.DateTime), call.ID, call.Version, call.User)
		for _, modelError := range call.Errors {
			fmt.Println("  ", modelError)
			reasons[modelError.String()]++
		}
	}

	fmt.Printf("\nFailed calls: %d\n", calls)
	mostFrequent := func(a, b string) int {
		return cmp.Or(cmp.Compare(reasons[b], reasons[a]), cmp.Compare(a, b))
	}
	for _, reason := range slices.SortedFunc(maps.Keys(reasons), mostFrequent) {
		fmt.Printf("%6d × %s\n", reasons[reason], reason)
	}
	return nil
}
