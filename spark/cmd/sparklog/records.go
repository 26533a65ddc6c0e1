package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type recordsCommand struct {
	*program
	path   string
	format choice
}

func newRecords(p *program) *cobra.Command {
	r := recordsCommand{program: p, format: choice{"table", []string{"table", "ndjson", "json", "csv"}}}
	command := &cobra.Command{
		Use:   "records FILE.zip",
		Short: "Read an exported archive, without a network",
		Long: `Read an archive that was exported earlier. It needs no network and no credential,
and little memory, however large the archive is. A - reads standard input.

  table    one line a call, for reading
  ndjson   one record a line: the platform's own JSON, with every digit
  json     the same records as one list
  csv      one row a call, one column for each input and output

All formats take archives of JSON as well as of CSV. Rows of CSV become JSON
objects of texts by column, and where files differ in their columns the CSV has all
of them. Records, rows and fields that can't be read are reported on standard error,
everything else is printed, and the exit status is 1.`,
		Example: `  sparklog records calls.zip
  sparklog records calls.zip --format ndjson | jq .CalcTime
  sparklog records calls.zip --format csv > calls.csv`,
		Args: takes(argument{"FILE.zip", &r.path}),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"zip"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(command *cobra.Command, _ []string) error { return r.run(command.Context()) },
	}
	addChoice(command, &r.format, "format", "how to print the records")
	return command
}

// recordWriter prints records in one format.
type recordWriter interface {
	write(record) error
	// end follows the last record.
	end() error
}

func (r *recordsCommand) run(ctx context.Context) error {
	archive, closeArchive, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer closeArchive()
	if !holdsRecords(archive) {
		return fmt.Errorf("%s holds neither JSON nor CSV files, so it is no export of calls", r.path)
	}
	to := r.writer(ctx, archive)
	var read int
	var unread unread
	for record, err := range recordsOf(ctx, archive) {
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
	if err := unread.err(r.path, "printed "+counted(read, "record")); err != nil {
		return err
	}
	r.note("%s", counted(read, "record"))
	return nil
}

func (r *recordsCommand) writer(ctx context.Context, archive *spark.Archive) recordWriter {
	switch r.format.value {
	case "ndjson":
		return newLineWriter(r.out)
	case "json":
		return newListWriter(r.out)
	case "csv":
		return newCSVWriter(r.out, columnsOf(recordsOf(ctx, archive)))
	}
	return newTableWriter(r.out)
}

// open opens the archive. One from standard input is kept in a file meanwhile,
// since the directory of an archive stands at its end.
func (r *recordsCommand) open(ctx context.Context) (archive *spark.Archive, end func(), err error) {
	if r.path != "-" {
		archive, err = spark.OpenArchive(r.path)
		return archive, func() { _ = archive.Close() }, err
	}
	file, err := os.CreateTemp("", "sparklog-*.zip")
	if err != nil {
		return nil, nil, err
	}
	// Where a file that is open can be removed, nothing can leave it behind.
	_ = os.Remove(file.Name())
	end = func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	size, err := io.Copy(file, untilDone{ctx, r.stdin})
	if err == nil {
		archive, err = spark.NewArchive(file, size)
	}
	if err != nil {
		end()
		return nil, nil, fmt.Errorf("read standard input: %w", err)
	}
	return archive, end, nil
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(data []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(data)
}
