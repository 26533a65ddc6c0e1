package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/xuri/excelize/v2"
)

// shown is how many calls, columns or rows a report names before it says how
// many more there are.
const shown = 12

// printCalls prints a table of the calls in an archive and returns the ID of the
// first one, if there is one.
func printCalls(out io.Writer, archive *record.Archive) (first string, err error) {
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  TIME (UTC)\tCALL ID\tUSER\tVERSION\tCALC TIME\tERRORS")
	count := 0
	for call, err := range archive.Calls() {
		if err != nil {
			return "", err
		}
		if count++; count <= shown {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%d\n", timeOf(call.LogTime), plain(call.ID), plain(call.User), plain(call.Version), call.CalcTime, len(call.Errors))
		}
		first = cmp.Or(first, call.ID)
	}
	if err := table.Flush(); err != nil {
		return "", err
	}
	printMore(out, count-shown, "call")
	return first, nil
}

func printMore(out io.Writer, more int, thing string) {
	if more > 0 {
		fmt.Fprintf(out, "  … and %s\n", counted(more, "more "+thing))
	}
}

// printRows prints what the CSV files of an archive hold.
func printRows(out io.Writer, archive *record.Archive) error {
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
				columns = append(columns, plain(name))
			}
		}
	}
	fmt.Fprintf(out, "  %s, %d of them with errors\n  the model's own columns: %s\n", counted(rows, "row"), errors, strings.Join(columns[:min(len(columns), shown)], ", "))
	printMore(out, len(columns)-shown, "column")
	return nil
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
	fmt.Fprintf(out, "\nWorkbook of the call\n  saved as %s\n  %d bytes, sheets: %s\n", path, info.Size(), plain(strings.Join(workbook.GetSheetList(), ", ")))
	return nil
}
