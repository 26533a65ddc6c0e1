package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
)

// sumUp shows what sparklog stats tells of the archive.
func (d *demo) sumUp(archive *record.Archive) error {
	report, err := stats.Calls(archive.Calls(), stats.Options{Groups: 3})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nWhat happened\n%s", report)
	return nil
}

// compareCalls shows what sparklog diff tells of the first call and the last.
func (d *demo) compareCalls(archive *record.Archive) error {
	var first, last *record.Call
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
// day, and a second run that fetches only what may be new.
func (d *demo) keep(ctx context.Context, service *spark.Service) error {
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	dir := filepath.Join(folder, "history")
	since := spark.Date{Year: 2026, Month: 3, Day: 2} // the emulator's first day, however long ago
	fmt.Fprintf(d.out, "\nA folder that keeps every call since %s, as ZIPs and as Parquet\n", since)
	options := mirror.Options{Since: since, Days: daysSince(since)/4 + 1, Parallel: 4, Parquet: true}
	for _, run := range []string{"first", "second"} {
		summary, err := mirror.Update(ctx, service, dir, options)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "  the %s run fetched %s; the folder holds %s\n", run, counted(summary.Windows, "window"), counted(int(summary.Records), "record"))
	}
	return d.readBack(dir)
}

func daysSince(day spark.Date) int { return int(time.Since(day.In(time.UTC)) / (24 * time.Hour)) }

// readBack reads the folder as one stream of calls.
func (d *demo) readBack(dir string) error {
	folder, err := mirror.Open(dir)
	if err != nil {
		return err
	}
	versions := map[string]int{}
	for call, err := range folder.Calls() {
		if err != nil {
			return err
		}
		versions[call.Version]++
	}
	for _, version := range slices.Sorted(maps.Keys(versions)) {
		fmt.Fprintf(d.out, "  of version %s: %s\n", plain(version), counted(versions[version], "record"))
	}
	return nil
}
