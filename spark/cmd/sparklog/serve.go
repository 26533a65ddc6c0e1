package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

type serveCommand struct {
	*program
	address, fileAddress        string
	tenant                      string
	history                     historyFlags
	jobDuration, latency        time.Duration
	jobProgress                 []float64
	recordsPerFile              uint32
	tokenLifetime, fileLifetime time.Duration
	plainRecords, emptyRecords  bool
	credentialFiles             bool
	faults                      []faultScript
}

// clientHelp shows how programs in other languages use the emulator, for example in CI.
// A test runs each snippet. The one for TypeScript is valid JavaScript too.
const clientHelp = `

From a shell, with curl:
  sparklog serve > spark.txt & server=$!
  until grep -q "^calls: " spark.txt; do sleep 0.1; done
  value() { sed -n "s/^$1: //p" spark.txt; }
  curl -fsS -H "Authorization: Bearer $(value "bearer token")" \
    "$(head -n 1 spark.txt)/api/v3/log/getexecutionhistorybycallid/$(value "call ID")"
  kill $server

From Python:
  import json, subprocess, urllib.request
  server = subprocess.Popen(["sparklog", "serve"], stdout=subprocess.PIPE, text=True)
  url, served = server.stdout.readline().strip(), {}
  while "calls" not in served:
      name, _, value = server.stdout.readline().strip().partition(": ")
      served[name] = value
  request = urllib.request.Request(
      url + "/api/v3/log/getexecutionhistorybycallid/" + served["call ID"],
      headers={"Authorization": "Bearer " + served["bearer token"]})
  body = json.load(urllib.request.urlopen(request))
  print(json.loads(body["response_data"]))
  server.terminate()

From TypeScript (a module), with Node.js:
  import { spawn } from "node:child_process";
  import { createInterface } from "node:readline";
  const server = spawn("sparklog", ["serve"]);
  const served = new Map(), lines = createInterface(server.stdout);
  for await (const line of lines) {
    const [name, value] = line.split(": ");
    served.set(value ? name : "URL", value || line);
    if (name === "calls") break;
  }
  const response = await fetch(
    served.get("URL") + "/api/v3/log/getexecutionhistorybycallid/" + served.get("call ID"),
    { headers: { Authorization: "Bearer " + served.get("bearer token") } });
  const body = await response.json();
  console.log(JSON.parse(body.response_data));
  server.kill();`

func newServe(p *program) *cobra.Command {
	s := serveCommand{program: p}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run an emulator of the platform",
		Long: `Run an emulator of the platform on this machine, to try things out and to test clients
in any language. It serves generated calls, or those of an export. Press Ctrl-C to stop
it; it then reports the requests that don't agree with the OpenAPI document.

The first line of the output is the base URL. Each of the following lines is a name and
a value: the credentials that the emulator accepts, its folder and service, and some
call IDs. A credential "without permission" is valid, but every operation is forbidden.
If a client needs a host name, use --addr and --file-addr; URLs then contain it. In a
container with the host name spark: --addr spark:8080 --file-addr spark:8081

` + faultHelp + clientHelp,
		Example: `  sparklog serve
  sparklog serve --addr 127.0.0.1:8080 --calls 10000 --span 52w --job-duration 1m
  sparklog serve --history calls.zip --job-progress 0,10,80,75
  sparklog serve --fault JobStatus:503,retry-after=2s,times=3 --fault File:truncate=1000`,
		Args: exactly(),
		RunE: func(command *cobra.Command, _ []string) error { return s.run(command.Context()) },
	}
	flags := command.Flags()
	addressKind.add(flags, &s.address, "addr", "127.0.0.1:0", "address of the API; port 0 is any free one")
	addressKind.add(flags, &s.fileAddress, "file-addr", "127.0.0.1:0", "address of the file host")
	textKind.add(flags, &s.tenant, "tenant", "my-tenant", "`name` of the tenant")
	s.history.register(flags)
	durationKind.add(flags, &s.jobDuration, "job-duration", "2s", "how long an export takes")
	flags.Func("job-progress", "`percents` that an export shows before 100, such as 0,10,80, each for an equal part of its time", func(text string) (err error) {
		s.jobProgress, err = parsePercents(text, 99)
		return err
	})
	flags.Uint32Var(&s.recordsPerFile, "records-per-file", 25, "maximum `number` of records in each file of an export")
	durationKind.add(flags, &s.latency, "latency", "0s", "how long each request waits before it is handled")
	durationKind.add(flags, &s.tokenLifetime, "token-lifetime", "5m", "how long a token of the client ID and secret is valid")
	durationKind.add(flags, &s.fileLifetime, "file-lifetime", "15m", "how long the URL of a file is valid")
	flags.BoolVar(&s.plainRecords, "plain-records", false, "return records as JSON objects instead of strings that contain JSON")
	flags.BoolVar(&s.emptyRecords, "empty-records", false, "return an empty string instead of null if there is no such call")
	flags.BoolVar(&s.credentialFiles, "credential-files", false, "require the credential on the file host too")
	flags.Func("fault", "a `fault`, see above; can be repeated", func(text string) error {
		fault, err := parseFault(text)
		s.faults = append(s.faults, fault)
		return err
	})
	return command
}

