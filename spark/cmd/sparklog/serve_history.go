package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// servedHistory is the calls that an emulator has: made up, or read from an export.
type servedHistory struct {
	path            text // of the export; "" for made-up calls
	folder, service text // "" for the usual ones, or those of the export
	calls           uint32
	span            span
	until           moment
	seed            uint64
	set             *pflag.FlagSet
}

func (h *servedHistory) flags(flags *pflag.FlagSet) {
	h.set, h.calls, h.span = flags, 60, span(5*24*time.Hour)
	flags.Var(&h.path, "history", "`file` of calls to serve, exported as JSON, or directory of a mirror, or - for standard input; instead of made-up ones")
	flags.Var(&h.folder, "folder", "`name` of the folder; by default motor, or that in the export")
	flags.Var(&h.service, "service", "`name` of the service; by default premium, or that in the export")
	flags.Uint32Var(&h.calls, "calls", h.calls, "`number` of calls to make up")
	flags.Var(&h.span, "span", "`time` that made-up calls are spread over")
	flags.Var(&h.until, "until", "`time` before which they are, such as 2026-03-01, today, 2026-03-01T08:15, or 7d for 7 days ago (default 2026-03-07)")
	flags.Uint64Var(&h.seed, "seed", 0, "`number`: another one makes up other calls")
}

// services are the emulator's options for them.
func (h *servedHistory) services(ctx context.Context, p *program) ([]sparktest.Option, error) {
	if h.path == "" {
		return []sparktest.Option{sparktest.Service(or(h.folder, "motor"), or(h.service, "premium"), h.makeUp()...)}, nil
	}
	for _, flag := range []string{"calls", "span", "until", "seed"} {
		if h.set.Changed(flag) {
			return nil, usagef("--%s is for calls that are made up, not for those of --history", flag)
		}
	}
	return h.read(ctx, p)
}

func or(name text, usual string) string {
	if name == "" {
		return usual
	}
	return string(name)
}

func (h *servedHistory) makeUp() []sparktest.Call {
	if h.calls == 0 {
		return nil
	}
	var until time.Time
	if h.until.isSet() {
		until = h.until.first(time.UTC)
	}
	return sparktest.Generate(sparktest.History{Calls: int(h.calls), Span: time.Duration(h.span), End: until, Seed: h.seed})
}

// read takes the calls from an export, each for the service that it names.
func (h *servedHistory) read(ctx context.Context, p *program) ([]sparktest.Option, error) {
	source, err := p.openSource(ctx, string(h.path))
	if err != nil {
		return nil, err
	}
	defer source.close()
	var names [][2]string
	calls := map[[2]string][]sparktest.Call{}
	records := map[string]int{} // of each call so far
	for call, err := range source.calls(ctx) {
		if err != nil {
			return nil, err
		}
		name := [2]string{or(h.folder, call.Folder), or(h.service, call.Service)}
		if calls[name] == nil {
			names = append(names, name)
		}
		calls[name] = append(calls[name], servedCall(call, records[call.ID]))
		records[call.ID]++
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s contains no calls", source)
	}
	var services []sparktest.Option
	for _, name := range names {
		services = append(services, sparktest.Service(name[0], name[1], calls[name]...))
	}
	return services, nil
}

// servedCall is a call to serve as its record is. The rest says what filters
// find, and what is in a CSV file and a workbook.
func servedCall(call *record.Call, index int) sparktest.Call {
	served := sparktest.Call{
		ID: call.ID, Index: index, Raw: call.JSON(),
		Time: call.LogTime, TransactionDate: call.TransactionDate,
		User: call.User, Purpose: call.Purpose, SourceSystem: call.SourceSystem, CorrelationID: call.CorrelationID,
		Version: call.Version, VersionID: call.VersionID, Revision: call.Revision, APIVersion: call.APIVersion,
		Inputs: object(call.Inputs), Outputs: object(call.Outputs),
		CalcTime: call.CalcTime, TotalTime: call.TotalTime,
	}
	for _, w := range call.Warnings {
		served.Warnings = append(served.Warnings, sparktest.Message{SourcePath: w.SourcePath, Text: w.Message})
	}
	for _, e := range call.Errors {
		place := e.SourcePath
		e.SourcePath = "" // so that String is the reason alone
		served.Errors = append(served.Errors, sparktest.Message{SourcePath: place, Text: e.String(), Category: e.Category, Type: e.Type})
	}
	return served
}

// object is the values as JSON, nil for none.
func object(values record.Values) json.RawMessage {
	if values.Len() == 0 {
		return nil
	}
	return json.RawMessage(values.JSON())
}
