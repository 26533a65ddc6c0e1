package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
	"github.com/sparkgo/spark-go/openapi/internal/report"
)

// Import reads pages and regenerates everything: the published documents, the
// corrected one, and the Go code. Without names it fetches every page again whose
// URL is known. If anything is wrong, it writes nothing, and the error joins
// everything that is. A report of what changed goes to out.
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
	pages, unread := page.Read(ctx, names)
	if len(pages) == 0 {
		return unread
	}
	next, notes, apart := old.With(pages)
	for _, page := range pages {
		notes = append(notes, page.Notes...)
	}
	result, err := p.correct(next)
	if err := errors.Join(unread, apart, err); err != nil {
		return err
	}
	if err := p.generate(ctx, result); err != nil {
		return err
	}
	changes, err := next.Changes(old)
	if err != nil {
		return err
	}
	maps.Copy(changes, result.changes())
	written, err := changes.Apply(p.Root)
	if err != nil {
		return err
	}
	writeNotes(out, append(notes, result.notes...))
	if err := p.report(ctx, out, before, report.Version{Document: result.corrected, Client: result.code.Client}); err != nil {
		return err
	}
	if len(written) == 0 {
		_, err := fmt.Fprintln(out, "\nEvery file was up to date.")
		return err
	}
	_, err = fmt.Fprintf(out, "\n%d files written. Run make test: the compiler names the code that the changes break, and the coverage test of package spark what the facade leaves out.\n", len(written))
	return err
}

// present returns the version that the project has now, without the files that
// don't exist yet.
func (p Project) present() (report.Version, error) {
	var version report.Version
	data, err := p.read(documentFile)
	if errors.Is(err, fs.ErrNotExist) {
		return version, nil
	}
	if err != nil {
		return version, err
	}
	doc, err := document.ParseYAML(documentFile, 1, data)
	if err != nil {
		return version, err
	}
	version.Document = doc.Root
	if version.Client, err = p.read(generate.ClientFile); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return version, err
}

func (p Project) report(ctx context.Context, out io.Writer, before, after report.Version) error {
	known, err := p.facade()
	if err != nil {
		return err
	}
	return report.Project{Module: p.Module, Facade: known}.Write(ctx, out, before, after)
}

// Diff compares any two pages, documents or directories of them, as they are
// published, and writes a report to out.
func (p Project) Diff(ctx context.Context, older, newer string, out io.Writer) error {
	before, err := p.readVersion(ctx, older, out)
	if err != nil {
		return err
	}
	after, err := p.readVersion(ctx, newer, out)
	if err != nil {
		return err
	}
	return p.report(ctx, out, before, after)
}

func (p Project) readVersion(ctx context.Context, name string, out io.Writer) (version report.Version, err error) {
	pages, err := page.Read(ctx, []string{name})
	if err != nil {
		return version, err
	}
	set, _, err := (&published.Set{}).With(pages)
	if err != nil {
		return version, err
	}
	merged, err := merge.Documents(set.Documents())
	if err != nil {
		return version, err
	}
	ours, err := p.supplements()
	if err != nil {
		return version, err
	}
	for _, doc := range ours {
		for _, overtaken := range merged.Overtaken(doc) {
			fmt.Fprintf(out, "%v\n\n", overtaken)
		}
	}
	return report.Version{Document: merged.Root}, nil
}
