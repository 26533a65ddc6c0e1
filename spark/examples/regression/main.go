// Regression compares the calls of a new version of a model with last month's
// calls of the version in production, and fails if an output, an error or a
// warning differs for the same inputs.
//
// First run the new version with last month's inputs, for example in Spark's
// Testing Center. Its calls are then in the history as well:
//
//	go run ./spark/examples/regression FOLDER SERVICE VERSION_ID NEW_VERSION_ID
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
	"github.com/sparkgo/spark-go/spark/compare"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 5 {
		log.Fatal("usage: regression FOLDER SERVICE VERSION_ID NEW_VERSION_ID")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		log.Fatal(err)
	}
}

func run(folder, name, versionID, newVersionID string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	client, err := spark.NewClientFromEnv()
	if err != nil {
		return err
	}
	service := client.Service(folder, name)
	year, month, _ := time.Now().UTC().Date()
	production := service.Calls(ctx, spark.Filter{
		From:      time.Date(year, month-1, 1, 0, 0, 0, 0, time.UTC),
		To:        time.Date(year, month, 1, 0, 0, 0, 0, time.UTC),
		VersionID: versionID,
	})
	candidate := service.Calls(ctx, spark.Filter{VersionID: newVersionID})

	report, err := compare.Archives(production, candidate, compare.ByInputs, compare.Options{
		Tolerance: compare.Tolerance{Absolute: 0.005}, // half a cent
		Ignore:    []string{"metadata"},
	})
	if err != nil {
		return err
	}
	fmt.Print(report)
	if report.Differing > 0 {
		return fmt.Errorf("%d of %d calls differ", report.Differing, report.Equal+report.Differing)
	}
	if report.Equal == 0 {
		return errors.New("nothing was compared: the versions have no call with the same inputs")
	}
	return nil
}
