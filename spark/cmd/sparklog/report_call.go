package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/sparkgo/spark-go/spark/record"
)

// valueWidth is how much of a value a report shows.
const valueWidth = 100

// printCall prints one call for reading, with its inputs and outputs.
func printCall(out io.Writer, call *record.Call) {
	fmt.Fprintf(out, "Call %s\n", plain(call.ID))
	fmt.Fprintf(out, "  called %s by %s with version %s, calculated in %s\n",
		timeOf(call.LogTime)+" UTC", cmp.Or(plain(call.User), "an unknown user"), cmp.Or(plain(call.Version), "unknown"), call.CalcTime)
	for _, warning := range call.Warnings {
		fmt.Fprintf(out, "  warning: %s\n", plain(warning.String()))
	}
	for _, failure := range call.Errors {
		fmt.Fprintf(out, "  error: %s\n", plain(failure.String()))
	}
	printValues(out, "Inputs", call.Inputs)
	printValues(out, "Outputs", call.Outputs)
	for _, problem := range call.Problems() {
		fmt.Fprintf(out, "  problem: %s\n", plain(problem.String()))
	}
}

func printValues(out io.Writer, title string, values record.Values) {
	fmt.Fprintf(out, "  %s\n", title)
	list := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for name, value := range values.All() {
		table, err := value.Table()
		if err != nil || len(table.Rows) == 0 {
			fmt.Fprintf(list, "    %s\t%s\n", plain(name), clip(plain(string(value.JSON())), valueWidth))
			continue
		}
		fmt.Fprintf(list, "    %s\n", plain(name))
		_ = list.Flush()
		printTable(out, table)
	}
	_ = list.Flush()
}

// printTable prints a value that is a table.
func printTable(out io.Writer, table record.Table) {
	lines := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(lines, "      %s\n", tabbed(table.Columns))
	for _, row := range table.Rows[:min(len(table.Rows), shown)] {
		cells := make([]string, len(table.Columns))
		for i, column := range table.Columns {
			if value, ok := row.Get(column); ok {
				cells[i] = clip(string(value.JSON()), valueWidth/2)
			}
		}
		fmt.Fprintf(lines, "      %s\n", tabbed(cells))
	}
	_ = lines.Flush()
	printMore(out, len(table.Rows)-shown, "row")
}

func tabbed(cells []string) string {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = plain(cell)
	}
	return strings.Join(texts, "\t")
}
