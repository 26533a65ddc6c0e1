package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// demo goes through everything that the library does, and tells about it.
type demo struct {
	*program
	connection
	serviceName
	period period

	client   *spark.Client
	filter   spark.Filter
	emulated bool
}

func newDemo(p *program) *cobra.Command {
	d := demo{program: p}
	command := &cobra.Command{
		Use:   "demo [FOLDER/SERVICE]",
		Short: "Show all of it, against an emulator or a real tenant",
		Long: `Export some days of calls as JSON and as CSV, sum them up, compare two of them,
fetch one, and save its workbook to a temporary place.

Without credentials it starts an emulator in the process, and keeps its whole
history in a folder as well. With CSPARK_BASE_URL and
credentials set it does the same on the real platform, for the service and the
dates that you name.`,
		Example: `  sparklog demo
  sparklog demo my-folder/my-service --from 2026-03-02 --to 2026-03-04`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) == 0 && d.folder == "" && d.service == "" {
				return nil
			}
			return d.with()(command, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return d.run(command.Context()) },
	}
	d.period.flags(command.Flags())
	d.serviceName.flags(command)
	d.connection.flags(command)
	return command
}

func (d *demo) run(ctx context.Context) error {
	end, err := d.open()
	if err != nil {
		return err
	}
	defer end()
	service := d.of(d.client)
	fmt.Fprintf(d.out, "Tenant    %s, signed in with %s\nService   %s\nPeriod    %s\n", d.client.BaseURL(), d.client.AuthSource(), plain(service.String()), describePeriod(d.filter))

	first, err := d.exportJSON(ctx, service)
	if err != nil {
		return err
	}
	if err := d.exportCSV(ctx, service); err != nil {
		return err
	}
	if first == "" {
		fmt.Fprintln(d.out, "\nThere are no calls in this time, so none is fetched.")
		return nil
	}
	call, err := d.client.Call(ctx, first)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.out)
	printCall(d.out, call)
	if err := d.saveWorkbook(ctx, service, call.ID); err != nil {
		return err
	}
	if !d.emulated {
		return nil // a real history may take hours
	}
	return d.keep(ctx, service)
}

// open makes a client for the real platform where the environment names one, and
// else for an emulator. The caller must call end.
func (d *demo) open() (end func(), err error) {
	environment, err := readEnvironment()
	if err != nil {
		return nil, err
	}
	if len(environment) == 0 && d.baseURL == "" {
		return d.emulate()
	}
	if d.service == "" || !d.period.from.isSet() || !d.period.to.isSet() {
		return nil, usagef("the environment names a tenant; name a service and days too, as in: sparklog demo my-folder/my-service --from 2026-03-02 --to 2026-03-04")
	}
	if err := d.choose(); err != nil {
		return nil, err
	}
	if d.client, err = d.connect(d.connection); err != nil {
		return nil, err
	}
	return d.client.CloseIdleConnections, nil
}

func (d *demo) emulate() (end func(), err error) {
	if d.service != "" {
		return nil, usagef("no credential is set, so there is only the emulator's own service; set %s and a credential for a real one", spark.EnvBaseURL)
	}
	for bound, day := range map[*moment]string{&d.period.from: "2026-03-02", &d.period.to: "2026-03-03"} {
		if bound.isSet() {
			continue
		}
		if err := bound.Set(day); err != nil {
			return nil, err
		}
	}
	if err := d.choose(); err != nil {
		return nil, err
	}
	server, err := sparktest.Start(append(d.emulator, sparktest.JobDuration(1500*time.Millisecond))...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "No credential is set, so this is an emulator of the platform in this process.\nSet %s and a credential for a real tenant.\n\n", spark.EnvBaseURL)
	d.emulated, d.folder, d.service = true, text(server.Folder), text(server.Service)
	d.httpClient = server.Client()
	end = func() {
		d.httpClient.CloseIdleConnections()
		_ = server.Close()
	}
	d.client, err = spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), d.clientOptions()...)
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// choose takes the days into the filter.
func (d *demo) choose() error {
	d.filter = d.period.filter()
	return d.filter.Validate()
}

// exportJSON shows each step of an export on its own. It returns the ID of the
// first call.
func (d *demo) exportJSON(ctx context.Context, service *spark.Service) (first string, err error) {
	fmt.Fprintf(d.out, "\nJSON export\n")
	job, err := service.StartExport(ctx, spark.JSON, d.filter)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(d.out, "  started job %s\n", job.ID)
	if _, err := job.Wait(ctx, spark.OnProgress(d.printProgress)); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "calls.zip")
	if err := job.Save(ctx, path, spark.OnTransfer(d.printTransfer)); err != nil {
		return "", err
	}
	archive, err := record.OpenArchive(path)
	if err != nil {
		return "", err
	}
	defer archive.Close()
	d.printFiles(archive)
	if first, err = printCalls(d.out, archive); err != nil || first == "" {
		return "", err
	}
	if err := d.sumUp(archive); err != nil {
		return "", err
	}
	return first, d.compareCalls(archive)
}

// exportCSV does the same in one call.
func (d *demo) exportCSV(ctx context.Context, service *spark.Service) error {
	fmt.Fprintf(d.out, "\nCSV export\n")
	archive, err := service.Export(ctx, spark.CSV, d.filter, spark.OnProgress(d.printProgress), spark.OnTransfer(d.printTransfer))
	if err != nil {
		return err
	}
	defer archive.Close()
	d.printFiles(archive)
	return printRows(d.out, archive)
}

// saveWorkbook leaves the workbook for the user to open.
func (d *demo) saveWorkbook(ctx context.Context, service *spark.Service, callID string) error {
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "call.xlsx")
	if err := service.SaveWorkbook(ctx, callID, path); err != nil {
		_ = os.Remove(folder) // it stays where a part file is in it
		return err
	}
	return printWorkbook(d.out, path)
}

func (d *demo) printProgress(progress spark.Progress) {
	fmt.Fprintf(d.out, "  status request %d, after %s: %s\n", progress.Polls, progress.Elapsed.Round(10*time.Millisecond), progress.Status)
}

func (d *demo) printTransfer(transfer spark.Transfer) {
	if transfer.Bytes == transfer.Total {
		fmt.Fprintf(d.out, "  downloaded %s, %d bytes\n", plain(transfer.Name), transfer.Bytes)
	}
}

func (d *demo) printFiles(archive *record.Archive) {
	for _, file := range archive.Files() {
		fmt.Fprintf(d.out, "  holds %s, %d bytes\n", plain(file.Name), file.Size)
	}
}
