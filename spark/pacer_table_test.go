package spark

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var pacerUpdate = flag.Bool("pacer.update", false, "write testdata/polling.txt")

// The table in the package documentation.
func TestPacerTable(t *testing.T) {
	const file = "testdata/polling.txt"
	got := pacerTable()
	if *pacerUpdate {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("elsewhere the last digit of a float may differ, and with it the table")
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is out of date: run go test ./spark -run TestPacerTable -pacer.update; it should be\n%s", file, got)
	}
}

func pacerTable() string {
	var table strings.Builder
	fmt.Fprintf(&table, "%d simulated jobs of each kind and length (±10 %%). A poll takes 30 to 200 ms.\n", pacerJobs)
	table.WriteString("Lag: from the end of a job to the answer that tells. Polls: the most that any job took.\n\n")
	pacerTableByLength(&table)
	table.WriteByte('\n')
	pacerTableByCurve(&table)
	return table.String()
}

func pacerTableByLength(table *strings.Builder) {
	columns := []struct {
		head   string
		policy pacerMaker
		curve  pacerCurve
	}{
		{"adaptive, percent", pacerNew, pacerLinearPercent},
		{"adaptive, told nothing", pacerNew, pacerSilent[0]},
		{"every 2 s", pacerNewFixed, pacerLinearPercent},
		{"1 s, ×1.5, up to 30 s", pacerNewExponential, pacerLinearPercent},
	}
	fmt.Fprintf(table, "%-6s", "")
	for _, column := range columns {
		fmt.Fprintf(table, "   %22s", column.head)
	}
	fmt.Fprintf(table, "\n%-6s%s\n", "lag", strings.Repeat("     mean     95 %  polls", len(columns)))
	for _, length := range pacerLengths {
		fmt.Fprintf(table, "%-6s", pacerRound(length))
		for _, column := range columns {
			result := pacerMeasure(column.policy, column.curve, length, 0)
			fmt.Fprintf(table, "%9s %8s %6d", pacerRound(result.mean), pacerRound(result.p95), result.requests)
		}
		table.WriteByte('\n')
	}
}

func pacerTableByCurve(table *strings.Builder) {
	lengths := []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, 2 * time.Hour}
	fmt.Fprintf(table, "%-38s", "mean lag in % of the job; polls")
	for _, length := range lengths {
		fmt.Fprintf(table, "%13s", pacerRound(length))
	}
	row := func(name string, policy pacerMaker, curve pacerCurve, from float64) {
		fmt.Fprintf(table, "\n%-38s", name)
		for _, length := range lengths {
			result := pacerMeasure(policy, curve, length, from)
			fmt.Fprintf(table, "%8.1f %4d", 100*float64(result.mean)/float64(length), result.requests)
		}
	}
	for _, curve := range slices.Concat(pacerShapes, pacerInSteps(100), pacerInSteps(10), pacerSilent, pacerOdd) {
		row(curve.name, pacerNew, curve, 0)
	}
	row("picked up at 60 %: linear, percent", pacerNew, pacerLinearPercent, 0.6)
	row("picked up at 60 %: told nothing", pacerNew, pacerSilent[0], 0.6)
	row("any, every 2 s", pacerNewFixed, pacerLinearPercent, 0)
	row("any, 1 s, ×1.5, up to 30 s", pacerNewExponential, pacerLinearPercent, 0)
	table.WriteByte('\n')
}

// pacerRound writes a duration in two digits or so.
func pacerRound(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 10*time.Minute && d%time.Minute != 0:
		return fmt.Sprintf("%.1f min", d.Minutes())
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
