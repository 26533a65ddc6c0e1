package main

import (
	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

// filter is the flags that say which calls an export holds.
type filter struct {
	period
	callIDs                     []string
	correlationID, sourceSystem text
	purpose, user, versionID    text
	errors, warnings            choice
	offset                      offset
	command                     *cobra.Command
}

func (f *filter) flags(command *cobra.Command) {
	f.command = command
	f.errors = choice{allowed: []string{"only", "none"}}
	f.warnings = choice{allowed: []string{"only", "none"}}
	flags := command.Flags()
	f.period.flags(flags)
	flags.StringArrayVar(&f.callIDs, "call-id", nil, "the call with this `ID`; may be repeated")
	flags.Var(&f.correlationID, "correlation-id", "calls with this correlation `ID`")
	flags.Var(&f.sourceSystem, "source-system", "calls from this source system, by `name`")
	flags.Var(&f.purpose, "purpose", "calls with this call purpose, as `text`")
	flags.Var(&f.user, "user", "calls by this user, by `name`")
	flags.Var(&f.versionID, "version-id", "calls of the service version with this `ID`")
	addChoice(command, &f.errors, "errors", "only calls with errors, or none of them")
	addChoice(command, &f.warnings, "warnings", "only calls with warnings, or none of them")
	flags.Var(&f.offset, "timezone-offset", "shift the log times in the export by this many `hours`, from -12 to 14; those in JSON then don't say so")
}

// get is the filter for the library.
func (f *filter) get() (spark.Filter, error) {
	if err := onlyOne(f.command.Flags(), "call-id", "correlation-id", "source-system"); err != nil {
		return spark.Filter{}, err
	}
	filter := f.period.filter()
	filter.CallIDs = f.callIDs
	filter.CorrelationID = string(f.correlationID)
	filter.SourceSystem = string(f.sourceSystem)
	filter.Purpose = string(f.purpose)
	filter.User = string(f.user)
	filter.VersionID = string(f.versionID)
	filter.Errors = presences[f.errors.value]
	filter.Warnings = presences[f.warnings.value]
	filter.TimezoneOffset = int(f.offset)
	return filter, filter.Validate()
}

var presences = map[string]spark.Presence{"": spark.Any, "only": spark.Only, "none": spark.Without}
