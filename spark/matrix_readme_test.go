package spark_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What TestFaultMatrix proves stands in the emulator's README.
func TestFaultMatrixReadme(t *testing.T) {
	const file = "sparktest/README.md"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(matrixReadme()), 0o644))
	}
	readme, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, matrixReadme(), string(readme), "%s is out of date: run go test ./spark -run TestFaultMatrixReadme -update", file)
}

func matrixReadme() string {
	var b strings.Builder
	fmt.Fprintf(&b, matrixIntroduction, len(matrixCases()))
	for _, c := range columns {
		fmt.Fprintf(&b, "| %s | %s |\n", c, strings.Join(operationsIn(c), ", "))
	}
	b.WriteString("\n## Outcomes\n\n| fault |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, fault := range matrixFaults {
		fmt.Fprintf(&b, "| %s |", fault.name)
		for _, c := range columns {
			fmt.Fprintf(&b, " %s |", matrixCell(fault.of(c)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

const matrixIntroduction = `<!-- Made by go test ./spark -run TestFaultMatrixReadme -update. Don't edit. -->

# What the client makes of faults

Package sparktest is an emulator of the platform; see its package documentation for how to use it. Each fault below is one
that it can be set to have. The table is what package spark makes of each: TestFaultMatrix plays all %d cases, in virtual
time, and fails where the outcome is another one.

A cell has one outcome, or three: for a fault that happens to the first request, to a later one, and to every one. ✓ is
success, with the content compared. Other outcomes are errors: ` + "`Err…`" + ` are the sentinels of package spark, "no response" and
"redirect" are an ` + "`*APIError`" + ` with the network's error and with the redirect that wasn't followed, "noranges"
is a ` + "`*DownloadError`" + ` that says that partial responses don't fit the file. – means that there is no such case.

Beside the outcome, each case must satisfy:

- An error is of a public type, on one line, without a credential or a file's URL, and names the job where there is one.
- No export job is started but those asked for.
- No response's body is left open, no goroutine behind, no file but a part file that the error names.
- No credential reaches another host.
- Nothing is lost: when the fault is over, the same client does the same thing well, going on with the job and the part file
  where there are some.

## Operations

| group | method, and the request that meets the fault |
|---|---|
`

func operationsIn(c column) (names []string) {
	for _, operation := range matrixOperations {
		if operation.column == c {
			names = append(names, operation.String())
		}
	}
	return names
}

func matrixCell(expected string) string {
	outcomes := strings.Fields(expected)
	if len(outcomes) == 0 {
		return "–"
	}
	for i, outcome := range outcomes {
		outcomes[i] = matrixWord(outcome)
	}
	return strings.Join(outcomes, " · ")
}

func matrixWord(outcome string) string {
	switch outcome {
	case "ok":
		return "✓"
	case "-":
		return "–"
	case "connection":
		return "no response"
	case "Canceled", "DeadlineExceeded":
		return "`context." + outcome + "`"
	case "redirect", "noranges":
		return outcome
	}
	return "`Err" + outcome + "`"
}
