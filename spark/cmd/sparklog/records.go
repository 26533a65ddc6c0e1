package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"
)

type recordsCommand struct {
	*program
	path   string
	offset offset
	format choice
}

func newRecords(p *program) *cobra.Command {
	r := recordsCommand{program: p, format: choice{"table", []string{"table", "ndjson", "json", "csv"}}}
	command := &cobra.Command{
		Use:   "records FILE.zip|DIR",
		Short: "Read exported calls, without a network",
		Long: `Read calls that were exported earlier: a ZIP archive, or the directory of a mirror,
each call once. It needs no network and no credential, and little memory, however
many calls there are. A - reads a ZIP archive from standard input.

  table    one line a call, for reading; a terminal shows the beginning of long texts
  ndjson   one record a line: the platform's own JSON, with every digit
  json     the same records as one list
  csv      one row a call, one column for each input and output

All formats take archives of JSON as well as of CSV. Rows of CSV become JSON
objects of texts by column, and where files differ in their columns the CSV has all
of them. Records, rows and fields that can't be read are reported on standard error,
everything else is printed, and the exit status is 1.`,
		Example: `  sparklog records calls.zip
  sparklog records calls.zip --format ndjson | jq .CalcTime
  sparklog records my-mirror --format csv > calls.csv`,
		Args:              takes(argument{"FILE.zip or DIR", &r.path}),
		ValidArgsFunction: archivesAndFolders,
		RunE:              func(command *cobra.Command, _ []string) error { return r.run(command.Context()) },
	}
	addChoice(command, &r.format, "format", "how to print the records")
	r.offset.readerFlag(command)
	return command
}

// recordWriter prints records in one format.
type recordWriter interface {
	write(entry) error
	// end follows the last record.
	end() error
}

func (r *recordsCommand) run(ctx context.Context) error {
	from, err := r.openSource(ctx, r.path)
	if err != nil {
		return err
	}
	defer from.close()
	from.offset = r.offset
	to := r.writer(from.records(ctx))
	var read int
	var unread unread
	for record, err := range from.records(ctx) {
		if err != nil {
			r.warn("sparklog: %s", describe(err))
			unread.place(err)
			continue
		}
		read++
		unread.fieldsOf(record)
		if err := to.write(record); err != nil {
			return err
		}
	}
	if err := to.end(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := unread.err(from, "printed "+counted(read, "record")); err != nil {
		return err
	}
	r.note("%s", counted(read, "record"))
	if r.offset != 0 && (r.format.value == "json" || r.format.value == "ndjson") {
		r.note("the log times in the JSON are as the export has them, %s", r.offset.zone())
	}
	return nil
}

func (r *recordsCommand) writer(records iter.Seq2[entry, error]) recordWriter {
	switch r.format.value {
	case "ndjson":
		return newLineWriter(r.out)
	case "json":
		return newListWriter(r.out)
	case "csv":
		return newCSVWriter(r.out, columnsOf(records))
	}
	return newTableWriter(r.out, r.offset.zone(), r.stdoutTerminal)
}
