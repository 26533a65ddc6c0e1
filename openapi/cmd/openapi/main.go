// Command openapi turns the vendor's published pages into the document that
// the client is generated from, and into the client.
//
//	openapi import PAGE…   takes pages, OpenAPI files or folders of them in, and makes everything anew
//	openapi build          makes openapi/spark.yaml and gen/ of openapi/published/
//	openapi diff OLD NEW   says what changed between two pages, OpenAPI files or folders
//
// It is run in the project's root, by make spec, make generate and make spec-diff.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/sparkgo/spark-go/openapi/internal/pipeline"
)

const usage = "usage: openapi import PAGE… | openapi build | openapi diff OLD NEW"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, faults io.Writer) int {
	project := pipeline.Project{Root: ".", Module: "."}
	var err error
	switch {
	case len(args) > 1 && args[0] == "import":
		err = project.Import(ctx, args[1:], out)
	case len(args) == 1 && args[0] == "build":
		err = project.Build(ctx, out)
	case len(args) == 3 && args[0] == "diff":
		err = project.Diff(ctx, args[1], args[2], out)
	default:
		fmt.Fprintln(faults, usage)
		return 2
	}
	if err != nil {
		fmt.Fprintf(faults, "openapi: %v\n", err)
		return 1
	}
	return 0
}
