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
	serviceFlags
	outputFlags
	waitFlags
	callFlags
	callIDs                     []string
	correlationID, sourceSystem string
	offset                      utcOffset
	format                      string
	detach                      bool
}

func newExport(p *program) *cobra.Command {
	e := exportCommand{program: p}
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
		Args: e.arguments(),
		RunE: func(command *cobra.Command, _ []string) error {
			if err := onlyOne(command.Flags(), "call-id", "correlation-id", "source-system"); err != nil {
				return err
			}
			return e.run(command.Context())
		},
	}
	flags := command.Flags()
	choiceKind("json", "csv").add(flags, &e.format, "format", "json", "format of the files in the archive")
	e.outputFlags.register(flags, "output", "o", "`file` to save the ZIP archive to, or - for standard output (default: named after the service and the days)")
	flags.BoolVar(&e.detach, "detach", false, "start the job, print its ID, and don't wait for it")
	e.waitFlags.register(flags)
	e.callFlags.register(flags)
	flags.StringArrayVar(&e.callIDs, "call-id", nil, "the call with this `ID`; can be repeated")
	textKind.add(flags, &e.correlationID, "correlation-id", "", "calls with this correlation `ID`")
	textKind.add(flags, &e.sourceSystem, "source-system", "", "calls from the source system with this `name`")
	offsetKind.add(flags, &e.offset, "timezone-offset", "", "shift log times by this many `hours`, from -12 to 14; JSON files don't record the shift")
	e.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

func (e *exportCommand) run(ctx context.Context) error {
	if e.path == "" && !e.detach {
		e.path = e.fileName(time.Now())
	}
	if err := e.check(e.program); err != nil {
		return err
	}
	filter := e.filter()
	filter.CallIDs, filter.CorrelationID, filter.SourceSystem = e.callIDs, e.correlationID, e.sourceSystem
	filter.TimezoneOffset = int(e.offset)
	if err := filter.Validate(); err != nil {
		return err
	}
	client, err := e.connect()
	if err != nil {
		return err
	}
	if period := describePeriod(filter.From, filter.To, orUTC(e.zone)); period != "" {
		e.note("calls%s", period)
	}
	if zone := e.offset.zone(); zone != time.UTC && e.format == "json" {
		e.note("log times in the JSON files will be local times of %s, but the files don't say so; use --timezone-offset %d with records and stats too", zone, e.offset)
	}
	job, err := e.of(client).StartExport(ctx, spark.Format(e.format), filter)
	if err != nil {
		return notStarted(err)
	}
	e.note("started %s", job)
	if !e.detach {
		return e.finish(ctx, job, e.outputFlags, e.waitFlags)
	}
	e.note("To resume: %s", e.resumeCommand(job, e.outputFlags))
	fmt.Fprintln(e.out, job.ID)
	return nil
}

// fileName returns the name of the archive if the user gives none. An export without
// an end goes to the present.
func (e *exportCommand) fileName(now time.Time) string {
	from, to := e.bounds()
	if to.IsZero() {
		to = now
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == '-' {
			return r
		}
		return '_'
	}, e.service)
	zone := orUTC(e.zone)
	if !from.IsZero() {
		name += "_" + from.In(zone).Format(time.DateOnly)
	}
	return name + "_to_" + to.In(zone).Format(time.DateOnly) + ".zip"
}

// notStarted returns the error for an export that could not be started. If the start was
// interrupted, there may be a job all the same, unless the last attempt was rejected.
func notStarted(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	if rejection := reason(err); rejection != "" {
		return fmt.Errorf("interrupted; no export was started (%s)", rejection)
	}
	return errors.New("interrupted while the export was being started; the platform may have started it, but its ID is lost")
}
