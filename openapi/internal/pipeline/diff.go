package pipeline

import (
	"context"
	"fmt"
	"io"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
	"github.com/sparkgo/spark-go/openapi/internal/report"
)

// Diff compares any two pages, documents or directories of them and writes a
// report to out. They are compared as they are published, without the overlay.
// Nothing else is written.
func (p Project) Diff(ctx context.Context, older, newer string, out io.Writer) error {
	reporter, err := p.reporter()
	if err != nil {
		return err
	}
	before, err := p.readVersion(ctx, reporter.Facade, older, out)
	if err != nil {
		return err
	}
	after, err := p.readVersion(ctx, reporter.Facade, newer, out)
	if err != nil {
		return err
	}
	return reporter.Write(ctx, out, before, after)
}

func (p Project) readVersion(ctx context.Context, known facade.List, name string, out io.Writer) (report.Version, error) {
	pages, err := page.Read(ctx, []string{name})
	if err != nil {
		return report.Version{}, err
	}
	set, _, err := (&published.Set{}).With(pages)
	if err != nil {
		return report.Version{}, err
	}
	merged, err := merge.Documents(set.Documents())
	if err != nil {
		return report.Version{}, err
	}
	ours, err := p.supplements()
	if err != nil {
		return report.Version{}, err
	}
	for _, doc := range ours {
		for _, overtaken := range merged.Overtaken(doc) {
			fmt.Fprintf(out, "%v\n\n", overtaken)
		}
	}
	version := report.Version{Document: merged.Root}
	if version.Client, err = p.generator().Client(ctx, merged.Root, known); err != nil {
		fmt.Fprintf(out, "There is no Go code of %s to compare: %v\n\n", name, err)
		version.Client = nil
	}
	return version, nil
}
