package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/stats"
)

type statsCommand struct {
	*program
	paths  []string
	page   saving
	offset offset
	format choice
}

func newStats(p *program) *cobra.Command {
	s := statsCommand{program: p, page: saving{flag: "html"}, format: choice{"text", []string{"text", "json"}}}
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
		Args:              takesSources(&s.paths),
		ValidArgsFunction: archivesAndFolders,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := onlyOne(command.Flags(), "html", "format"); err != nil {
				return err
			}
			return s.run(command.Context())
		},
	}
	addChoice(command, &s.format, "format", "how to print the figures")
	s.offset.readerFlag(command)
	s.page.flags(command, "`file` to write a web page to, or - for standard output")
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
	var unread unread
	for record, err := range from.records(ctx) {
		if err != nil {
			s.warn("sparklog: %s", describe(err))
			unread.place(err)
			continue
		}
		unread.fieldsOf(record)
		switch record := record.(type) {
		case callRecord:
			collector.Add(record.Call)
		case rowRecord:
			collector.AddRow(record.Row)
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

func (s *statsCommand) print(report *stats.Report, from sources) error {
	switch {
	case s.page.path != "":
		return s.write(s.page, func(w io.Writer) error { return report.WriteHTML(w, pageTitle(from)) })
	case s.format.value == "json":
		data, err := json.Marshal(report)
		if err != nil {
			return err
		}
		return s.printRecord(data)
	}
	_, err := fmt.Fprint(s.out, report)
	return err
}

// write writes a file to where it goes, whole or not at all.
func (p *program) write(to saving, content func(io.Writer) error) error {
	if to.toStdout() {
		return content(p.out)
	}
	path := string(to.path)
	file, err := os.CreateTemp(filepath.Dir(path), ".sparklog-*")
	if err != nil {
		return err
	}
	err = content(file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = to.check(p) // a file may have come meanwhile
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return err
	}
	p.note("saved %s", path)
	return nil
}

func pageTitle(from sources) string {
	if len(from) == 1 {
		return filepath.Base(from.String())
	}
	return from.String()
}
