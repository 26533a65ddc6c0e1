package main

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type excelCommand struct {
	*program
	connection
	serviceName
	saving
	callID string
	index  recordIndex
	legacy bool
}

func newExcel(p *program) *cobra.Command {
	e := excelCommand{program: p}
	command := &cobra.Command{
		Use:   "excel FOLDER/SERVICE CALL_ID --output FILE",
		Short: "Save the Excel workbook of a call",
		Long: `Save the Excel workbook of a service with the inputs of a call in it.

The file appears under its name when it is whole. A download that breaks off goes
on with the same command.`,
		Example: `  sparklog excel my-folder/my-service 123e4567-e89b-12d3-a456-426614174000 --output call.xlsx
  sparklog excel --folder "a/b" --service "c" 123e4567-e89b-12d3-a456-426614174000 --output - > call.xlsx`,
		Args:              e.with(argument{"CALL_ID", &e.callID}),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return e.run(command.Context()) },
	}
	e.saving.flags(command, "`file` to save to, or - for standard output")
	_ = command.MarkFlagRequired("output")
	e.index.flags(command)
	command.Flags().BoolVar(&e.legacy, "legacy", false, "fetch it in the form for models of the legacy format")
	e.serviceName.flags(command)
	e.connection.flags(command)
	return command
}

func (e *excelCommand) run(ctx context.Context) error {
	if err := e.check(e.program); err != nil {
		return err
	}
	client, err := e.connect(e.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	err = e.save(e.saving, workbook{ctx, e.of(client), e.callID, e.options()})
	var broken *spark.DownloadError
	if errors.As(err, &broken) && broken.Part != "" {
		return &unfinished{error: err, resume: "run the same command again"}
	}
	return err
}

// options say which workbook it is.
func (e *excelCommand) options() []spark.WorkbookOption {
	var options []spark.WorkbookOption
	if index := e.index.chosen(); index != nil {
		options = append(options, *index)
	}
	if e.legacy {
		options = append(options, spark.LegacyWorkbook())
	}
	return options
}

// workbook is what is saved.
type workbook struct {
	ctx     context.Context
	service *spark.Service
	callID  string
	which   []spark.WorkbookOption
}

func (w workbook) options(saving []spark.SaveOption) []spark.WorkbookOption {
	options := slices.Clone(w.which)
	for _, option := range saving {
		options = append(options, option)
	}
	return options
}

func (w workbook) saveTo(path string, options []spark.SaveOption) error {
	return w.service.SaveWorkbook(w.ctx, w.callID, path, w.options(options)...)
}

func (w workbook) writeTo(out io.Writer, options []spark.SaveOption) error {
	return w.service.WriteWorkbook(w.ctx, w.callID, out, w.options(options)...)
}
