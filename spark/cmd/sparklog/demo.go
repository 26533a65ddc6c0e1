package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// demoCommand runs the other commands one after another, and shows what to type.
type demoCommand struct {
	*program
	connectFlags
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
		Short: "Show the other commands at work, with an emulator or a real tenant",
		Long: `Run the other commands one after another and show what to type: export some days of
calls as JSON and as CSV, read and summarize them, fetch one call, compare two, and save
a workbook. The files stay in a temporary directory.

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
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return d.run(command.Context()) },
	}
	d.period.register(command.Flags())
	d.serviceFlags.register(command)
	d.connectFlags.register(command)
	return command
}

func (d *demoCommand) run(ctx context.Context) error {
	environment, err := readEnvironment()
	if err != nil {
		return err
	}
	emulated := len(environment) == 0 && d.baseURL == ""
	switch {
	case emulated && d.service != "":
		return usagef("no credential is set; set %s and a credential to use your own service, or name no service to use the emulator's", envBaseURL)
	case emulated:
		end, err := d.emulate()
		if err != nil {
			return err
		}
		defer end()
	case d.service == "" || !d.period.from.isSet() || !d.period.to.isSet():
		return usagef("the environment names a tenant; name a service and days too, as in: sparklog demo my-folder/my-service --from 2026-03-02 --to 2026-03-04")
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

// emulate starts an emulator for the commands. The caller must call end.
func (d *demoCommand) emulate() (end func(), err error) {
	server, err := sparktest.Start(append(d.emulator, sparktest.JobDuration(1500*time.Millisecond))...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "No credential is set, so these commands use an emulator of the platform in this process.\nSet %s and a credential to use a real tenant.\n", envBaseURL)
	d.folder, d.service = textFlag(server.Folder), textFlag(server.Service)
	for bound, day := range map[*timeFlag]string{&d.period.from: demoFrom, &d.period.to: demoTo} {
		if !bound.isSet() {
			err = errors.Join(err, bound.Set(day))
		}
	}
	d.environment = map[string]string{envBaseURL: server.BaseURL, envBearerToken: server.BearerToken}
	d.httpClient = server.Client()
	return func() {
		d.httpClient.CloseIdleConnections()
		_ = server.Close()
	}, err
}

func (d *demoCommand) steps(ctx context.Context, dir string, emulated bool) error {
	service := serviceArguments(string(d.folder), string(d.service))
	export := append([]string{"export"}, service...)
	export = append(export, "--from", d.period.from.text, "--to", d.period.to.text)
	if d.period.zone.name != "" {
		export = append(export, "--zone", d.period.zone.name)
	}
	calls, rows := filepath.Join(dir, "calls.zip"), filepath.Join(dir, "rows.zip")
	if err := d.step(ctx, export, "--format", "json", "--output", calls); err != nil {
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
	steps := [][]string{
		{"records", calls},
		{"stats", calls},
		{"call", first, "--format", "table"},
		{"diff", first, last, "--ignore", "metadata"},
		append(append([]string{"excel"}, service...), first, "--output", filepath.Join(dir, "call.xlsx")),
		append(export[:len(export):len(export)], "--format", "csv", "--output", rows),
	}
	if emulated { // the history of a real service may take hours
		mirror := append(append([]string{"mirror"}, service...), filepath.Join(dir, "history"))
		steps = append(steps, append(mirror[:len(mirror):len(mirror)], "--since", demoFrom, "--window", "4w", "--parquet"), mirror)
	}
	for _, words := range steps {
		if err := d.step(ctx, words); err != nil {
			return err
		}
	}
	return nil
}

// step shows a command and runs it.
func (d *demoCommand) step(ctx context.Context, words []string, more ...string) error {
	words = append(words[:len(words):len(words)], more...)
	quoted := []string{"sparklog"}
	for _, word := range words {
		quoted = append(quoted, shellQuoted(word))
	}
	fmt.Fprintf(d.out, "\n$ %s\n", strings.Join(quoted, " "))
	switch words[0] {
	case "export", "call", "diff", "excel", "mirror":
		if d.baseURL != "" {
			words = append(words, "--base-url", string(d.baseURL))
		}
	}
	if d.quiet {
		words = append(words, "--quiet")
	}
	if d.verbose {
		words = append(words, "--verbose")
	}
	if !d.stderrTerminal { // notes are part of what the demo shows
		defer func(stderr io.Writer) { d.stderr = stderr }(d.stderr)
		d.stderr = d.out
	}
	root := newRoot(d.program)
	root.SetArgs(words)
	return root.ExecuteContext(ctx)
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
