package spark_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/golden"
)

// The emulator's README has the outcomes that TestFaultMatrix checks.
func TestFaultMatrixReadme(t *testing.T) {
	const file = "sparktest/README.md"
	golden.Require(t, file, matrixReadme(), "%s is out of date: run go test ./spark -run TestFaultMatrixReadme -update", file)
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

Package sparktest is an emulator of the platform; its package documentation explains how to use it. This page lists the faults that it
can be set to have, and what package spark makes of each of them. TestFaultMatrix runs all %d cases in virtual time, and fails if the
outcome of one isn't what the table says.

A cell has one outcome, or three: if the fault happens to the first request, to a later one, and to every one. ✓ means success, with
the content compared. The other outcomes are errors:

- ` + "`Err…`" + ` is a sentinel of package spark, or of package record (` + "`ErrCorrupt`" + `).
- "no response" is an ` + "`*APIError`" + ` with the network's error.
- "redirect" is an ` + "`*APIError`" + ` that names the redirect that wasn't followed.
- "noranges" is a ` + "`*DownloadError`" + ` that says that partial responses don't fit the file.
- – means that there isn't such a case.

Each case also checks:

- An error has a public type, is one line, contains neither a credential nor the URL of a file, and names the job if there is one.
- No export job is started besides the requested ones.
- Every response's body is closed, every goroutine has ended, and no file remains except a part file that the error names.
- No credential reaches another host.
- Nothing is lost: when the fault is over, the same client does the same thing successfully, and resumes the job and the part file if
  there are any.

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
