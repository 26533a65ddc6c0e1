package spark_test

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/golden"
	"github.com/stretchr/testify/require"
)

// The exported API of each package is what its testdata/api.txt says, so that no
// change of it goes unnoticed: what is gone or different breaks programs that use it.
func TestExportedAPI(t *testing.T) {
	list := exec.Command("go", "list", "-f", "{{.Dir}}", "./...")
	out, err := list.Output()
	require.NoError(t, err)
	here, err := os.Getwd()
	require.NoError(t, err)
	for _, path := range strings.Fields(string(out)) {
		directory, err := filepath.Rel(here, path)
		require.NoError(t, err)
		if slices.ContainsFunc(strings.Split(filepath.ToSlash(directory), "/"), func(element string) bool {
			return element == "internal" || element == "cmd" || element == "examples"
		}) {
			continue
		}
		t.Run(directory, func(t *testing.T) {
			golden.Require(t, filepath.Join(directory, "testdata", "api.txt"), exportedAPI(t, directory),
				"the exported API changed. If that is intended, say so in CHANGELOG.md and run: go test ./spark -run TestExportedAPI -update")
		})
	}
}

func exportedAPI(t *testing.T, directory string) string {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(directory, "*.go"))
	require.NoError(t, err)
	var sources []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_windows.go") || strings.HasSuffix(name, "_other.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		sources = append(sources, file)
	}
	described, err := doc.NewFromFiles(files, sources, "github.com/sparkgo/spark-go/spark")
	require.NoError(t, err)

	var lines []string
	add := func(node any) {
		var out bytes.Buffer
		require.NoError(t, printer.Fprint(&out, files, node))
		lines = append(lines, out.String())
	}
	values := func(list []*doc.Value) {
		for _, value := range list {
			value.Decl.Doc = nil
			add(value.Decl)
		}
	}
	functions := func(list []*doc.Func) {
		for _, function := range list {
			function.Decl.Doc, function.Decl.Body = nil, nil
			add(function.Decl)
		}
	}
	values(described.Consts)
	values(described.Vars)
	functions(described.Funcs)
	for _, named := range described.Types {
		named.Decl.Doc = nil
		add(named.Decl)
		values(named.Consts)
		values(named.Vars)
		functions(named.Funcs)
		functions(named.Methods)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n\n") + "\n"
}