// addressKind is where a host listens.
var addressKind = flagKind[string]{"host:port", func(text string) (string, error) {
	if _, _, err := net.SplitHostPort(text); err != nil {
		return "", errors.New("expected a host and a port, such as 127.0.0.1:8080")
	}
	return text, nil
}}

func (s *serveCommand) run(ctx context.Context) error {
	options, err := s.options(ctx)
	if err != nil {
		return err
	}
	var found violations
	server, err := sparktest.Start(append(options, sparktest.CheckRequests(found.check))...)
	if err != nil {
		return err
	}
	for _, fault := range s.faults {
		fault.addTo(server)
	}
	if s.plainRecords || s.emptyRecords {
		testfault.Records(server, s.plainRecords, s.emptyRecords)
	}
	s.print(server)
	s.note("Press Ctrl-C to stop. To try it: %s=… sparklog export --folder %q --service %q", envBearerToken, server.Folder, server.Service)
	<-ctx.Done()
	err = server.Close()
	for _, violation := range found.texts {
		s.warn("%s", violation)
	}
	return err
}

func (s *serveCommand) options(ctx context.Context) ([]sparktest.Option, error) {
	if s.recordsPerFile == 0 {
		return nil, usagef("--records-per-file: expected at least 1")
	}
	services, err := s.history.services(ctx, s.program)
	if err != nil {
		return nil, err
	}
	options := slices.Concat(s.emulator, services, []sparktest.Option{
		sparktest.Listen(s.address, s.fileAddress),
		sparktest.Tenant(s.tenant),
		sparktest.JobDuration(s.jobDuration),
		sparktest.JobProgress(s.jobProgress...),
		sparktest.RecordsPerFile(int(s.recordsPerFile)),
		sparktest.Latency(s.latency),
		sparktest.TokenLifetime(s.tokenLifetime),
		sparktest.FileLifetime(s.fileLifetime),
	})
	if s.credentialFiles {
		options = append(options, sparktest.CredentialFiles())
	}
	return options, nil
}

// violations are the problems of requests, each once.
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

// print prints what a client needs. Programs read it up to the line "calls", so don't
// change names or order.
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

// printCalls prints a call ID of each kind.
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
		if i := slices.IndexFunc(calls, kind.is); i >= 0 {
			fmt.Fprintf(s.out, "%s: %s\n", kind.name, calls[i].ID)
		}
	}
	if len(calls) > 0 {
		fmt.Fprintf(s.out, "first call: %s\n", calls[0].Time.UTC().Format(time.RFC3339))
		fmt.Fprintf(s.out, "last call: %s\n", calls[len(calls)-1].Time.UTC().Format(time.RFC3339))
	}
	fmt.Fprintf(s.out, "calls: %d\n", len(calls))
}
