package spark_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/benchmark"
)

// BenchmarkImport shows what it costs to import the library, against a program of
// net/http and encoding/json: size-B is the binary's without symbols, init-ns the
// time that its packages take to initialise, modules what it links beside the
// standard library.
func BenchmarkImport(b *testing.B) {
	benchmark.Versus(b, "program", func(b *testing.B) {
		benchProgram(b, "./plain")
		b.ReportMetric(0, "modules")
	}, func(b *testing.B) {
		benchProgram(b, ".")
		b.ReportMetric(float64(len(linkedModules)), "modules")
	})
}

// benchProgram runs a program of testdata/importer, which fails because no
// base URL is set.
func benchProgram(b *testing.B, path string) {
	binary := filepath.Join(b.TempDir(), "program")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, path)
	build.Dir = "testdata/importer"
	out, err := build.CombinedOutput()
	require.NoError(b, err, "%s", out)
	info, err := os.Stat(binary)
	require.NoError(b, err)
	initialising, runs := 0.0, 0
	for b.Loop() {
		run := exec.Command(binary)
		run.Env = append(run.Environ(), "GODEBUG=inittrace=1", "CSPARK_BASE_URL=")
		trace := new(bytes.Buffer)
		run.Stderr = trace
		require.Error(b, run.Run())
		initialising += initTime(b, trace.Bytes())
		runs++
	}
	b.ReportMetric(initialising/float64(runs)*1e6, "init-ns")
	b.ReportMetric(float64(info.Size()), "size-B")
}

var initClock = regexp.MustCompile(`(?m)^init .* ([0-9.]+) ms clock`)

// initTime adds up what the runtime says of each package, in milliseconds.
func initTime(b *testing.B, trace []byte) (sum float64) {
	for _, found := range initClock.FindAllSubmatch(trace, -1) {
		milliseconds, err := strconv.ParseFloat(string(found[1]), 64)
		require.NoError(b, err)
		sum += milliseconds
	}
	return sum
}
