package pipeline

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/compare"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
)

// Diff compares any two pages, documents or folders of them and writes a
// report to out. Nothing else is written.
func (p Project) Diff(ctx context.Context, older, newer string, out io.Writer) error {
	before, err := readVersion(older)
	if err != nil {
		return err
	}
	after, err := readVersion(newer)
	if err != nil {
		return err
	}
	if err := p.complete(ctx, older, newer, &before, &after, out); err != nil {
		return err
	}
	return p.report(ctx, out, before, after)
}

func readVersion(name string) (compare.Version, error) {
	pages, err := page.Read([]string{name})
	if err != nil {
		return compare.Version{}, err
	}
	set, _, err := (&published.Set{}).With(pages)
	if err != nil {
		return compare.Version{}, err
	}
	merged, err := merge.Documents(set.Documents())
	if err != nil {
		return compare.Version{}, err
	}
	return compare.Version{Published: merged.Root}, nil
}

// complete adds the corrected documents, where the overlay applies to both,
// and the Go code of both.
func (p Project) complete(ctx context.Context, older, newer string, before, after *compare.Version, out io.Writer) error {
	one, _, err := p.correct(before.Published)
	if err == nil {
		before.Corrected = one
		after.Corrected, _, err = p.correct(after.Published)
		older = newer
	}
	if err != nil {
		before.Corrected, after.Corrected = nil, nil
		fault, _, _ := strings.Cut(err.Error(), "; its reason was")
		fmt.Fprintf(out, "The documents are compared as they are, for the overlay doesn't apply to %s: %s\n\n", older, fault)
	}
	for _, version := range []*compare.Version{before, after} {
		if version.Client, err = p.client(ctx, version); err != nil {
			fmt.Fprintf(out, "There is no Go code to compare: %v\n\n", err)
			return nil
		}
	}
	return nil
}

func (p Project) client(ctx context.Context, version *compare.Version) ([]byte, error) {
	facade, err := p.facade()
	if err != nil {
		return nil, err
	}
	if version.Corrected != nil {
		return p.generator().Client(ctx, version.Corrected, facade)
	}
	return p.generator().Client(ctx, version.Published, facade)
}
