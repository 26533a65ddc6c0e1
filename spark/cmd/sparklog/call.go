package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

type callCommand struct {
	*program
	connection
	id     string
	index  recordIndex
	format choice
}

func newCall(p *program) *cobra.Command {
	c := callCommand{program: p, format: choice{"json", []string{"json", "table"}}}
	command := &cobra.Command{
		Use:   "call CALL_ID",
		Short: "Fetch what the platform keeps about a call",
		Long: `Fetch what the platform keeps about a call: who called what and when, the inputs,
the outputs, warnings and errors.

As JSON it is the platform's own record, with every digit; on a terminal only the
line breaks are ours. As a table it is for reading. If the record is of another call,
or has fields that can't be read, it is printed, and the exit status is 1.`,
		Example: `  sparklog call 123e4567-e89b-12d3-a456-426614174000
  sparklog call 123e4567-e89b-12d3-a456-426614174000 --format table
  sparklog call 123e4567-e89b-12d3-a456-426614174000 | jq .EngineDetails.response_data.outputs`,
		Args:              takes(argument{"CALL_ID", &c.id}),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return c.run(command.Context()) },
	}
	addChoice(command, &c.format, "format", "how to print the record")
	c.index.flags(command)
	c.connection.flags(command)
	return command
}

func (c *callCommand) run(ctx context.Context) error {
	client, err := c.connect(c.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	var options []spark.CallOption
	if index := c.index.chosen(); index != nil {
		options = append(options, *index)
	}
	call, err := client.Call(ctx, c.id, options...)
	if err != nil {
		return err
	}
	if err := c.print(call); err != nil {
		return err
	}
	return problemsOf(c.id, call, "printed as it came")
}

// problemsOf returns nil where all of a call could be read and is of the ID that was
// asked for. Otherwise it returns an error that says what was done with it all the same.
func problemsOf(id string, call *record.Call, done string) error {
	problems := call.Problems()
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("call %s was %s, but with %s, the first: %s", id, done, counted(len(problems), "problem"), problems[0])
}

func (c *callCommand) print(call *record.Call) error {
	if c.format.value == "table" {
		printCall(c.out, call)
		return nil
	}
	return c.printRecord(call.JSON())
}

// printRecord prints JSON as it is, and with line breaks for people.
func (p *program) printRecord(data json.RawMessage) error {
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

// recordIndex is the flag that chooses one record of a v4 call.
type recordIndex struct {
	value   int
	command *cobra.Command
}

func (i *recordIndex) flags(command *cobra.Command) {
	i.command = command
	command.Flags().IntVar(&i.value, "index", 0, "`number` of the record, from 0, for a call with several; without it, the last")
}

func (i *recordIndex) chosen() *spark.Index {
	if !i.command.Flags().Changed("index") {
		return nil
	}
	index := spark.Index(i.value)
	return &index
}
