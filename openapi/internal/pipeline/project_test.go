package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/pipeline"
)

const repository = "../../.."

// project is a copy of this project in a folder of its own.
type project struct {
	t *testing.T
	pipeline.Project
}

func newProject(t *testing.T) project {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "gen", "openapi", "spark"} {
		copyAll(t, filepath.Join(repository, name), filepath.Join(root, name))
	}
	for _, name := range []string{"cmd", "coverage", "internal"} { // the tooling doesn't depend on what it makes
		require.NoError(t, os.RemoveAll(filepath.Join(root, "openapi", name)))
	}
	return project{t, pipeline.Project{Root: root, Module: root}}
}

// committed is a file of the project as it stands.
func committed(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(content)
}

// copyAll copies a file or a folder, without test data. What doesn't exist is
// passed over.
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

// take imports pages and returns what was reported.
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

// mustFail imports pages that can't be taken in, and makes sure that this
// leaves no trace.
func (p project) mustFail(fault string, names ...string) string {
	p.t.Helper()
	before := p.sums()
	report, err := p.try(names...)
	require.ErrorContains(p.t, err, fault)
	require.ErrorContains(p.t, err, "nothing was written")
	require.Equal(p.t, before, p.sums())
	return report
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

// compiles builds every package of the project, and vets the generated ones.
func (p project) compiles() {
	p.t.Helper()
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./gen/..."}} {
		command := exec.Command("go", args...)
		command.Dir = p.Root
		out, err := command.CombinedOutput()
		require.NoError(p.t, err, string(out))
	}
	out, err := exec.Command("gofmt", "-l", filepath.Join(p.Root, "gen")).CombinedOutput()
	require.NoError(p.t, err)
	require.Empty(p.t, string(out))
}

// changed is the page that we began with, with replacements; each must occur.
func changed(t *testing.T, oldnew ...string) string {
	t.Helper()
	content, err := os.ReadFile("testdata/api-call-history-apis.md")
	require.NoError(t, err)
	text := string(content)
	for i := 0; i < len(oldnew); i += 2 {
		require.Contains(t, text, oldnew[i])
		text = strings.ReplaceAll(text, oldnew[i], oldnew[i+1])
	}
	name := filepath.Join(t.TempDir(), "changed.md")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	return name
}

func (p project) build() {
	p.t.Helper()
	var out bytes.Buffer
	require.NoError(p.t, p.Build(context.Background(), &out))
}

// contains reports whether one of the texts begins with another.
func contains(texts []string, beginning string) bool {
	for _, text := range texts {
		if strings.HasPrefix(text, beginning) {
			return true
		}
	}
	return false
}

func replaceAll(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Contains(t, text, from)
	return strings.ReplaceAll(text, from, to)
}
