package main

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

type listCommand struct {
	*program
	serviceFlags
	callFlags
	search      string
	show        pathsFlag
	limit       uint
	oldestFirst bool
	format      string

	unread unreadParts // of the calls that have been listed
	used   usedPaths
}

func newList(p *program) *cobra.Command {
	l := listCommand{program: p}
	command := &cobra.Command{
		Use:   "list FOLDER/SERVICE",
		Short: "List the calls of a service, without an export",
		Long: `List the calls of a service, the newest first. By default it lists those of the last
seven days. Each line ends with the call ID, for sparklog call, excel or diff.

The list is immediate but has no inputs and outputs. --show fetches each call to get
them. Each value adds a column to the table, so that it may be wider than a terminal.
The vendor doesn't document the list, so it may change without notice.

The platform can't filter the list by errors and warnings. With --errors or --warnings,
the calls are exported instead, and the reasons are listed too.
`,
		Example: `  sparklog list my-folder/my-service
  sparklog list my-folder/my-service --from today --user ada@example.com
  sparklog list my-folder/my-service --from 24h --errors only
  sparklog list my-folder/my-service --limit 20 --show inputs.age,outputs.premium
  sparklog list my-folder/my-service --format ndjson | jq -r .call_id`,
		Args: l.arguments(),
		RunE: func(command *cobra.Command, _ []string) error { return l.run(command.Context()) },
	}
	flags := command.Flags()
	l.callFlags.register(flags)
	textKind.add(flags, &l.search, "search", "", "calls with this `text` as call ID, source system or correlation ID")
	flags.UintVar(&l.limit, "limit", 0, "maximum `number` of calls (default: all)")
	flags.BoolVar(&l.oldestFirst, "oldest-first", false, "list the oldest call first")
	flags.Func("show", "inputs and outputs to list, by `path`, such as inputs.age,outputs.premium; can be repeated", l.show.set)
	callFormatKind.add(flags, &l.format, "format", "table", "how to print the list")
	l.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

func (l *listCommand) run(ctx context.Context) error {
	filter, period := l.filter()
	query := spark.Query{
		From: filter.From, To: filter.To, User: filter.User, Purpose: filter.Purpose, VersionID: filter.VersionID, Text: l.search,
	}
	if err := query.Validate(); err != nil {
		return err
	}
	client, err := l.connect()
	if err != nil {
		return err
	}
	service := l.of(client)
	l.used.missing = slices.Clone(l.show)
	out := l.writer(l.format, newListWriter(l.out, orUTC(l.zone), l.show, l.tableWidth()), func() []csvColumn {
		return columnsIn(l.summary(callFields{}).cells())
	})
	listed := 0
	write := func(call callFields) error {
		listed++
		return out.write(l.summary(call))
	}
	if l.isExported() {
		l.note("the platform can't filter its list by errors and warnings, so the calls are exported")
		err = l.listExported(ctx, service, filter, write)
	} else {
		err = l.listFound(ctx, client, query, write)
	}
	if err != nil && listed > 0 {
		_ = out.end() // what has been listed is printed
	}
	if err != nil {
		return err
	}
	if err := cmp.Or(out.end(), l.used.err(), l.unread.err(service, "listed "+counted(listed, "call"))); err != nil {
		return err
	}
	switch found := counted(listed, "call") + period; {
	case listed == 0:
		l.note("no calls%s", period)
	case uint(listed) == l.limit:
		l.note("%s; there may be more than --limit %d", found, l.limit)
	default:
		l.note("%s", found)
	}
	return nil
}

// filter returns the filter, which has a start, and its period in words.
func (l *listCommand) filter() (filter spark.Filter, period string) {
	filter = l.callFlags.filter()
	if filter.From.IsZero() && filter.To.IsZero() {
		filter.From = time.Now().AddDate(0, 0, -7).Truncate(tick)
		return filter, " in the last seven days"
	}
	if filter.From.IsZero() {
		filter.From = filter.To.AddDate(0, 0, -7)
	}
	return filter, describePeriod(filter.From, filter.To, orUTC(l.zone))
}

// isExported reports whether the calls are exported, because the platform's list can't
// be filtered as asked.
func (l *listCommand) isExported() bool { return l.errors != "" || l.warnings != "" }

// fetchedAtOnce is how many calls are fetched before the first of them is listed.
const fetchedAtOnce = 50

// listFound prints the calls of the platform's list.
func (l *listCommand) listFound(ctx context.Context, client *spark.Client, query spark.Query, write func(callFields) error) error {
	var order spark.SearchOption
	if l.oldestFirst {
		order = spark.WithOldestFirst()
	}
	var batch []callFields
	found := uint(0)
	for s, err := range l.of(client).Search(ctx, query, order) {
		if err != nil {
			return cmp.Or(l.listFetched(ctx, client, batch, write), err)
		}
		l.unread.addFields(s.ID, s.Problems())
		call := callFields{
			time: s.LogTime, id: s.ID, user: s.User, version: s.Version, purpose: s.Purpose, sourceSystem: s.SourceSystem,
			correlationID: s.CorrelationID, calcTime: s.CalcTime, totalTime: s.TotalTime,
		}
		if l.show == nil {
			err = write(call)
		} else if batch = append(batch, call); len(batch) == fetchedAtOnce {
			err = l.listFetched(ctx, client, batch, write)
			batch = nil
		}
		if err != nil {
			return err
		}
		if found++; found == l.limit {
			break
		}
	}
	return l.listFetched(ctx, client, batch, write)
}

// listFetched fetches calls and prints them with the values of --show. One that can't be
// fetched is printed without values.
func (l *listCommand) listFetched(ctx context.Context, client *spark.Client, batch []callFields, write func(callFields) error) error {
	ids := make([]string, len(batch))
	for i, call := range batch {
		ids[i] = call.id
	}
	next := 0
	for fetched, err := range client.GetCalls(ctx, ids) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		call := batch[next]
		next++
		if err != nil {
			l.warn("sparklog: %s", describe(err))
			l.unread.addPlace(err)
		} else {
			l.used.add(callEntry{fetched})
			call.shown = l.show.in(callEntry{fetched})
			call.errors, call.warnings = details(fetched.Errors), details(fetched.Warnings)
		}
		if err := write(call); err != nil {
			return err
		}
	}
	return nil
}

