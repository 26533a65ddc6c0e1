package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

type callCommand struct {
	*program
	connectFlags
	id     string
	index  indexFlag
	format choiceFlag
}

func newCall(p *program) *cobra.Command {
	c := callCommand{program: p, format: choiceFlag{"json", []string{"json", "table"}}}
	command := &cobra.Command{
		Use:   "call CALL_ID",
		Short: "Fetch one call: its inputs, outputs, errors and warnings",
		Long: `Fetch one call: who called which service when, and the inputs, outputs, errors and
warnings.

The JSON is the platform's own record with every digit, on a terminal with line breaks
added. The table is for reading. If the record is of another call, or has fields that
can't be read, it is printed all the same, and the exit status is 1.`,
		Example: `  sparklog call 123e4567-e89b-12d3-a456-426614174000
  sparklog call 123e4567-e89b-12d3-a456-426614174000 --format table
  sparklog call 123e4567-e89b-12d3-a456-426614174000 | jq .EngineDetails.response_data.outputs`,
		Args:              exactly(argument{"CALL_ID", &c.id}),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return c.run(command.Context()) },
	}
	c.format.register(command, "format", "how to print the call")
	c.index.register(command)
	c.connectFlags.register(command)
	return command
}

func (c *callCommand) run(ctx context.Context) error {
	client, err := c.connect(c.connectFlags)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	var options []spark.CallOption
	if index := c.index.chosen(); index != nil {
		options = append(options, index)
	}
	call, err := client.GetCall(ctx, c.id, options...)
	if err != nil {
		return err
	}
	if c.format.value == "table" {
		printCall(c.out, call)
	} else if err := c.printJSON(call.JSON()); err != nil {
		return err
	}
	return problemsOf(c.id, call, "printed as it came")
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

// indexFlag chooses one record of a v4 call.
type indexFlag struct {
	value   int
	command *cobra.Command
}

func (i *indexFlag) register(command *cobra.Command) {
	i.command = command
	command.Flags().IntVar(&i.value, "index", 0, "which record of a call that has several, counting from 0 (default: the last)")
}

// chosen returns nil unless the flag is given.
func (i *indexFlag) chosen() spark.IndexOption {
	if !i.command.Flags().Changed("index") {
		return nil
	}
	return spark.WithIndex(i.value)
}

const (
	maxRows  = 12  // of a table that is an input or an output
	maxWidth = 100 // of a value
)

// printCall prints one call for reading.
func printCall(out io.Writer, call *record.Call) {
	fmt.Fprintf(out, "Call %s\n", printable(call.ID))
	fmt.Fprintf(out, "  called %s by %s with version %s, calculated in %s\n", timeOf(call.LogTime)+" UTC",
		cmp.Or(printable(call.User), "an unknown user"), cmp.Or(printable(call.Version), "unknown"), call.CalcTime)
	for _, warning := range call.Warnings {
		fmt.Fprintf(out, "  warning: %s\n", printable(warning.String()))
	}
	for _, failure := range call.Errors {
		fmt.Fprintf(out, "  error: %s\n", printable(failure.String()))
	}
	printValues(out, "Inputs", call.Inputs)
	printValues(out, "Outputs", call.Outputs)
	for _, problem := range call.Problems() {
		fmt.Fprintf(out, "  problem: %s\n", printable(problem.String()))
	}
}

func printValues(out io.Writer, title string, values record.Values) {
	fmt.Fprintf(out, "  %s\n", title)
	list := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for name, value := range values.All() {
		table, err := value.Table()
		if err != nil || len(table.Rows) == 0 {
			fmt.Fprintf(list, "    %s\t%s\n", printable(name), clip(printable(string(value.JSON())), maxWidth))
			continue
		}
		fmt.Fprintf(list, "    %s\n", printable(name))
		_ = list.Flush()
		printTable(out, table)
	}
	_ = list.Flush()
}

func printTable(out io.Writer, table record.Table) {
	lines := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	cells := make([]string, len(table.Columns))
	for i, column := range table.Columns {
		cells[i] = printable(column)
	}
	fmt.Fprintf(lines, "      %s\n", strings.Join(cells, "\t"))
	for _, row := range table.Rows[:min(len(table.Rows), maxRows)] {
		for i, column := range table.Columns {
			value, _ := row.Get(column)
			cells[i] = printable(clip(string(value.JSON()), maxWidth/2))
		}
		fmt.Fprintf(lines, "      %s\n", strings.Join(cells, "\t"))
	}
	_ = lines.Flush()
	if more := len(table.Rows) - maxRows; more > 0 {
		fmt.Fprintf(out, "  … and %s\n", counted(more, "more row"))
	}
}
