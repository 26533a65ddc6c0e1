// Package report says what changed between two versions of the API: what
// oasdiff finds in the documents and apidiff in the Go code, with the facade
// methods that it concerns.
package report

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
)

// The programs that know what a change means, at the versions that are run.
// They are run as programs so that nothing of them reaches go.mod.
const (
	Oasdiff = "github.com/oasdiff/oasdiff@v1.35.0"
	Apidiff = "golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4"
)

// toolTimeout bounds one run of a program, which may have to be fetched first.
const toolTimeout = 3 * time.Minute

// Version is one side of a comparison.
type Version struct {
	Document map[string]any
	// Client is the client that is generated from the document. The Go code isn't
	// compared if it is nil.
	Client []byte
}

// Project is what the report needs to know of the project.
type Project struct {
	// Module is the directory of the Go module.
	Module string
	Facade facade.List
}

// Write compares two versions and writes the report.
func (p Project) Write(ctx context.Context, out io.Writer, older, newer Version) error {
	if reflect.DeepEqual(older.Document, newer.Document) {
		_, err := fmt.Fprintln(out, "Nothing has changed in the API.")
		return err
	}
	var b strings.Builder
	p.documents(ctx, &b, older.Document, newer.Document)
	if older.Client != nil && newer.Client != nil {
		p.code(ctx, &b, older.Client, newer.Client)
	}
	_, err := io.WriteString(out, strings.TrimPrefix(b.String(), "\n"))
	return err
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n%s\n  - %s\n", title, strings.Join(lines, "\n  - "))
	}
}

// change is a change of the API as oasdiff reports it.
type change struct {
	Text      string `json:"text"`
	Level     int    `json:"level"`
	Method    string `json:"operation"`
	Operation string `json:"operationId"`
	Path      string `json:"path"`
}

// The levels of oasdiff. A renamed request field is only a warning.
const (
	levelInfo = iota + 1
	levelWarning
	levelError
)

// documents writes what changed in the documents, what breaks callers first.
func (p Project) documents(ctx context.Context, b *strings.Builder, older, newer map[string]any) {
	changes, err := changelog(ctx, older, newer)
	if err != nil {
		fmt.Fprintf(b, "\nNOT CHECKED what changed in the API, since oasdiff could not be run: %v\n", err)
		return
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text))
	})
	lines := map[int][]string{}
	for _, change := range changes {
		level := min(max(change.Level, levelInfo), levelError)
		lines[level] = append(lines[level], p.subject(change)+": "+change.Text)
	}
	section(b, "What breaks callers", lines[levelError])
	section(b, "What may break callers", lines[levelWarning])
	section(b, "What else changed", lines[levelInfo])
	if len(changes) == 0 {
		section(b, "What changed", []string{"nothing that oasdiff reports, such as descriptions: see git diff openapi/spark.yaml"})
	}
}

// subject is the operation that a change is about, with its facade method.
func (p Project) subject(c change) string {
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

// code writes what changed in package gen.
func (p Project) code(ctx context.Context, b *strings.Builder, older, newer []byte) {
	broken, added, err := apidiff(ctx, p.Module, older, newer)
	if err != nil {
		fmt.Fprintf(b, "\nNOT CHECKED what changed in package gen, since apidiff could not be run: %v\n", err)
		return
	}
	section(b, "What Go code stops compiling, in package gen", broken)
	section(b, "What is new in package gen", added)
}

// changelog lists what changed from one document to another.
func changelog(ctx context.Context, older, newer map[string]any) ([]change, error) {
	dir, err := os.MkdirTemp("", "report-")
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	defer os.RemoveAll(dir)
	for name, root := range map[string]map[string]any{"old.json": older, "new.json": newer} {
		if len(root) == 0 {
			root = map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "nothing", "version": "0"}, "paths": map[string]any{}}
		}
		data, err := document.Canonical(root)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
	}
	out, err := run(ctx, dir, nil, Oasdiff, "changelog", "--allow-external-refs=false", "--flatten-params", "--format", "json", "old.json", "new.json")
	if err != nil || len(bytes.TrimSpace(out)) == 0 {
		return nil, err
	}
	var changes []change
	if err := json.Unmarshal(out, &changes); err != nil {
		return nil, fmt.Errorf("%s doesn't write JSON: %w", Oasdiff, err)
	}
	return changes, nil
}

// apidiff lists what changed from one version of package gen to another: what
// makes code stop compiling, and what is new.
func apidiff(ctx context.Context, module string, older, newer []byte) (broken, added []string, err error) {
	dir, err := os.MkdirTemp("", "report-")
	if err != nil {
		return nil, nil, fmt.Errorf("report: %w", err)
	}
	defer os.RemoveAll(dir)
	for name, code := range map[string][]byte{"old": older, "new": newer} {
		overlay, err := generate.Overlay(module, filepath.Join(dir, name+"-code"), map[string][]byte{generate.ClientFile: code})
		if err != nil {
			return nil, nil, err
		}
		if _, err := run(ctx, module, []string{"GOFLAGS=" + os.Getenv("GOFLAGS") + " -overlay=" + overlay}, Apidiff, "-w", filepath.Join(dir, name), "./gen"); err != nil {
			return nil, nil, err
		}
	}
	out, err := run(ctx, module, nil, Apidiff, filepath.Join(dir, "old"), filepath.Join(dir, "new"))
	if err != nil {
		return nil, nil, err
	}
	broken, added = declarations(string(out))
	return broken, added, nil
}

// declarations sorts the lines that apidiff writes. It leaves out interfaces and
// functions that repeat the methods of the client, and declarations whose type
// changed only because a type that it names did.
func declarations(output string) (broken, added []string) {
	into := &broken
	for line := range strings.Lines(output) {
		line, listed := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !listed {
			if strings.HasPrefix(line, "Compatible") {
				into = &added
			}
			continue
		}
		name, what, _ := strings.Cut(line, ": ")
		from, to, changed := strings.Cut(strings.TrimPrefix(what, "changed from "), " to ")
		repeats := strings.HasPrefix(name, "ClientInterface.") || strings.HasPrefix(name, "New") && strings.Contains(name, "Request")
		if !repeats && !(changed && from == to) {
			*into = append(*into, line)
		}
	}
	return slices.Compact(broken), slices.Compact(added)
}

// run runs a program of Go in a directory and returns what it writes.
func run(ctx context.Context, dir string, env []string, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, toolTimeout)
	defer cancel()
	return generate.Go(ctx, program, dir, env, append([]string{"run", program}, args...)...)
}
