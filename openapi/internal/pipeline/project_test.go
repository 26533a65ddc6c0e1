package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
	"github.com/sparkgo/spark-go/openapi/internal/pipeline"
	"github.com/sparkgo/spark-go/openapi/internal/published"
)

const repository = "../../.."

// project is a copy of this project's specification and generated code in a
// directory of its own. Its code is compiled as if it stood in this project, so
// that only what depends on it is compiled again.
type project struct {
	t *testing.T
	pipeline.Project
}

// copyProject copies what the pipeline reads and writes, as it stands.
func copyProject(t *testing.T) project {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"gen", "openapi"} {
		copyAll(t, filepath.Join(repository, name), filepath.Join(root, name))
	}
	for _, name := range []string{"cmd", "facade", "internal"} { // the tooling doesn't depend on what it makes
		require.NoError(t, os.RemoveAll(filepath.Join(root, "openapi", name)))
	}
	return project{t, pipeline.Project{Root: root, Module: repository}}
}

// newProject copies the project with the operations of the facade, without those
// of pages that the project may get one day.
func newProject(t *testing.T) project {
	t.Helper()
	p := copyProject(t)
	known, err := facade.Parse([]byte(p.read("openapi/facade.yaml")))
	require.NoError(t, err)
	set, err := published.Load(p.Root)
	require.NoError(t, err)
	others := 0
	for id := range set.Operations {
		if _, ours := known[id]; !ours {
			require.NoError(t, os.Remove(filepath.Join(p.Root, published.File(id))))
			others++
		}
	}
	if others > 0 {
		p.build()
	}
	return p
}

// copyAll copies a file or a directory, without test data, if it exists.
func copyAll(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		relative, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		place := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(place, 0o755)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(place, content, 0o644)
	})
	require.NoError(t, err)
}

// take imports pages and returns the report.
func (p project) take(names ...string) string {
	p.t.Helper()
	report, err := p.try(names...)
	require.NoError(p.t, err, report)
	return report
}

func (p project) try(names ...string) (string, error) {
	p.t.Helper()
	var out bytes.Buffer
	err := p.Import(context.Background(), names, &out)
	return out.String(), err
}

// mustFail imports pages that are refused, and makes sure that nothing is written.
func (p project) mustFail(fault string, names ...string) {
	p.t.Helper()
	before := p.sums()
	report, err := p.try(names...)
	require.ErrorContains(p.t, err, fault)
	require.Empty(p.t, report, "a refusal comes without a report")
	require.Equal(p.t, before, p.sums())
}

// sums are the checksums of all files of the project.
func (p project) sums() map[string]string {
	p.t.Helper()
	sums := map[string]string{}
	require.NoError(p.t, filepath.WalkDir(p.Root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(p.Root, name)
		sums[filepath.ToSlash(relative)] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	}))
	return sums
}

func (p project) read(name string) string {
	p.t.Helper()
	content, err := os.ReadFile(filepath.Join(p.Root, filepath.FromSlash(name)))
	require.NoError(p.t, err)
	return string(content)
}

func (p project) write(name, content string) string {
	p.t.Helper()
	place := filepath.Join(p.Root, filepath.FromSlash(name))
	require.NoError(p.t, os.WriteFile(place, []byte(content), 0o644))
	return place
}

// compiles builds the generated code and the packages that import it, and vets
// the generated code.
func (p project) compiles() {
	p.t.Helper()
	overlay, err := generate.Overlay(p.Module, p.t.TempDir(), map[string][]byte{
		generate.ClientFile: []byte(p.read(generate.ClientFile)),
		generate.ServerFile: []byte(p.read(generate.ServerFile)),
	})
	require.NoError(p.t, err)
	for _, args := range [][]string{{"build", "-overlay", overlay, "./gen/...", "./spark", "./spark/sparktest"}, {"vet", "-overlay", overlay, "./gen/..."}} {
		_, err := generate.Go(context.Background(), "go "+args[0], p.Module, nil, args...)
		require.NoError(p.t, err)
	}
	out, err := exec.Command("gofmt", "-l", filepath.Join(p.Root, "gen")).CombinedOutput()
	require.NoError(p.t, err)
	require.Empty(p.t, string(out))
}

// edit changes the document of an operation.
type edit func(id string, root map[string]any)

// page writes the project's operations as the page that they came from would
// publish them after some edits.
func (p project) page(edits ...edit) string {
	p.t.Helper()
	set, err := published.Load(p.Root)
	require.NoError(p.t, err)
	var text strings.Builder
	text.WriteString("# " + set.Operations["getDownloadXML"].Page + "\n")
	for _, id := range slices.Sorted(maps.Keys(set.Operations)) {
		root := document.Clone(set.Operations[id].Document.Root).(map[string]any)
		for _, edit := range edits {
			edit(id, root)
		}
		data, err := document.Canonical(root)
		require.NoError(p.t, err)
		fmt.Fprintf(&text, "\n## %s\n\n```json\n%s```\n", id, data)
	}
	name := filepath.Join(p.t.TempDir(), "page.md")
	require.NoError(p.t, os.WriteFile(name, []byte(text.String()), 0o644))
	return name
}

// at changes the object that a pointer names, in every document that has one.
// The pointer begins at the operation, or at the root for /components and the
// like.
func at(pointer string, change func(object map[string]any)) edit {
	return func(_ string, root map[string]any) {
		var begin any = root
		if !strings.HasPrefix(pointer, "/components") {
			begin = operationOf(root)
		}
		if found, ok := document.Find(begin, pointer); ok {
			change(found.(map[string]any))
		}
	}
}

// in limits an edit to some operations.
func in(ids string, change edit) edit {
	return func(id string, root map[string]any) {
		if slices.Contains(strings.Fields(ids), id) {
			change(id, root)
		}
	}
}

func operationOf(root map[string]any) map[string]any {
	for _, item := range root["paths"].(map[string]any) {
		for _, method := range []string{"get", "post"} {
			if operation, ok := item.(map[string]any)[method].(map[string]any); ok {
				return operation
			}
		}
	}
	return nil
}

func rename(from, to string) func(map[string]any) {
	return func(object map[string]any) {
		object[to] = object[from]
		delete(object, from)
	}
}

func put(key, value string) func(map[string]any) {
	return func(object map[string]any) {
		doc, err := document.ParseYAML("value", 1, []byte("value: "+value))
		if err != nil {
			panic(err) // the test is wrong
		}
		object[key] = doc.Root["value"]
	}
}

func add(key, value string) func(map[string]any) {
	return func(object map[string]any) {
		list, _ := object[key].([]any)
		put(key, value)(object)
		object[key] = append(list, object[key])
	}
}

func (p project) build() {
	p.t.Helper()
	var out bytes.Buffer
	require.NoError(p.t, p.Build(context.Background(), &out))
}

func replaceAll(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Contains(t, text, from)
	return strings.ReplaceAll(text, from, to)
}
