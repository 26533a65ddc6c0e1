package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/stats"
	"github.com/sparkgo/spark-go/spark/stats/webpage"
)

type statsCommand struct {
	*program
	paths  []string
	page   outputFlags
	offset offsetFlag
	format choiceFlag
}

func newStats(p *program) *cobra.Command {
	s := statsCommand{program: p, page: outputFlags{flag: "html"}, format: choiceFlag{"text", []string{"text", "json"}}}
	command := &cobra.Command{
		Use:   "stats FILE.zip|DIR…",
		Short: "Summarize a service's calls: counts, errors and response times by day, version and user",
		Long: `Summarize the calls of a service: how many there were per day, how many had errors
or warnings and why, and how long they took (p50, p95 and p99, within 1%), in total
and by version, user, purpose and source system. It reads an archive of JSON or CSV,
or the directory of a mirror with each call once. A - reads an archive from standard
input. It needs neither a network nor much memory, however many calls there are.

With --html it writes the same as one web page with charts, which opens offline,
instead of printing it. Records, rows and fields that can't be read are reported on
standard error, everything else is counted, and the exit status is 1.`,
		Example: `  sparklog stats calls.zip
  sparklog stats calls.zip --html calls.html
  sparklog stats my-mirror --format json | jq .days`,
		Args:              oneOrMore(&s.paths),
		ValidArgsFunction: sourceCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := onlyOne(command.Flags(), "html", "format"); err != nil {
				return err
			}
			return s.run(command.Context())
		},
	}
	s.format.register(command, "format", "how to print the figures")
	s.offset.registerReader(command.Flags())
	s.page.register(command, "`file` to write a web page to, or - for standard output")
	return command
}

func (s *statsCommand) run(ctx context.Context) error {
	if err := s.page.check(s.program); err != nil {
		return err
	}
	from, err := s.openSources(ctx, s.paths, s.offset)
	if err != nil {
		return err
	}
	defer from.close()
	collector := stats.NewCollector(stats.Options{Zone: s.offset.zone()})
	var unread unreadParts
	for entry, err := range from.entries(ctx) {
		if err != nil {
			s.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
			continue
		}
		unread.addFields(entry)
		switch e := entry.(type) {
		case callEntry:
			collector.Add(e.Call)
		case rowEntry:
			collector.AddRow(e.Row)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	report := collector.Report()
	if err := s.print(report, from); err != nil {
		return err
	}
	return unread.err(from, "counted "+counted(report.All.Calls, "call"))
}

func (s *statsCommand) print(report *stats.Report, from callSources) error {
	switch {
	case s.page.path != "":
		return s.write(s.page, func(w io.Writer) error { return webpage.Write(w, report, pageTitle(from)) })
	case s.format.value == "json":
		data, err := json.Marshal(report)
		if err != nil {
			return err
		}
		return s.printJSON(data)
	}
	_, err := fmt.Fprint(s.out, report)
	return err
}

func pageTitle(from callSources) string {
	if len(from) == 1 {
		return filepath.Base(from.String())
	}
	return from.String()
}
