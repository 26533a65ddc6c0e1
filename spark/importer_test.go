package spark_test

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// linkedModules are the modules that a program links with the library. A change of this
// list affects every importer.
var linkedModules = []string{
	"github.com/apapsch/go-jsonmerge/v2", // by the generator's runtime
	"github.com/google/uuid",
	"github.com/klauspost/compress", // unpacks in half the time
	"github.com/oapi-codegen/runtime",
	"golang.org/x/oauth2",
	"golang.org/x/time",
}

// Another module builds with the library, and links nothing else.
func TestImporterLinksFewModules(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	list.Dir = "testdata/importer"
	out, err := list.Output()
	require.NoError(t, err)
	modules := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(out)))))
	modules = slices.DeleteFunc(modules, func(path string) bool {
		return path == "example.com/importer" || path == "github.com/sparkgo/spark-go"
	})
	require.Equal(t, linkedModules, modules)

	for _, target := range []string{"linux", "darwin", "windows"} {
		if testing.Short() && target != runtime.GOOS {
			continue // it compiles the standard library for that system too; make check does
		}
		build := exec.Command("go", "build", "-o", t.TempDir(), ".")
		build.Dir = "testdata/importer"
		build.Env = append(build.Environ(), "GOOS="+target, "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s: %s", target, out)
	}
}

// A program whose tests use the emulator doesn't link what checks requests
// against the OpenAPI document.
func TestEmulatorLinksNoValidator(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./sparktest").Output()
	require.NoError(t, err)
	require.NotContains(t, string(out), "kin-openapi")
}
