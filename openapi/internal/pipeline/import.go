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
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/files"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
	"github.com/sparkgo/spark-go/openapi/internal/report"
)

// Import takes pages in and makes everything anew: the published documents,
// the corrected one, and the Go code. Without names it fetches every page again
// whose URL is known. It writes all of it or, where anything is wrong, nothing,
// and the error joins all that is wrong. A report of what changed goes to out.
func (p Project) Import(ctx context.Context, names []string, out io.Writer) error {
	old, err := published.Load(p.Root)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names = slices.Sorted(maps.Values(old.URLs)); len(names) == 0 {
			return errors.New("no page in openapi/pages.yaml has a url: name one, such as make spec PAGE=page.md")
		}
	}
	before, err := p.present()
	if err != nil {
		return err
	}
	reporter, err := p.reporter()
	if err != nil {
		return err
	}
	plan, err := p.plan(ctx, old, names)
	if err != nil {
		return err
	}
	written, err := plan.files.Apply(p.Root)
	if err != nil {
		return err
	}
	writeNotes(out, plan.notes)
	if err := reporter.Write(ctx, out, before, plan.after); err != nil {
		return err
	}
	return writeSummary(out, written)
}

// plan is what an import is going to do.
type plan struct {
	files files.Changes
	notes []string
	after report.Version
}

// plan does everything that an import does, except for writing. What is wrong
// with one page doesn't keep it from looking at the others.
func (p Project) plan(ctx context.Context, old *published.Set, names []string) (*plan, error) {
	pages, unread := page.Read(ctx, names)
	next, notes, apart := old.With(pages)
	for _, page := range pages {
		notes = append(notes, page.Notes...)
	}
	if len(pages) == 0 {
		return nil, unread
	}
	ours, err := p.supplements()
	if err != nil {
		return nil, err
	}
	merged, conflicts := merge.Documents(next.Documents(), ours...)
	result, err := p.correct(merged)
	if err := errors.Join(unread, apart, conflicts, err); err != nil {
		return nil, err
	}
	if err := p.generate(ctx, result); err != nil {
		return nil, err
	}
	changes, err := next.Changes(old)
	if err != nil {
		return nil, err
	}
	maps.Copy(changes, result.changes())
	return &plan{
		files: changes,
		notes: append(notes, result.notes...),
		after: report.Version{Document: result.corrected, Client: result.code.Client},
	}, nil
}

// present is the version that the project holds at present. What it hasn't got
// yet is left out.
func (p Project) present() (report.Version, error) {
	var version report.Version
	text, err := p.optional(documentFile)
	if err != nil || text == nil {
		return version, err
	}
	doc, err := document.ParseYAML(documentFile, 1, text)
	if err != nil {
		return version, err
	}
	version.Document = doc.Root
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

// reporter is what the report takes from the project.
func (p Project) reporter() (report.Project, error) {
	known, err := p.facade()
	if err != nil {
		return report.Project{}, err
	}
	corrections, err := p.read(overlayFile)
	return report.Project{Module: p.Module, Facade: known, Overlay: corrections, OverlayFile: overlayFile}, err
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
