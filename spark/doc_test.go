package spark

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table in the package documentation says what the code does.
func TestPackageDocStatesTheRetryOfEachOperation(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	words := map[retryClass]string{
		retryRead:    "connection errors, 408, 429, 500, 502, 503, 504",
		retryUnacted: "no connection was made, 429, 503 with Retry-After",
	}
	var table strings.Builder
	for _, op := range []operation{
		opGetCall, opWorkbook, opLegacyWorkbook, opStartCSV, opCSVStatus, opStartJSON, opJSONStatus, opSearch, opFile, opToken,
	} {
		fmt.Fprintf(&table, "//\t%-29s %s\n", op.name, words[op.retry])
	}
	require.Contains(t, string(doc), table.String())
}

// The program at the beginning of the package documentation compiles.
func TestPackageDocProgramCompiles(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, program, found := strings.Cut(string(doc), "//	package main\n")
	require.True(t, found)
	program, _, found = strings.Cut(program, "// I want to")
	require.True(t, found)
	program = "package main\n" + strings.ReplaceAll(strings.ReplaceAll(program, "//	", ""), "//\n", "\n")
	path := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(path, []byte(program), 0o644))
	out, err := exec.Command("go", "vet", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// Defaults in doc comments are those of the constants.
func TestDocumentedDefaults(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"transport_retry.go", "client_options.go", "options.go", "search.go"} {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		files[name] = strings.Join(strings.Fields(strings.ReplaceAll(string(data), "//", "")), " ")
	}
	for _, said := range []struct{ file, text string }{
		{"transport_retry.go", fmt.Sprintf("counts the first attempt too; default %d.", defaultMaxAttempts)},
		{"transport_retry.go", fmt.Sprintf("limits the first wait; default %d ms.", defaultBaseDelay.Milliseconds())},
		{"transport_retry.go", fmt.Sprintf("limits all waits; default %.0f s.", defaultMaxDelay.Seconds())},
		{"transport_retry.go", fmt.Sprintf("in Retry-After; default %.0f s.", defaultMaxRetryAfter.Seconds())},
		{"client_options.go", fmt.Sprintf("0 means the default, %.0f s; negative means never", defaultStallTimeout.Seconds())},
		{"client_options.go", fmt.Sprintf("0 means the default, %d MiB", defaultMaxResponseSize>>20)},
		{"options.go", fmt.Sprintf("0 means the default, %.0f hours", defaultWaitLimit.Hours())},
		{"options.go", fmt.Sprintf("0 means the default, %.0f minutes", defaultOutageLimit.Minutes())},
		{"options.go", fmt.Sprintf("limit is at most %.0f seconds", firstResponseLimit.Seconds())},
		{"options.go", fmt.Sprintf("0 means the default: %d ms for min, %.0f s for max", defaultPollMin.Milliseconds(), defaultPollMax.Seconds())},
		{"options.go", fmt.Sprintf("lists, %d to %d. 0 means the default, %d.", minPageSize, maxPageSize, minPageSize)},
		{"search.go", fmt.Sprintf("it is %s days before To", map[int]string{7: "seven"}[defaultSearchDays])},
		{"search.go", fmt.Sprintf("the calls of the last %s days", map[int]string{7: "seven"}[defaultSearchDays])},
		{"search.go", fmt.Sprintf("fill more than %s pages", map[int]string{8: "seven"}[seenPages])},
	} {
		require.Contains(t, files[said.file], said.text)
	}
}
