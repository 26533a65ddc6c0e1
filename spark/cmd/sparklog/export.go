package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type exportCommand struct {
	*program
	connectFlags
	serviceFlags
	outputFlags
	waitFlags
	filter filterFlags
	format choiceFlag
	detach bool
}

func newExport(p *program) *cobra.Command {
	e := exportCommand{program: p, format: exportFormat()}
	command := &cobra.Command{
		Use:   "export FOLDER/SERVICE",
		Short: "Export the calls of a service as a ZIP archive",
		Long: `Export the calls that match the filters (all calls by default) as a ZIP archive of
JSON or CSV files. sparklog records and sparklog stats read it. By default the files
are JSON, and the archive is named after the service and the days, such as
my-service_2026-03-01_to_2026-03-31.zip.

The platform makes the archive in a job. If this command ends early, the job continues,
and the command prints how to resume.`,
		Example: `  sparklog export my-folder/my-service --from 7d
  sparklog export my-folder/my-service --from 2026-03 --to 2026-03 --errors only --format csv --output march.zip
  sparklog export my-folder/my-service --from 24h --detach`,
		Args:              e.arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return e.run(command.Context()) },
	}
	e.format.register(command, "format", "format of the files in the archive")
	e.outputFlags.register(command, "`file` to save the ZIP archive to, or - for standard output (default: named after the service and the days)")
	command.Flags().BoolVar(&e.detach, "detach", false, "start the job, print its ID, and don't wait for it")
	e.waitFlags.register(command)
	e.filter.register(command)
	e.serviceFlags.register(command)
	e.connectFlags.register(command)
	return command
}

func exportFormat() choiceFlag {
	return choiceFlag{string(spark.FormatJSON), []string{string(spark.FormatJSON), string(spark.FormatCSV)}}
}

func (e *exportCommand) run(ctx context.Context) error {
	if e.path == "" && !e.detach {
		e.path = textFlag(e.fileName(time.Now()))
	}
	if err := e.check(e.program); err != nil {
		return err
	}
	filter, err := e.filter.get()
	if err != nil {
		return err
	}
	client, err := e.connect(e.connectFlags)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	if period := describePeriod(filter.From, filter.To, e.filter.zone.in()); period != "" {
		e.note("%s", period)
	}
	if zone := e.filter.offset.zone(); zone != time.UTC && e.format.value == string(spark.FormatJSON) {
		e.note("log times in the JSON files will be local times of %s, but the files don't say so; use --timezone-offset %s with records and stats too", zone, &e.filter.offset)
	}
	job, err := e.of(client).StartExport(ctx, spark.Format(e.format.value), filter)
	if err != nil {
		return notStarted(err)
	}
	e.note("started %s", job)
	if !e.detach {
		return e.finish(ctx, job, e.connectFlags, e.outputFlags, e.waitFlags)
	}
	e.note("To resume: %s", resumeCommand(job, e.connectFlags, e.outputFlags))
	fmt.Fprintln(e.out, job.ID)
	return nil
}

// fileName returns the name of the archive if the user gives none. An export without
// an end goes to the present.
func (e *exportCommand) fileName(now time.Time) string {
	from, to := e.filter.bounds()
	if to.IsZero() {
		to = now
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == '-' {
			return r
		}
		return '_'
	}, string(e.service))
	zone := e.filter.zone.in()
	if !from.IsZero() {
		name += "_" + from.In(zone).Format(time.DateOnly)
	}
	return name + "_to_" + to.In(zone).Format(time.DateOnly) + ".zip"
}

// notStarted says whether there may be a job after an interrupted start. A start that
// waits for its next attempt has been rejected.
func notStarted(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	if rejection := reason(err); rejection != "" {
		return fmt.Errorf("interrupted; no export was started (%s)", rejection)
	}
	return errors.New("interrupted while the export was being started; the platform may have started it, but its ID is lost")
}

// filterFlags say which calls are exported.
type filterFlags struct {
	periodFlags
	callIDs                     []string
	correlationID, sourceSystem textFlag
	purpose, user, versionID    textFlag
	errors, warnings            choiceFlag
	offset                      offsetFlag
	command                     *cobra.Command
}

func (f *filterFlags) register(command *cobra.Command) {
	f.command = command
	f.errors = choiceFlag{allowed: []string{"only", "none"}}
	f.warnings = f.errors
	flags := command.Flags()
	f.periodFlags.register(flags)
	flags.StringArrayVar(&f.callIDs, "call-id", nil, "the call with this `ID`; can be repeated")
	flags.Var(&f.correlationID, "correlation-id", "calls with this correlation `ID`")
	flags.Var(&f.sourceSystem, "source-system", "calls from the source system with this `name`")
	flags.Var(&f.purpose, "purpose", "calls with this `text` as call purpose")
	flags.Var(&f.user, "user", "calls by the user with this `name`")
	flags.Var(&f.versionID, "version-id", "calls of the service version with this `ID`")
	f.errors.register(command, "errors", "only calls with errors (only) or only calls without (none)")
	f.warnings.register(command, "warnings", "only calls with warnings (only) or only calls without (none)")
	flags.Var(&f.offset, "timezone-offset", "shift log times by this many `hours`, from -12 to 14; JSON files don't record the shift")
}

// get returns the filter for the library.
func (f *filterFlags) get() (spark.Filter, error) {
	if err := onlyOne(f.command.Flags(), "call-id", "correlation-id", "source-system"); err != nil {
		return spark.Filter{}, err
	}
	from, to := f.bounds()
	filter := spark.Filter{
		From: from, To: to,
		CallIDs: f.callIDs, CorrelationID: string(f.correlationID), SourceSystem: string(f.sourceSystem),
		Purpose: string(f.purpose), User: string(f.user), VersionID: string(f.versionID),
		HasErrors: presences[f.errors.value], HasWarnings: presences[f.warnings.value],
		TimezoneOffset: int(f.offset),
	}
	return filter, filter.Validate()
}

// presences are the values of --errors and --warnings.
var presences = map[string]spark.Presence{"": spark.Any, "only": spark.Yes, "none": spark.No}
