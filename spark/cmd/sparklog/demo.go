package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// demoCommand runs the other commands one after another, and shows what to type.
type demoCommand struct {
	*program
	serviceFlags
	period periodFlags
}

// The first days of the emulator's history, and of all of it.
const (
	demoFrom = "2026-03-02"
	demoTo   = "2026-03-03"
)

func newDemo(p *program) *cobra.Command {
	d := demoCommand{program: p}
	command := &cobra.Command{
		Use:   "demo [FOLDER/SERVICE]",
		Short: "Run the other commands one after another, with an emulator or a real tenant",
		Long: `Run the other commands one after another and show what to type: list some days of
calls, fetch one, export them as JSON and as CSV, read and summarize them, compare two
calls, and save a workbook. The files stay in a temporary directory.

Without credentials, the demo starts an emulator in the process, and also mirrors the
history of its service. With CSPARK_BASE_URL and a credential it uses the real platform,
for the service and the days that you name.`,
		Example: `  sparklog demo
  sparklog demo my-folder/my-service --from 2026-03-02 --to 2026-03-04`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) == 0 && d.folder == "" && d.service == "" {
				return nil
			}
			return d.arguments()(command, args)
		},
		RunE: func(command *cobra.Command, _ []string) error { return d.run(command.Context()) },
	}
	flags := command.Flags()
	d.period.register(flags)
	d.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

func (d *demoCommand) run(ctx context.Context) error {
	if err := d.loadEnvironmentFile(); err != nil {
		return err
	}
	emulated := d.baseURL == "" && !slices.ContainsFunc(variables, isSet)
	switch {
	case emulated && d.service != "":
		return usagef("no credential is set; set %s and a credential to use your own service, or name no service to use the emulator's", envBaseURL)
	case emulated:
		server, err := d.emulate()
		if err != nil {
			return err
		}
		defer server.Close()
	case d.service == "" || !d.period.from.isSet():
		return usagef("a credential is set; name a service and days too, as in: sparklog demo my-folder/my-service --from 7d")
	}
	dir, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return err
	}
	err = d.steps(ctx, dir, emulated)
	if err == nil {
		_, err = fmt.Fprintf(d.out, "\nThe files are in %s\n", dir)
	}
	if d.out.err != nil { // nobody has read where the files are
		_ = os.RemoveAll(dir)
	}
	return err
}

// emulate starts an emulator for the commands. The caller must close it.
func (d *demoCommand) emulate() (*sparktest.Server, error) {
	server, err := sparktest.Start(append(d.emulator, sparktest.JobDuration(1500*time.Millisecond))...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "No credential is set, so these commands use an emulator of the platform in this process.\nSet %s and a credential to use a real tenant.\n", envBaseURL)
	d.folder, d.service = server.Folder, server.Service
	if !d.period.from.isSet() {
		d.period.from.text = demoFrom
	}
	if !d.period.to.isSet() {
		d.period.to.text = demoTo
	}
	d.httpClient = server.Client()
	return server, cmp.Or(os.Setenv(envBaseURL, server.BaseURL), os.Setenv(envBearerToken, server.BearerToken))
}

func (d *demoCommand) steps(ctx context.Context, dir string, emulated bool) error {
	service := serviceArguments(d.folder, d.service)
	period := slices.Concat(service, []string{"--from", d.period.from.text})
	if d.period.to.isSet() {
		period = append(period, "--to", d.period.to.text)
	}
	if d.period.zone != nil {
		period = append(period, "--zone", d.period.zone.String())
	}
	calls, history := filepath.Join(dir, "calls.zip"), filepath.Join(dir, "history")
	var err error
	step := func(name string, arguments []string, flags ...string) {
		if err == nil {
			err = d.step(ctx, slices.Concat([]string{name}, arguments, flags))
		}
	}

	step("list", period, "--limit", "5")
	if newest := d.newest(ctx); err == nil && newest != "" {
		step("call", []string{newest}, "--format", "table")
	} else if err != nil && ctx.Err() == nil { // the vendor may change the list without notice
		d.warn("sparklog: %s", describe(err))
		err = nil
	}
	step("export", period, "--format", "json", "--output", calls)
	if err != nil {
		return err
	}
	first, last, err := firstAndLast(calls)
	if err != nil {
		return err
	}
	if first == "" {
		_, err := fmt.Fprintln(d.out, "\nThere are no calls in this period.")
		return err
	}
	step("records", []string{calls}, "--errors", "only")
	step("stats", []string{calls})
	step("diff", []string{first, last}, "--ignore", "metadata")
	step("excel", service, first, "--output", filepath.Join(dir, "call.xlsx"))
	step("export", period, "--format", "csv", "--output", filepath.Join(dir, "rows.zip"))
	if emulated { // the history of a real service may take hours
		step("mirror", service, history, "--since", demoFrom, "--window", "4w", "--parquet")
		step("mirror", service, history)
	}
	return err
}

// step shows a command and runs it.
func (d *demoCommand) step(ctx context.Context, words []string) error {
	quoted := []string{"sparklog"}
	for _, word := range words {
		quoted = append(quoted, shellQuoted(word))
	}
	fmt.Fprintf(d.out, "\n$ %s\n", strings.Join(quoted, " "))
	if !d.stderrTerminal { // notes are part of what the demo shows
		defer func(stderr io.Writer) { d.stderr = stderr }(d.stderr)
		d.stderr = d.out
	}
	root := newRoot(d.program)
	root.SetArgs(words)
	return root.ExecuteContext(ctx)
}

// newest returns the ID of the newest call in the platform's list, or "" if there is
// none.
func (d *demoCommand) newest(ctx context.Context) string {
	client, err := d.connect()
	if err != nil {
		return ""
	}
	from, to := d.period.bounds()
	for found, err := range d.of(client).Search(ctx, spark.Query{From: from, To: to}) {
		if err == nil {
			return found.ID
		}
	}
	return ""
}

// firstAndLast returns the IDs of the first and the last call of an archive, "" if it
// contains no calls.
func firstAndLast(path string) (first, last string, err error) {
	archive, err := record.OpenArchive(path)
	if err != nil {
		return "", "", err
	}
	defer archive.Close()
	for call, err := range archive.Calls() {
		if err != nil {
			return "", "", err
		}
		if first == "" {
			first = call.ID
		}
		last = call.ID
	}
	return first, last, nil
}