// listExported prints the calls of an export. Until they are sorted, it keeps in memory
// what is printed of them.
func (l *listCommand) listExported(ctx context.Context, service *spark.Service, filter spark.Filter, write func(callFields) error) error {
	var calls []callFields
	limit := math.MaxInt
	if l.limit > 0 && l.limit < math.MaxInt32 {
		limit = int(l.limit)
	}
	sort := func() {
		slices.SortStableFunc(calls, func(a, b callFields) int {
			if l.oldestFirst {
				return a.time.Compare(b.time)
			}
			return b.time.Compare(a.time)
		})
		calls = calls[:min(len(calls), limit)]
	}
	bar := l.startBar("exporting")
	filter.SourceSystem = l.search // which the platform also compares with call IDs and correlation IDs
	for call, err := range service.Calls(ctx, filter, l.progressIn(bar)) {
		if err != nil {
			bar.stop()
			return err
		}
		l.unread.addFields(call.ID, call.Problems())
		l.used.add(callEntry{call})
		fields := callEntry{call}.fields()
		fields.shown = l.show.in(callEntry{call})
		calls = append(calls, fields.clone())
		if len(calls)/2 > limit {
			sort()
		}
	}
	bar.stop()
	sort()
	for _, call := range calls {
		if err := write(call); err != nil {
			return err
		}
	}
	return nil
}

// clone returns a copy that doesn't keep the call's complete JSON in memory.
func (c callFields) clone() callFields {
	for _, text := range []*string{&c.id, &c.user, &c.version, &c.purpose, &c.sourceSystem, &c.correlationID, &c.errors, &c.warnings} {
		*text = strings.Clone(*text)
	}
	for i, shown := range c.shown {
		if value, ok := shown.(record.Value); ok {
			var copied record.Value
			_ = copied.UnmarshalJSON(value.JSON()) // a value of a call is valid JSON
			c.shown[i] = copied
		}
	}
	return c
}

// summary returns what is printed of a call.
func (l *listCommand) summary(c callFields) summary {
	values := append([]namedValue{
		{"log_time", stamp(c.time)}, {"user", c.user}, {"version", c.version}, {"purpose", c.purpose},
		{"source_system", c.sourceSystem}, {"correlation_id", c.correlationID},
		{"calc_time_ms", json.Number(millis(c.calcTime))}, {"total_time_ms", json.Number(millis(c.totalTime))},
	}, l.show.named(c)...)
	if l.show != nil || l.isExported() { // otherwise the errors and warnings aren't known
		values = append(values, namedValue{"errors", c.errors}, namedValue{"warnings", c.warnings})
	}
	return summary{c, append(values, namedValue{"call_id", c.id})}
}
