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
	serviceFlags
	outputFlags
	index  spark.IndexOption
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
		Args: e.arguments("CALL_ID"),
		RunE: func(command *cobra.Command, args []string) error { return e.run(command.Context(), args[len(args)-1]) },
	}
	flags := command.Flags()
	e.outputFlags.register(flags, "output", "o", "`file` to save to, or - for standard output (default CALL_ID.xlsx)")
	registerIndex(flags, &e.index)
	flags.BoolVar(&e.legacy, "legacy", false, "fetch the workbook in the form for models of the legacy format")
	e.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

func (e *excelCommand) run(ctx context.Context, callID string) error {
	if e.path == "" && uuid.Validate(callID) == nil { // the library refuses any other ID
		e.path = callID + ".xlsx"
	}
	if err := e.check(e.program); err != nil {
		return err
	}
	client, err := e.connect()
	if err != nil {
		return err
	}
	service := e.of(client)
	var legacy spark.WorkbookOption
	if e.legacy {
		legacy = spark.WithLegacyWorkbook()
	}
	err = e.save(e.outputFlags,
		func(path string, progress, overwrite spark.SaveOption) error {
			return service.SaveWorkbook(ctx, callID, path, e.index, legacy, progress, overwrite)
		},
		func(w io.Writer, progress spark.SaveOption) error {
			return service.WriteWorkbook(ctx, callID, w, e.index, legacy, progress)
		})
	var broken *spark.DownloadError
	if errors.As(err, &broken) && broken.Part != "" {
		return &unfinishedError{error: err, resume: "run the same command again"}
	}
	return err
}
