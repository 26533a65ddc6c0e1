package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type exportCommand struct {
	*program
	connection
	serviceName
	saving
	waiting
	filter filter
	format choice
	detach bool
}

func newExport(p *program) *cobra.Command {
	e := exportCommand{program: p, format: exportFormat()}
	command := &cobra.Command{
		Use:   "export FOLDER/SERVICE --format json|csv --output FILE.zip",
		Short: "Export the calls of a service as a ZIP archive",
		Long: `Export the calls of a service that the filters let through, all calls by default,
as a ZIP archive of JSON or CSV files. sparklog records reads it.

The platform makes the archive in a job, which goes on even if this command ends;
what is printed then says how to resume.`,
		Example: `  sparklog export my-folder/my-service --from 7d --format json --output calls.zip
  sparklog export my-folder/my-service --from 2026-03 --to 2026-03 --errors only --format csv --output march.zip
  sparklog export my-folder/my-service --from 24h --format json --detach`,
		Args:              e.with(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return e.run(command.Context()) },
	}
	addChoice(command, &e.format, "format", "what the files in the archive are")
	_ = command.MarkFlagRequired("format")
	e.saving.flags(command, "`file` to save the ZIP archive to, or - for standard output")
	command.Flags().BoolVar(&e.detach, "detach", false, "start the job, print its ID, and don't wait for it")
	e.waiting.flags(command)
	e.filter.flags(command)
	e.serviceName.flags(command)
	e.connection.flags(command)
	return command
}

func exportFormat() choice {
	return choice{allowed: []string{string(spark.JSON), string(spark.CSV)}}
}

func (e *exportCommand) run(ctx context.Context) error {
	if e.path == "" && !e.detach {
		return usagef("--output is missing; name a file such as calls.zip, or start the job only with --detach")
	}
	if err := e.check(e.program); err != nil {
		return err
	}
	filter, err := e.filter.get()
	if err != nil {
		return err
	}
	client, err := e.connect(e.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	if asked := describePeriod(filter); asked != "" {
		e.note("%s", asked)
	}
	if zone := e.filter.offset.zone(); zone != time.UTC && e.format.value == string(spark.JSON) {
		e.note("the log times in the JSON files will be local times of %s without saying so; give records and stats --timezone-offset %s as well", zone, &e.filter.offset)
	}
	job, err := e.of(client).StartExport(ctx, spark.Format(e.format.value), filter)
	if err != nil {
		return notStarted(err)
	}
	e.note("started %s", job)
	if !e.detach {
		return e.finish(ctx, job, e.connection, e.saving, e.waiting)
	}
	e.note("To resume: %s", resumeCommand(job, e.connection, e.saving))
	fmt.Fprintln(e.out, job.ID)
	return nil
}

// notStarted says whether there may be a job after an interrupted start. A start
// that is waiting for its next try has been rejected.
func notStarted(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	if rejected := reason(err); rejected != "" {
		return fmt.Errorf("interrupted; no export was started (%s)", rejected)
	}
	return errors.New("interrupted while the export was being started; the platform may have started it, but its ID is lost")
}
