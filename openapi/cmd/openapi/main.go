// Command openapi turns the vendor's published pages into the document that
// the client is generated from, and into the client.
//
//	openapi import [PAGE…] imports pages, OpenAPI files, directories of them or URLs, and regenerates everything;
//	                       without any it fetches the pages again whose URLs are known
//	openapi build          makes openapi/spark.yaml and gen/ from the committed documents
//	openapi diff OLD NEW   reports what changed between two pages, OpenAPI files or directories
//
// It is run in the project's root, by make spec, make generate and make spec-diff.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/files"
	"github.com/sparkgo/spark-go/openapi/internal/pipeline"
)

const usage = "usage: openapi import [PAGE…] | openapi build | openapi diff OLD NEW"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, faults io.Writer) int {
	project := pipeline.Project{Root: ".", Module: "."}
	var err error
	switch {
	case len(args) > 0 && args[0] == "import":
		err = project.Import(ctx, args[1:], out)
	case len(args) == 1 && args[0] == "build":
		err = project.Build(ctx, out)
	case len(args) == 3 && args[0] == "diff":
		err = project.Diff(ctx, args[1], args[2], out)
	default:
		fmt.Fprintln(faults, usage)
		return 2
	}
	if err == nil {
		return 0
	}
	complaints := complaintsOf(err)
	for i, complaint := range complaints {
		if !slices.Contains(complaints[:i], complaint) {
			fmt.Fprintf(faults, "openapi: %s\n", complaint)
		}
	}
	if args[0] != "diff" && !errors.Is(err, files.ErrIncomplete) {
		fmt.Fprintln(faults, "openapi: nothing was written")
	}
	return 1
}

// complaintsOf returns the errors that an error joins.
func complaintsOf(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{err.Error()}
	}
	var all []string
	for _, one := range joined.Unwrap() {
		all = append(all, complaintsOf(one)...)
	}
	return all
}
