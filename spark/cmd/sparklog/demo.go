package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func newDemo() *cobra.Command {
	var d demo
	command := &cobra.Command{
		Use:   "demo [FOLDER/SERVICE]",
		Short: "Export and read some days of calls, against an emulator or a real tenant",
		Long: `Export and read some days of calls, fetch one of them, and save its workbook.

Without credentials in the environment it starts an emulator in the process. With
CSPARK_BASE_URL and credentials set it does the same on the real platform, for
the service and the dates that you name.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			d.out = command.OutOrStdout()
			if len(args) == 1 {
				var found bool
				if d.folder, d.service, found = strings.Cut(args[0], "/"); !found || strings.Contains(d.service, "/") {
					return usageError{fmt.Errorf("%q is not FOLDER/SERVICE; name a service with slashes by --folder and --service", args[0])}
				}
			}
			return d.run(command.Context())
		},
	}
	flags := command.Flags()
	flags.StringVar(&d.folder, "folder", "", "folder of the service, instead of FOLDER/SERVICE")
	flags.StringVar(&d.service, "service", "", "service, instead of FOLDER/SERVICE")
	flags.StringVar(&d.from, "from", "", "first day, such as 2026-03-02")
	flags.StringVar(&d.to, "to", "", "last day, such as 2026-03-04")
	return command
}

// demo goes through everything that the library does, and tells about it.
type demo struct {
	folder, service, from, to string

	out    io.Writer
	client *spark.Client
	filter spark.Filter
}

func (d *demo) run(ctx context.Context) error {
	end, err := d.connect()
	if err != nil {
		return err
	}
	defer end()
	service := d.client.Service(d.folder, d.service)
	fmt.Fprintf(d.out, "Tenant    %s, signed in with %s\nService   %s\nDays      %s to %s\n", d.client.BaseURL(), d.client.AuthSource(), service, d.filter.FromDate, d.filter.ToDate)

	calls, err := d.exportJSON(ctx, service)
	if err != nil {
		return err
	}
	if err := d.exportCSV(ctx, service); err != nil {
		return err
	}
	if len(calls) == 0 {
		fmt.Fprintln(d.out, "\nThere are no calls in these days, so none is fetched.")
		return nil
	}
	call, err := d.client.Call(ctx, calls[0].ID)
	if err != nil {
		return err
	}
	printCall(d.out, call)
	return d.saveWorkbook(ctx, service, call.ID)
}

// connect makes a client for the real platform where the environment names one,
// and else for an emulator, which end stops.
func (d *demo) connect() (end func(), err error) {
	if !environmentSet() {
		return d.emulate()
	}
	if d.folder == "" || d.service == "" || d.from == "" || d.to == "" {
		return nil, usageError{fmt.Errorf("the environment names a tenant; name a service and days too, as in: sparklog demo my-folder/my-service --from 2026-03-02 --to 2026-03-04")}
	}
	if err := d.setDays(d.from, d.to); err != nil {
		return nil, err
	}
	d.client, err = spark.NewClientFromEnv(spark.WithUserAgent("sparklog"))
	return func() {}, err
}

func environmentSet() bool {
	for _, name := range []string{spark.EnvBaseURL, spark.EnvClientID, spark.EnvClientSecret, spark.EnvOAuthPath, spark.EnvAPIKey, spark.EnvBearerToken} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

func (d *demo) emulate() (end func(), err error) {
	if d.folder != "" || d.service != "" {
		return nil, usageError{fmt.Errorf("no credential is set, so there is only the emulator's own service; set %s and a credential for a real one", spark.EnvBaseURL)}
	}
	server, err := sparktest.Start(sparktest.JobDuration(1500 * time.Millisecond))
	if err != nil {
		return nil, err
	}
	end = func() { _ = server.Close() }
	fmt.Fprintf(d.out, "No credential is set, so this is an emulator of the platform in this process.\nSet %s and a credential for a real tenant.\n\n", spark.EnvBaseURL)
	d.folder, d.service = server.Folder, server.Service
	if d.from == "" {
		d.from = "2026-03-02"
	}
	if d.to == "" {
		d.to = "2026-03-03"
	}
	if err = d.setDays(d.from, d.to); err == nil {
		d.client, err = spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithUserAgent("sparklog"))
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

func (d *demo) setDays(from, to string) (err error) {
	if d.filter.FromDate, err = spark.ParseDate(from); err != nil {
		return usageError{err}
	}
	if d.filter.ToDate, err = spark.ParseDate(to); err != nil {
		return usageError{err}
	}
	if err := d.filter.Validate(); err != nil {
		return usageError{err}
	}
	return nil
}

// exportJSON shows each step of an export on its own.
func (d *demo) exportJSON(ctx context.Context, service *spark.Service) ([]*spark.Call, error) {
	fmt.Fprintf(d.out, "\nJSON export\n")
	job, err := service.StartExport(ctx, spark.JSON, d.filter)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "  started job %s\n", job.ID)
	if _, err := job.Wait(ctx, spark.OnProgress(d.printProgress)); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "calls.zip")
	if err := job.Save(ctx, path, spark.OnTransfer(d.printTransfer)); err != nil {
		return nil, err
	}
	archive, err := spark.OpenArchive(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	d.printFiles(archive)
	return printCalls(d.out, archive)
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

func (d *demo) saveWorkbook(ctx context.Context, service *spark.Service, callID string) error {
	folder, err := os.MkdirTemp("", "sparklog-demo-")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "call.xlsx")
	if err := service.SaveWorkbook(ctx, callID, path); err != nil {
		return err
	}
	return printWorkbook(d.out, path)
}

func (d *demo) printProgress(progress spark.Progress) {
	fmt.Fprintf(d.out, "  status request %d, after %s: %s\n", progress.Polls, progress.Elapsed.Round(10*time.Millisecond), progress.Status)
}

func (d *demo) printTransfer(transfer spark.Transfer) {
	if transfer.Bytes == transfer.Total {
		fmt.Fprintf(d.out, "  downloaded %s, %d bytes\n", transfer.Name, transfer.Bytes)
	}
}

func (d *demo) printFiles(archive *spark.Archive) {
	for _, file := range archive.Files() {
		fmt.Fprintf(d.out, "  holds %s, %d bytes\n", file.Name, file.Size)
	}
}
