package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/record"
)

type callCommand struct {
	*program
	index  spark.IndexOption
	format string
	zone   *time.Location
}

func newCall(p *program) *cobra.Command {
	c := callCommand{program: p}
	command := &cobra.Command{
		Use:   "call CALL_ID",
		Short: "Fetch one call: its inputs, outputs, errors and warnings",
		Long: `Fetch one call: who called which service when, and the inputs, outputs, errors and
warnings.

By default the platform's own JSON is printed, with every digit; on a terminal, with
line breaks. The table is for reading. If the record is of another call, or has fields
that can't be read, it is still printed, and the exit status is 1.`,
		Example: `  sparklog call 123e4567-e89b-12d3-a456-426614174000
  sparklog call 123e4567-e89b-12d3-a456-426614174000 --format table
  sparklog call 123e4567-e89b-12d3-a456-426614174000 | jq .EngineDetails.response_data.outputs`,
		Args: exactly("CALL_ID"),
		RunE: func(command *cobra.Command, args []string) error { return c.run(command.Context(), args[0]) },
	}
	flags := command.Flags()
	choiceKind("json", "table").add(flags, &c.format, "format", "json", "how to print the call")
	registerZone(flags, &c.zone, "the table")
	registerIndex(flags, &c.index)
	p.registerBaseURL(flags)
	return command
}

func (c *callCommand) run(ctx context.Context, id string) error {
	client, err := c.connect()
	if err != nil {
		return err
	}
	call, err := client.GetCall(ctx, id, c.index)
	if err != nil {
		return err
	}
	if c.format == "table" {
		printCall(c.out, call, orUTC(c.zone), c.tableWidth())
	} else if err := c.printJSON(call.JSON()); err != nil {
		return err
	}
	return problemsOf(id, call, "printed as it came")
}

// problemsOf returns nil if the call is the one that was asked for and all of its fields
// could be read. Otherwise it returns an error that names what was done all the same.
func problemsOf(id string, call *record.Call, done string) error {
	problems := call.Problems()
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("call %s was %s, but with %s, the first: %s", id, done, counted(len(problems), "problem"), problems[0])
}

// printJSON prints JSON unchanged, or with line breaks on a terminal.
func (p *program) printJSON(data json.RawMessage) error {
	text := bytes.NewBuffer(data)
	if p.stdoutTerminal {
		text = new(bytes.Buffer)
		if err := json.Indent(text, data, "", "  "); err != nil {
			return err
		}
	}
	text.WriteByte('\n')
	_, err := text.WriteTo(p.out)
	return err
}

// printResult prints what a comparison or a summary has found, as text or as JSON.
func (p *program) printResult(result fmt.Stringer, format string) error {
	if format == "json" {
		data, err := json.Marshal(result)
		if err != nil {
			return err
		}
		return p.printJSON(data)
	}
	_, err := fmt.Fprint(p.out, result)
	return err
}

// registerIndex adds a flag that chooses one record of a v4 call.
func registerIndex(flags *pflag.FlagSet, option *spark.IndexOption) {
	flags.Func("index", "which `record` of a call that has several, counting from 0 (default: the last)", func(text string) error {
		index, err := strconv.Atoi(text)
		*option = spark.WithIndex(index)
		return err
	})
}

const (
	maxRows  = 12  // of a table that is an input or an output
	maxWidth = 100 // of a value
)

// printCall prints one call for reading, with its time in a zone. Inputs and outputs are
// cut off at the width, unless it is 0.
func printCall(out io.Writer, call *record.Call, zone *time.Location, width int) {
	fmt.Fprintf(out, "Call %s\n  called %s %s by %s with version %s, calculated in %s\n", printable(call.ID), timeOf(call.LogTime, zone), zone,
		cmp.Or(printable(call.User), "an unknown user"), cmp.Or(printable(call.Version), "unknown"), call.CalcTime)
	for _, warning := range call.Warnings {
		fmt.Fprintf(out, "  warning: %s\n", printable(warning.String()))
	}
	for _, failure := range call.Errors {
		fmt.Fprintf(out, "  error: %s\n", printable(failure.String()))
	}
	for _, line := range slices.Concat([]string{"  Inputs"}, valueLines(call.Inputs), []string{"  Outputs"}, valueLines(call.Outputs)) {
		if width > 0 {
			line = textwidth.Cut(line, width)
		}
		fmt.Fprintln(out, line)
	}
	for _, problem := range call.Problems() {
		fmt.Fprintf(out, "  problem: %s\n", printable(problem.String()))
	}
}

// valueLines returns the values on a line each, and tables on several.
func valueLines(values record.Values) (lines []string) {
	var simple [][]string
	for name, value := range values.All() {
		table, err := value.Table()
		if err != nil || len(table.Rows) == 0 {
			simple = append(simple, []string{"    " + printable(name), textwidth.Cut(printable(string(value.JSON())), maxWidth)})
			continue
		}
		lines = append(lines, textwidth.Table(simple)...)
		lines = append(append(lines, "    "+printable(name)), tableLines(table)...)
		simple = nil
	}
	return append(lines, textwidth.Table(simple)...)
}

func tableLines(table record.Table) []string {
	rows := [][]string{append([]string{"    "}, printables(table.Columns)...)}
	for _, row := range table.Rows[:min(len(table.Rows), maxRows)] {
		cells := []string{"    "}
		for _, column := range table.Columns {
			value, _ := row.Get(column)
			cells = append(cells, printable(textwidth.Cut(string(value.JSON()), maxWidth/2)))
		}
		rows = append(rows, cells)
	}
	lines := textwidth.Table(rows)
	if more := len(table.Rows) - maxRows; more > 0 {
		lines = append(lines, "  … and "+counted(more, "more row"))
	}
	return lines
}
