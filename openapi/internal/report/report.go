// Package report says what changed between two versions of the API: what
// oasdiff knows of the documents and apidiff of the Go code, and what only this
// project knows: which facade method and which correction it touches, and what
// to do next.
package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/overlay"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Version is one side of a comparison.
type Version struct {
	Document map[string]any
	// Client is the client that is generated of the document, nil where there
	// is none.
	Client []byte
}

// Project is what the project knows of its API.
type Project struct {
	// Module is the directory of the Go module.
	Module string
	Facade facade.List
	// Overlay is the text of the overlay in the file OverlayFile.
	Overlay     []byte
	OverlayFile string
}

// Write compares two versions and writes the report.
func (p Project) Write(ctx context.Context, out io.Writer, older, newer Version) error {
	if reflect.DeepEqual(older.Document, newer.Document) {
		_, err := fmt.Fprintln(out, "Nothing has changed in the API.")
		return err
	}
	var b strings.Builder
	changes := p.documents(ctx, &b, older.Document, newer.Document)
	broken := p.code(ctx, &b, older.Client, newer.Client)
	steps(&b, p.steps(changes, newer.Document, len(broken) > 0))
	_, err := io.WriteString(out, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// The levels of oasdiff. A renamed request field is no more than a warning.
const (
	levelError   = 3
	levelWarning = 2
)

// documents writes what changed in the documents, what breaks callers first.
func (p Project) documents(ctx context.Context, b *strings.Builder, older, newer map[string]any) []change {
	changes, err := changelog(ctx, older, newer)
	if err != nil {
		fmt.Fprintf(b, "\nNOT CHECKED what changed in the API, for oasdiff could not be run: %v\n", err)
		return nil
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text))
	})
	lines := map[int][]string{}
	for _, change := range changes {
		level := min(max(change.Level, levelWarning-1), levelError)
		lines[level] = append(lines[level], p.name(change)+": "+change.Text)
	}
	section(b, "What breaks callers", lines[levelError])
	section(b, "What may break callers", lines[levelWarning])
	section(b, "What else changed", lines[levelWarning-1])
	if len(changes) == 0 {
		section(b, "What changed", []string{"nothing that oasdiff reports, such as descriptions: see git diff openapi/spark.yaml"})
	}
	return changes
}

// name is the operation that a change is about, with its facade method.
func (p Project) name(c change) string {
	switch method := p.Facade[c.Operation].Method; {
	case c.Operation == "" && c.Path == "":
		return "the document"
	case c.Operation == "":
		return strings.TrimSpace(c.Method + " " + c.Path)
	case method == "":
		return fmt.Sprintf("%s (%s %s)", c.Operation, c.Method, c.Path)
	default:
		return fmt.Sprintf("%s (spark.%s)", c.Operation, method)
	}
}

// code writes what changed in package gen, and returns what stops compiling.
func (p Project) code(ctx context.Context, b *strings.Builder, older, newer []byte) []string {
	if older == nil || newer == nil {
		return nil
	}
	broken, added, err := apidiff(ctx, p.Module, older, newer)
	if err != nil {
		fmt.Fprintf(b, "\nNOT CHECKED what changed in package gen, for apidiff could not be run: %v\n", err)
		return nil
	}
	section(b, "What Go code stops compiling, in package gen", broken)
	section(b, "What is new in package gen", added)
	return broken
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, line := range lines {
		fmt.Fprintf(b, "  - %s\n", line)
	}
}

// steps lists what a maintainer has to do next.
func (p Project) steps(changes []change, newer map[string]any, broken bool) []string {
	present := map[string]string{}
	page.EachOperation(newer, func(path, _ string, _, operation map[string]any) {
		id, _ := operation["operationId"].(string)
		present[id] = path
	})
	var steps, unlisted []string
	for i, change := range changes {
		if id := change.Operation; id == "" || i > 0 && changes[i-1].Operation == id {
			continue
		}
		step, listed := p.step(change.Operation, present)
		if listed {
			steps = append(steps, step)
		} else if _, exists := present[change.Operation]; exists {
			unlisted = append(unlisted, change.Operation)
		}
	}
	if len(unlisted) > 0 {
		steps = append(steps, enumerate(unlisted)+": reachable through gen only; give each a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason")
	}
	if broken {
		steps = append(steps, "run go vet ./...: it names the code that stops compiling")
	}
	return append(steps, "run make test: the coverage test of package spark names what the facade leaves out")
}

// step says what to do about an operation of the facade, and whether it is one.
func (p Project) step(id string, present map[string]string) (string, bool) {
	entry, listed := p.Facade[id]
	path, exists := present[id]
	switch {
	case !listed:
		return "", false
	case entry.Exempt != "":
		return fmt.Sprintf("%s is exempt from the facade (%s): see whether the reason still holds", id, entry.Exempt), true
	case !exists:
		return fmt.Sprintf("spark.%s: %s is gone; retire the method, and take it out of openapi/facade.yaml", entry.Method, id), true
	}
	step := fmt.Sprintf("spark.%s: adapt it to the changes of %s", entry.Method, id)
	if lines := overlay.About(p.Overlay, path); len(lines) > 0 {
		var places []string
		for _, line := range lines {
			places = append(places, fmt.Sprintf("%s:%d", p.OverlayFile, line))
		}
		step += "; corrected by " + enumerate(places)
	}
	return step, true
}

func steps(b *strings.Builder, steps []string) {
	b.WriteString("\nWhat to do next\n")
	for i, step := range steps {
		fmt.Fprintf(b, "  %d. %s\n", i+1, step)
	}
}

// enumerate lists names, but not more than a line takes.
func enumerate(names []string) string {
	const limit = 8
	if len(names) > limit {
		return strings.Join(names[:limit], ", ") + fmt.Sprintf(" and %d more", len(names)-limit)
	}
	return strings.Join(names, ", ")
}
