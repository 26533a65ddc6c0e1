package main

import (
	"fmt"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
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
