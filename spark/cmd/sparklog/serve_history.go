package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// historyFlags say which calls an emulator has: generated ones, or those of an export.
type historyFlags struct {
	path            string // of the export; "" for generated calls
	folder, service string // "" for the default ones, or those of the export
	calls           uint32
	span            time.Duration
	until           userTime
	seed            uint64
	set             *pflag.FlagSet
}

func (h *historyFlags) register(flags *pflag.FlagSet) {
	h.set = flags
	textKind.add(flags, &h.path, "history", "", "serve the calls of this export of JSON or this directory of a mirror: a `file`, or - for standard input (default: generated calls)")
	textKind.add(flags, &h.folder, "folder", "", "`name` of the folder (default: motor, or the one in the export)")
	textKind.add(flags, &h.service, "service", "", "`name` of the service (default: premium, or the one in the export)")
	flags.Uint32Var(&h.calls, "calls", 60, "`number` of calls to generate")
	durationKind.add(flags, &h.span, "span", "120h", "`duration` over which generated calls are spread")
	timeKind.add(flags, &h.until, "until", "", "`time` at which generated calls end, such as 2026-03-01, today, 2026-03-01T08:15, or 7d for 7 days ago (default 2026-03-07)")
	flags.Uint64Var(&h.seed, "seed", 0, "`number` that generated calls depend on")
}

// services returns the emulator's options for them.
func (h *historyFlags) services(ctx context.Context, p *program) ([]sparktest.Option, error) {
	if h.path == "" {
		return []sparktest.Option{sparktest.Service(cmp.Or(h.folder, "motor"), cmp.Or(h.service, "premium"), h.generate()...)}, nil
	}
	for _, flag := range []string{"calls", "span", "until", "seed"} {
		if h.set.Changed(flag) {
			return nil, usagef("--%s is for generated calls; omit it with --history", flag)
		}
	}
	return h.read(ctx, p)
}

func (h *historyFlags) generate() []sparktest.Call {
	if h.calls == 0 {
		return nil
	}
	until, _ := h.until.in(time.UTC)
	return sparktest.Generate(sparktest.History{Calls: int(h.calls), Span: h.span, End: until, Seed: h.seed})
}

// read returns the calls of an export, each for the service that it names.
func (h *historyFlags) read(ctx context.Context, p *program) ([]sparktest.Option, error) {
	source, err := p.openSources([]string{h.path}, 0)
	if err != nil {
		return nil, err
	}
	defer source.close()
	var names [][2]string
	calls := map[[2]string][]sparktest.Call{}
	records := map[string]int{} // of each call so far
	for entry, err := range source.entries(ctx) {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		call, err := source.callOf(entry)
		if err != nil {
			return nil, err
		}
		name := [2]string{cmp.Or(h.folder, call.Folder), cmp.Or(h.service, call.Service)}
		if calls[name] == nil {
			names = append(names, name)
		}
		calls[name] = append(calls[name], servedCall(call, records[call.ID]))
		records[call.ID]++
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
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

// servedCall returns a call to serve with its original record. The other fields are for
// filters, CSV files and workbooks.
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

// object returns the values as JSON, or nil if there are none.
func object(values record.Values) json.RawMessage {
	if values.Len() == 0 {
		return nil
	}
	return json.RawMessage(values.JSON())
}
