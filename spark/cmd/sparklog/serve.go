package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

type serveCommand struct {
	*program
	address, fileAddress        text
	tenant                      text
	history                     servedHistory
	jobDuration, latency        span
	jobProgress                 percents
	recordsPerFile              uint32
	tokenLifetime, fileLifetime span
	plainRecords, emptyRecords  bool
	credentialFiles             bool
	faults                      faults
}

func newServe(p *program) *cobra.Command {
	s := serveCommand{
		program: p, address: "127.0.0.1:0", fileAddress: "127.0.0.1:0", tenant: "my-tenant",
		jobDuration: span(2 * time.Second), recordsPerFile: 25,
		tokenLifetime: span(5 * time.Minute), fileLifetime: span(15 * time.Minute),
	}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run an emulator of the platform",
		Long: `Run an emulator of the platform on this machine, for trying out and for tests of
clients in any language. Its history of calls is made up, or read from an export.
Ctrl-C ends it; it then tells which requests don't agree with the OpenAPI document.

The first line it prints is its base URL. The next ones, a name and a value each, are
the credentials that it takes, its folder and service, and some call IDs. A
credential "without permission" is a good one that may do nothing. Addresses name
the hosts as --addr and --file-addr name them, for clients that insist on a name.

` + faultHelp,
		Example: `  sparklog serve
  sparklog serve --addr 127.0.0.1:8080 --calls 10000 --span 52w --job-duration 1m
  sparklog serve --history calls.zip --job-progress 0,10,80,75
  sparklog serve --fault JobStatus:503,retry-after=2s,times=3 --fault File:truncate=1000`,
		Args: takes(),
		RunE: func(command *cobra.Command, _ []string) error { return s.run(command.Context()) },
	}
	flags := command.Flags()
	flags.Var(&s.address, "addr", "`host:port` of the API; port 0 is any that is free")
	flags.Var(&s.fileAddress, "file-addr", "`host:port` of the file host")
	flags.Var(&s.tenant, "tenant", "`name` of the tenant")
	s.history.flags(flags)
	flags.Var(&s.jobDuration, "job-duration", "`time` that an export takes")
	flags.Var(&s.jobProgress, "job-progress", "`percents`, such as 0,10,80, that an export shows one after the other, for an equal part of its time each, before 100")
	flags.Uint32Var(&s.recordsPerFile, "records-per-file", s.recordsPerFile, "`number` of records in a file of an export's ZIP, at most")
	flags.Var(&s.latency, "latency", "`time` that each request waits before it is handled")
	flags.Var(&s.tokenLifetime, "token-lifetime", "`time` for which a token of the client ID and secret is good")
	flags.Var(&s.fileLifetime, "file-lifetime", "`time` for which the address of a file is good")
	flags.BoolVar(&s.plainRecords, "plain-records", false, "give records as JSON objects, not as strings that hold JSON")
	flags.BoolVar(&s.emptyRecords, "empty-records", false, "answer with an empty string where there is no such call, not with null")
	flags.BoolVar(&s.credentialFiles, "credential-files", false, "ask for the credential on the file host as well")
	flags.Var(&s.faults, "fault", "a `fault`, see above; may be repeated")
	return command
}

func (s *serveCommand) run(ctx context.Context) error {
	options, err := s.options(ctx)
	if err != nil {
		return err
	}
	var violations violations
	server, err := sparktest.Start(append(options, sparktest.CheckRequests(violations.check))...)
	if err != nil {
		return err
	}
	s.faults.script(server)
	if s.plainRecords || s.emptyRecords {
		testfault.Records(server, s.plainRecords, s.emptyRecords)
	}
	s.print(server)
	s.note("Serving until Ctrl-C. To try it: %s=… sparklog export --folder %q --service %q --format json --output calls.zip", spark.EnvBearerToken, server.Folder, server.Service)
	<-ctx.Done()
	err = server.Close()
	for _, violation := range violations.texts {
		s.warn("%s", violation)
	}
	return err
}

func (s *serveCommand) options(ctx context.Context) ([]sparktest.Option, error) {
	if s.recordsPerFile == 0 {
		return nil, usagef("--records-per-file: a file needs one record at least")
	}
	services, err := s.history.services(ctx, s.program)
	if err != nil {
		return nil, err
	}
	options := slices.Concat(s.emulator, services, []sparktest.Option{
		sparktest.Listen(string(s.address), string(s.fileAddress)),
		sparktest.Tenant(string(s.tenant)),
		sparktest.JobDuration(time.Duration(s.jobDuration)),
		sparktest.RecordsPerFile(int(s.recordsPerFile)),
		sparktest.Latency(time.Duration(s.latency)),
		sparktest.TokenLifetime(time.Duration(s.tokenLifetime)),
		sparktest.FileLifetime(time.Duration(s.fileLifetime)),
	})
	if s.jobProgress != nil {
		options = append(options, sparktest.JobProgress(s.jobProgress...))
	}
	if s.credentialFiles {
		options = append(options, sparktest.CredentialFiles())
	}
	return options, nil
}

// violations are what is wrong with requests, each once.
type violations struct {
	mu    sync.Mutex
	texts []string
}

func (v *violations) check(r *http.Request) error {
	err := contract.Request(r)
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil && len(v.texts) < 10_000 && !slices.Contains(v.texts, err.Error()) {
		v.texts = append(v.texts, err.Error())
	}
	return err
}

// print tells what a client needs. Programs read it, up to the line "calls": keep
// names and order.
func (s *serveCommand) print(server *sparktest.Server) {
	fmt.Fprintln(s.out, server.BaseURL)
	for _, line := range []struct{ name, value string }{
		{"bearer token", server.BearerToken},
		{"API key", server.APIKey},
		{"client ID", server.ClientID},
		{"client secret", server.ClientSecret},
		{"bearer token without permission", server.ForbiddenToken},
		{"API key without permission", server.ForbiddenAPIKey},
		{"file host", server.FileURL},
		{"folder", server.Folder},
		{"service", server.Service},
	} {
		fmt.Fprintf(s.out, "%s: %s\n", line.name, line.value)
	}
	s.printCalls(server.Calls())
}

// printCalls names a call of each kind.
func (s *serveCommand) printCalls(calls []sparktest.Call) {
	kinds := []struct {
		name string
		is   func(sparktest.Call) bool
	}{
		{"call ID", func(c sparktest.Call) bool { return len(c.Warnings) == 0 && len(c.Errors) == 0 }},
		{"call ID with warnings", func(c sparktest.Call) bool { return len(c.Warnings) > 0 }},
		{"call ID with errors", func(c sparktest.Call) bool { return len(c.Errors) > 0 }},
		{"call ID with several records", func(c sparktest.Call) bool { return c.Index > 0 }},
	}
	for _, kind := range kinds {
		for _, call := range calls {
			if kind.is(call) {
				fmt.Fprintf(s.out, "%s: %s\n", kind.name, call.ID)
				break
			}
		}
	}
	if len(calls) > 0 {
		fmt.Fprintf(s.out, "first call: %s\n", calls[0].Time.UTC().Format(time.RFC3339))
		fmt.Fprintf(s.out, "last call: %s\n", calls[len(calls)-1].Time.UTC().Format(time.RFC3339))
	}
	fmt.Fprintf(s.out, "calls: %d\n", len(calls))
}
