package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/openapi/internal/compare"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/files"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
)

// Import takes pages in and makes everything anew: the published documents,
// the corrected one, and the Go code. It writes all of it or, where anything is
// wrong, nothing. A report of what changed goes to out.
func (p Project) Import(ctx context.Context, names []string, out io.Writer) error {
	plan, err := p.plan(ctx, names, out)
	if err != nil {
		return fmt.Errorf("%w\nnothing was written", err)
	}
	written, err := plan.files.Apply(p.Root)
	if err != nil {
		return err
	}
	writeNotes(out, plan.notes)
	if err := p.report(ctx, out, plan.before, plan.after); err != nil {
		return err
	}
	return writeSummary(out, written)
}

// plan is what an import is going to do.
type plan struct {
	files         files.Changes
	notes         []string
	before, after compare.Version
}

// plan does everything that an import does, except for writing. Where the new
// pages don't fit the project it still reports what they changed, for that is
// what a maintainer has to know to make them fit.
func (p Project) plan(ctx context.Context, names []string, out io.Writer) (*plan, error) {
	pages, err := page.Read(names)
	if err != nil {
		return nil, err
	}
	old, err := published.Load(p.Root)
	if err != nil {
		return nil, err
	}
	next, notes, err := old.With(pages)
	if err != nil {
		return nil, err
	}
	merged, err := merge.Documents(next.Documents())
	if err != nil {
		return nil, err
	}
	before, err := p.present(old)
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		notes = append(notes, page.Notes...)
	}
	result, err := p.make(ctx, merged)
	if err != nil {
		writeNotes(out, notes)
		return nil, errors.Join(p.report(ctx, out, before, compare.Version{Published: merged.Root}), err)
	}
	changes, err := next.Changes(old)
	if err != nil {
		return nil, err
	}
	maps.Copy(changes, result.changes())
	return &plan{files: changes, notes: append(notes, result.notes...), before: before, after: result.version(merged)}, nil
}

// present is the version that the project holds at present. What it hasn't got
// yet is left out.
func (p Project) present(set *published.Set) (compare.Version, error) {
	version := compare.Version{Published: map[string]any{}}
	if len(set.Operations) == 0 {
		return version, nil
	}
	merged, err := merge.Documents(set.Documents())
	if err != nil {
		return version, fmt.Errorf("the documents in %s are damaged: %w", published.Folder, err)
	}
	version.Published = merged.Root
	text, err := p.optional(documentFile)
	if err != nil {
		return version, err
	}
	if text != nil {
		doc, err := document.ParseYAML(documentFile, 1, text)
		if err != nil {
			return version, err
		}
		version.Corrected = doc.Root
	}
	version.Client, err = p.optional(generate.ClientFile)
	return version, err
}

// optional reads a file that need not be there yet.
func (p Project) optional(name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(p.Root, filepath.FromSlash(name)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read project: %w", err)
	}
	return data, nil
}

func (r *result) version(merged *merge.Result) compare.Version {
	return compare.Version{Published: merged.Root, Corrected: r.corrected, Client: r.code.Client}
}

func (p Project) report(ctx context.Context, out io.Writer, before, after compare.Version) error {
	facade, err := p.facade()
	if err != nil {
		return err
	}
	return compare.Versions(ctx, before, after, facade).Write(out)
}

func writeNotes(out io.Writer, notes []string) {
	for _, note := range notes {
		fmt.Fprintln(out, note)
	}
	if len(notes) > 0 {
		fmt.Fprintln(out)
	}
}

func writeSummary(out io.Writer, written []string) error {
	if len(written) == 0 {
		_, err := fmt.Fprintln(out, "\nEvery file was up to date.")
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d files written.\n", len(written))
	return err
}
