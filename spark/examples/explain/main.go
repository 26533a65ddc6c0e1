// Explain prints what went into a call and what came out of it, to see why a
// price is what it is: inputs, outputs, errors and warnings, every digit kept.
//
//	go run ./spark/examples/explain CALL_ID
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: explain CALL_ID")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(callID string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	client, err := spark.NewClientFromEnv()
	if err != nil {
		return err
	}
	call, err := client.GetCall(ctx, callID)
	if errors.Is(err, spark.ErrNotFound) {
		return fmt.Errorf("tenant %s has no call %s", client.Tenant(), callID)
	}
	if err != nil {
		return err
	}

	fmt.Printf("%s/%s, version %s (%s), called %s by %s\n",
		call.Folder, call.Service, call.Version, call.VersionID, call.LogTime.Format(time.DateTime+" MST"), call.User)
	printValues("Inputs", call.Inputs)
	printValues("Outputs", call.Outputs)
	for _, modelError := range call.Errors {
		fmt.Println("Error:", modelError)
	}
	for _, warning := range call.Warnings {
		fmt.Println("Warning:", warning)
	}
	for _, problem := range call.Problems() {
		fmt.Println("Can't be read:", problem)
	}
	return nil
}

func printValues(title string, values record.Values) {
	fmt.Printf("%s:\n", title)
	for name, value := range values.All() {
		fmt.Printf("  %s = %s\n", name, value)
	}
}
