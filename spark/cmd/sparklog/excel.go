package main

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type excelCommand struct {
	*program
	connectFlags
	serviceFlags
	outputFlags
	callID string
	index  indexFlag
	legacy bool
}

func newExcel(p *program) *cobra.Command {
	e := excelCommand{program: p}
	command := &cobra.Command{
		Use:   "excel FOLDER/SERVICE CALL_ID",
		Short: "Save the Excel workbook of a call",
		Long: `Save the Excel workbook of a service, filled with the inputs of a call.

The file appears under its name when it is complete. If a download breaks off, run the
same command again to resume it.`,
		Example: `  sparklog excel my-folder/my-service 123e4567-e89b-12d3-a456-426614174000
  sparklog excel --folder "a/b" --service "c" 123e4567-e89b-12d3-a456-426614174000 --output - > call.xlsx`,
		Args:              e.arguments(argument{"CALL_ID", &e.callID}),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return e.run(command.Context()) },
	}
	e.outputFlags.register(command, "`file` to save to, or - for standard output (default CALL_ID.xlsx)")
	e.index.register(command)
	command.Flags().BoolVar(&e.legacy, "legacy", false, "fetch the workbook in the form for models of the legacy format")
	e.serviceFlags.register(command)
	e.connectFlags.register(command)
	return command
}

func (e *excelCommand) run(ctx context.Context) error {
	if e.path == "" && uuid.Validate(e.callID) == nil { // the library refuses any other ID
		e.path = textFlag(e.callID + ".xlsx")
	}
	if err := e.check(e.program); err != nil {
		return err
	}
	client, err := e.connect(e.connectFlags)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	service := e.of(client)
	err = e.save(e.outputFlags,
		func(path string, options ...spark.SaveOption) error {
			return service.SaveWorkbook(ctx, e.callID, path, e.options(options)...)
		},
		func(w io.Writer, options ...spark.SaveOption) error {
			return service.WriteWorkbook(ctx, e.callID, w, e.options(options)...)
		})
	var broken *spark.DownloadError
	if errors.As(err, &broken) && broken.Part != "" {
		return &unfinishedError{error: err, resume: "run the same command again"}
	}
	return err
}

func (e *excelCommand) options(saving []spark.SaveOption) []spark.WorkbookOption {
	var options []spark.WorkbookOption
	for _, option := range saving {
		options = append(options, option)
	}
	if index := e.index.chosen(); index != nil {
		options = append(options, index)
	}
	if e.legacy {
		options = append(options, spark.WithLegacyWorkbook())
	}
	return options
}
