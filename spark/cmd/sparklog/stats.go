package main

import (
	"cmp"
	"context"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/webpage"
)

type statsCommand struct {
	*program
	value   valuePath
	valueBy []stats.GroupBy
	page    outputFlags
	offset  utcOffset
	zone    *time.Location
	format  string
}

func newStats(p *program) *cobra.Command {
	s := statsCommand{program: p}
	command := &cobra.Command{
		Use:   "stats FILE.zip|DIR…",
		Short: "Summarize a service's calls: counts, errors and response times by day, version and user",
		Long: `Summarize the calls of a service: how many there were per day, how many had errors
or warnings and why, and how long they took (p50, p95 and p99, within 1%), in total
and by version, user, purpose and source system. It reads archives of JSON or CSV, and
directories of mirrors. Each call of a mirror is counted once; a call that is in
several archives is counted in each. Use - to read an archive from standard input.
It works offline, and in constant memory.

With --of it shows how a value has drifted: count, mean, p5, p50 and p95 of an input or
output by month and version, or by the groups that --by names. The mean is exact. The
percentiles are numbers that occur in the calls. They are exact for up to 1,023 numbers.
For a million numbers, the p50 shown lies between the exact p49.5 and p50.5. Calls
without the value, and values that are not numbers, are counted separately. CSV files
don't say which columns are inputs: there, inputs.x and outputs.x both name the column x.

With --html it writes one web page with charts, which works offline, instead of
printing the figures. Records, rows and fields that can't be read are reported on
standard error, everything else is counted, and the exit status is 1.`,
		Example: `  sparklog stats calls.zip
  sparklog stats calls.zip --html calls.html
  sparklog stats january.zip february.zip --of outputs.premium
  sparklog stats my-mirror --of 'inputs.drivers[0].age' --by user --by purpose
  sparklog stats my-mirror --format json | jq .days`,
		Args:              someSources,
		ValidArgsFunction: sourceCompletions,
		RunE: func(command *cobra.Command, args []string) error {
			if err := onlyOne(command.Flags(), "html", "format"); err != nil {
				return err
			}
			if s.valueBy != nil && s.value.names == "" {
				return usagef("--by is for the value that --of names; give --of, such as --of outputs.premium")
			}
			return s.run(command.Context(), args)
		},
	}
	flags := command.Flags()
	pathKind.add(flags, &s.value, "of", "", "`path` of an input or output to summarize, such as outputs.premium")
	flags.Func("by", "`group` by which --of is summarized: "+strings.Join(groups, ", ")+"; can be repeated (default month,version)", s.addGroups)
	choiceKind("text", "json").add(flags, &s.format, "format", "text", "how to print the figures")
	registerZone(flags, &s.zone, "the days")
	s.offset.registerReader(flags)
	s.page.register(flags, "html", "", "`file` to write a web page to, or - for standard output")
	return command
}

// groups are the words that --by takes.
var groups = []string{"month", "version", "user", "purpose", "source-system"}

// addGroups adds the value of a --by flag.
func (s *statsCommand) addGroups(value string) error {
	for word := range strings.SplitSeq(value, ",") {
		if err := checkChoice(word, groups); err != nil {
			return err
		}
		s.valueBy = append(s.valueBy, stats.GroupBy(strings.ReplaceAll(word, "-", "_")))
	}
	return nil
}

func (s *statsCommand) run(ctx context.Context, paths []string) error {
	if err := s.page.check(s.program); err != nil {
		return err
	}
	from, err := s.openSources(paths, s.offset)
	if err != nil {
		return err
	}
	defer from.close()
	zone := cmp.Or(s.zone, s.offset.zone())
	collector := stats.NewCollector(stats.Options{Zone: zone, Value: s.value.String(), ValueBy: s.valueBy})
	var unread unreadParts
	var used usedPaths
	if s.value.names != "" {
		used.missing = []valuePath{s.value}
	}
	services := map[string]bool{}
	for e, err := range from.entries(ctx) {
		if err != nil {
			s.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
			continue
		}
		unread.addFields(e.fields().id, e.Problems())
		used.add(e)
		var value record.Value
		if s.value.names != "" {
			value, _ = s.value.in(e)
		}
		switch e := e.(type) {
		case callEntry:
			collector.AddValue(e.Call, value)
			services[e.Folder+"/"+e.Service] = true
		case rowEntry:
			collector.AddRowValue(e.Row, value)
		}
	}
	if err := cmp.Or(ctx.Err(), used.err()); err != nil {
		return err
	}
	report := collector.Report()
	if err := s.print(report, pageTitle(from, services)); err != nil {
		return err
	}
	return unread.err(from, "counted "+counted(report.All.Calls, "call"))
}

func (s *statsCommand) print(report *stats.Report, title string) error {
	if s.page.path != "" {
		return s.write(s.page, func(w io.Writer) error { return webpage.Write(w, report, title) })
	}
	return s.printResult(report, s.format)
}

// pageTitle returns the name of the service if the calls are of a single one, or else
// where they come from. CSV files don't name it.
func pageTitle(from callSources, services map[string]bool) string {
	for service := range services {
		if len(services) == 1 && service != "/" {
			return strings.Trim(service, "/")
		}
	}
	if len(from) == 1 {
		return filepath.Base(from.String())
	}
	return from.String()
}
