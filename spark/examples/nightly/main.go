// Nightly keeps every call of a service since a day in a directory, as ZIP
// archives and as Parquet files. README.md shows how to schedule it and how to
// query the files.
//
//	go run ./spark/examples/nightly FOLDER SERVICE DIRECTORY SINCE
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: nightly FOLDER SERVICE DIRECTORY SINCE")
	}
	since, err := spark.ParseDate(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], since); err != nil {
		log.Fatal(err)
	}
}

func run(folder, name, directory string, since spark.Date) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	client, err := spark.NewClientFromEnv()
	if err != nil {
		return err
	}
	summary, err := mirror.Update(ctx, client.Service(folder, name), directory, mirror.Options{
		Since:   since,
		Days:    7,
		Parquet: true,
		OnProgress: func(p mirror.Progress) {
			log.Printf("fetched %s, %d of %d windows", p.Window, p.Done, p.Total)
		},
	})
	if errors.Is(err, mirror.ErrLocked) {
		log.Print(err) // last night's run hasn't finished
		return nil
	}
	log.Printf("%d windows fetched; %s now has %d calls since %s", summary.Windows, directory, summary.Records, summary.Since)
	return err // what was fetched is kept, and the next run fetches the missing windows
}
