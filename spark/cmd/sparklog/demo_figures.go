package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/stats"
)

// sumUp shows what sparklog stats tells of the archive.
func (d *demo) sumUp(archive *spark.Archive) error {
	report, err := stats.Calls(archive.Calls(), stats.Options{Groups: 3})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nWhat happened\n%s", report)
	return nil
}

// compareCalls shows what sparklog diff tells of the first call and the last.
func (d *demo) compareCalls(archive *spark.Archive) error {
	var first, last *spark.Call
	for call, err := range archive.Calls() {
		if err != nil {
			return err
		}
		if first == nil {
			first = call
		}
		last = call
	}
	fmt.Fprintf(d.out, "\nWhat differs between the first call and the last\n%s", compare.Calls(first, last, compare.Options{Ignore: []string{"metadata"}}))
	return nil
}

// keep shows what sparklog mirror does: a folder that holds every call since a
// day. The emulator's history begins on one that is long ago, so one window
// takes it all.
func (d *demo) keep(ctx context.Context, service *spark.Service) error {
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	since := spark.Date{Year: 2026, Month: 3, Day: 2}
	summary, err := mirror.Update(ctx, service, filepath.Join(folder, "history"), mirror.Options{Since: since, Days: 366})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nA folder that keeps every call since %s\n  fetched %s; it holds %s, and the next run fetches only what is new\n",
		since, counted(summary.Windows, "window"), counted(int(summary.Records), "record"))
	return nil
}
