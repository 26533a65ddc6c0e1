package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/xuri/excelize/v2"

	"github.com/sparkgo/spark-go/spark"
)

// shown is how many calls, columns or values a report names before it says how
// many more there are.
const shown = 12

// printCalls prints a table of the calls in an archive and returns them.
func printCalls(out io.Writer, archive *spark.Archive) ([]*spark.Call, error) {
	var calls []*spark.Call
	for call, err := range archive.Calls() {
		if err != nil {
			return nil, err
		}
		calls = append(calls, call)
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  TIME (UTC)\tCALL ID\tUSER\tVERSION\tCALC TIME\tERRORS")
	for _, call := range calls[:min(len(calls), shown)] {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%d\n", call.LogTime.Format("2006-01-02 15:04:05"), call.ID, call.User, call.Version, call.CalcTime, len(call.Errors))
	}
	if err := table.Flush(); err != nil {
		return nil, err
	}
	printMore(out, len(calls)-shown, "calls")
	return calls, nil
}

func printMore(out io.Writer, more int, what string) {
	if more > 0 {
		fmt.Fprintf(out, "  … and %d more %s\n", more, what)
	}
}

// printRows prints what the CSV files of an archive hold.
func printRows(out io.Writer, archive *spark.Archive) error {
	rows, errors := 0, 0
	var columns []string
	known := map[string]bool{}
	for row, err := range archive.Rows() {
		if err != nil {
			return err
		}
		rows++
		if row.ErrorDetails != "" {
			errors++
		}
		for name := range row.All() {
			if !known[name] {
				known[name] = true
				columns = append(columns, name)
			}
		}
	}
	fmt.Fprintf(out, "  %d rows, %d of them with errors\n  the model's own columns: %s\n", rows, errors, strings.Join(columns[:min(len(columns), shown)], ", "))
	printMore(out, len(columns)-shown, "columns")
	return nil
}

// printCall prints one call with its inputs and outputs.
func printCall(out io.Writer, call *spark.Call) {
	fmt.Fprintf(out, "\nCall %s\n  made %s by %s with version %s, calculated in %s\n", call.ID, call.LogTime.Format("2006-01-02 15:04:05 MST"), cmp.Or(call.User, "an unknown user"), call.Version, call.CalcTime)
	for _, warning := range call.Warnings {
		fmt.Fprintf(out, "  warning: %s\n", warning.Message)
	}
	for _, failure := range call.Errors {
		fmt.Fprintf(out, "  error: %s\n", failure.Message)
	}
	printValues(out, "Inputs", call.Inputs)
	printValues(out, "Outputs", call.Outputs)
}

func printValues(out io.Writer, title string, values spark.Values) {
	fmt.Fprintf(out, "  %s\n", title)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for name, value := range values.All() {
		fmt.Fprintf(table, "    %s\t%s\n", name, clip(string(value.JSON()), 70))
	}
	_ = table.Flush()
}

func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// printWorkbook prints size and sheets of a workbook.
func printWorkbook(out io.Writer, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	workbook, err := excelize.OpenFile(path)
	if err != nil {
		return fmt.Errorf("open the workbook: %w", err)
	}
	defer workbook.Close()
	fmt.Fprintf(out, "\nWorkbook of the call\n  saved as %s\n  %d bytes, sheets: %s\n", path, info.Size(), strings.Join(workbook.GetSheetList(), ", "))
	return nil
}
