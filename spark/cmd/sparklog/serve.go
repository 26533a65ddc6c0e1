package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

type serveCommand struct {
	*program
	address, fileAddress        text
	calls                       uint32
	seed                        uint64
	span                        span
	jobDuration, latency        span
	tokenLifetime, fileLifetime span
	plainRecords, emptyRecords  bool
}

func newServe(p *program) *cobra.Command {
	s := serveCommand{
		program: p, address: "127.0.0.1:0", fileAddress: "127.0.0.1:0",
		calls: 60, span: span(5 * 24 * time.Hour),
		jobDuration: span(2 * time.Second), tokenLifetime: span(5 * time.Minute), fileLifetime: span(15 * time.Minute),
	}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run an emulator of the platform",
		Long: `Run an emulator of the platform on this machine, with a made-up history of calls,
for trying out and for tests of clients in any language. Ctrl-C ends it.

The first line it prints is its base URL. The next ones, a name and a value each, are
the credentials that it takes, its folder and service, and some call IDs. A
credential "without permission" is a good one that may do nothing.`,
		Example: `  sparklog serve
  sparklog serve --addr 127.0.0.1:8080 --calls 10000 --span 52w --job-duration 1m`,
		Args: takes(),
		RunE: func(command *cobra.Command, _ []string) error { return s.run(command.Context()) },
	}
	flags := command.Flags()
	flags.Var(&s.address, "addr", "`host:port` of the API; port 0 is any that is free")
	flags.Var(&s.fileAddress, "file-addr", "`host:port` of the file host")
	flags.Uint32Var(&s.calls, "calls", s.calls, "`number` of calls in the history")
	flags.Var(&s.span, "span", "`time` that the calls are spread over, up to 2026-03-07")
	flags.Uint64Var(&s.seed, "seed", 0, "`number`: another one makes other calls")
	flags.Var(&s.jobDuration, "job-duration", "`time` that an export takes")
	flags.Var(&s.latency, "latency", "`time` that each request waits before it is handled")
	flags.Var(&s.tokenLifetime, "token-lifetime", "`time` for which a token of the client ID and secret is good")
	flags.Var(&s.fileLifetime, "file-lifetime", "`time` for which the address of a file is good")
	flags.BoolVar(&s.plainRecords, "plain-records", false, "give records as JSON objects, not as strings that hold JSON")
	flags.BoolVar(&s.emptyRecords, "empty-records", false, "answer with an empty string where there is no such call, not with null")
	return command
}

func (s *serveCommand) run(ctx context.Context) error {
	server, err := sparktest.Start(s.options()...)
	if err != nil {
		return err
	}
	s.print(server)
	s.note("Serving until Ctrl-C. To try it: %s=… sparklog export %s/%s --format json --output calls.zip", spark.EnvBearerToken, server.Folder, server.Service)
	<-ctx.Done()
	return server.Close()
}

func (s *serveCommand) options() []sparktest.Option {
	var calls []sparktest.Call
	if s.calls > 0 {
		calls = sparktest.Generate(sparktest.History{Calls: int(s.calls), Span: time.Duration(s.span), Seed: s.seed})
	}
	options := append(s.emulator,
		sparktest.Listen(string(s.address), string(s.fileAddress)),
		sparktest.Service("motor", "premium", calls...),
		sparktest.JobDuration(time.Duration(s.jobDuration)),
		sparktest.Latency(time.Duration(s.latency)),
		sparktest.TokenLifetime(time.Duration(s.tokenLifetime)),
		sparktest.FileLifetime(time.Duration(s.fileLifetime)),
	)
	if s.plainRecords {
		options = append(options, sparktest.PlainRecords())
	}
	if s.emptyRecords {
		options = append(options, sparktest.EmptyRecords())
	}
	return options
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
