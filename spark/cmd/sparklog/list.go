package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/record"
)

type listCommand struct {
	*program
	connectFlags
	serviceFlags
	period                           periodFlags
	user, purpose, versionID, search textFlag
	errors, warnings                 choiceFlag
	show                             pathsFlag
	limit                            uint
	oldestFirst                      bool
	format                           choiceFlag
}

func newList(p *program) *cobra.Command {
	l := listCommand{
		program: p, errors: choiceFlag{allowed: []string{"only", "none"}}, warnings: choiceFlag{allowed: []string{"only", "none"}},
		format: choiceFlag{"table", []string{"table", "ndjson", "json", "csv"}},
	}
	command := &cobra.Command{
		Use:   "list FOLDER/SERVICE",
		Short: "List the calls of a service, without an export",
		Long: `List the calls of a service, the newest first. By default it lists those of the last
seven days. The call ID is at the end of the line; copy it into call, excel or diff.

The list is immediate but has no inputs and outputs. --show fetches each call to get
them. The vendor doesn't document the list, so it may change without notice.

The platform can't filter the list by errors and warnings. With --errors or --warnings,
the calls are exported instead, and the reasons are listed too.`,
		Example: `  sparklog list my-folder/my-service
  sparklog list my-folder/my-service --from today --user ada@example.com
  sparklog list my-folder/my-service --from 24h --errors only
  sparklog list my-folder/my-service --limit 20 --show inputs.age,outputs.premium
  sparklog list my-folder/my-service --format ndjson | jq -r .call_id`,
		Args:              l.arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return l.run(command.Context()) },
	}
	flags := command.Flags()
	l.period.register(flags)
	flags.Var(&l.user, "user", "calls by the user with this `name`")
	flags.Var(&l.purpose, "purpose", "calls with this `text` as call purpose")
	flags.Var(&l.versionID, "version-id", "calls of the service version with this `ID`")
	flags.Var(&l.search, "search", "calls with this `text` as call ID, source system or correlation ID")
	l.errors.register(command, "errors", "only calls with errors (only) or only calls without (none)")
	l.warnings.register(command, "warnings", "only calls with warnings (only) or only calls without (none)")
	flags.UintVar(&l.limit, "limit", 0, "maximum `number` of calls (default: all)")
	flags.BoolVar(&l.oldestFirst, "oldest-first", false, "list the oldest call first")
	flags.Var(&l.show, "show", "inputs and outputs to list, by `path`, such as inputs.age,outputs.premium; can be repeated")
	l.format.register(command, "format", "how to print the list")
	l.serviceFlags.register(command)
	l.connectFlags.register(command)
	return command
}

func (l *listCommand) run(ctx context.Context) error {
	from, to, period := l.bounds()
	query := spark.Query{
		From: from, To: to, User: string(l.user), Purpose: string(l.purpose), VersionID: string(l.versionID), Text: string(l.search),
	}
	if err := query.Validate(); err != nil {
		return err
	}
	client, err := l.connect(l.connectFlags)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	calls := l.searched(ctx, client, query)
	if l.isExported() {
		l.note("the platform can't filter its list by errors and warnings, so the calls are exported")
		calls = l.exported(ctx, client, query)
	}
	out := l.writer()
	var listed int
	var unread unreadParts
	used := usedPaths{missing: slices.Clone(l.show)}
	for call, err := range calls {
		var notFetched *spark.CallError
		switch {
		case errors.As(err, &notFetched): // it is listed without its values
			l.warn("sparklog: %s", describe(err))
			unread.addPlace(err)
		case err != nil && listed > 0:
			_ = out.end() // what has been listed is printed
			return err
		case err != nil:
			return err
		}
		listed++
		unread.addFields(call)
		if call.fetched != nil {
			used.add(callEntry{call.fetched})
		}
		if err := out.write(call); err != nil {
			return err
		}
	}
	if err := out.end(); err != nil {
		return err
	}
	if len(used.missing) > 0 && listed > unread.places {
		return used.known.missing(used.missing[0])
	}
	if err := unread.err(l.of(client), "listed "+counted(listed, "call")); err != nil {
		return err
	}
	switch found := counted(listed, "call") + strings.TrimPrefix(period, "calls"); {
	case listed == 0:
		l.note("no %s", period)
	case uint(listed) == l.limit:
		l.note("%s; there may be more than --limit %d", found, l.limit)
	default:
		l.note("%s", found)
	}
	return nil
}

// bounds returns the period, which has a start, and describes its calls.
func (l *listCommand) bounds() (from, to time.Time, period string) {
	from, to = l.period.bounds()
	switch {
	case !from.IsZero():
	case !to.IsZero():
		from = to.AddDate(0, 0, -7)
	default:
		return time.Now().AddDate(0, 0, -7).Truncate(tick), to, "calls in the last seven days"
	}
	return from, to, describePeriod(from, to, l.period.zone.in())
}

// isExported reports whether the calls are exported, because the platform's list can't
// be filtered as asked.
func (l *listCommand) isExported() bool { return l.errors.value != "" || l.warnings.value != "" }

// fetchedAtOnce is how many calls are fetched before the first of them is listed.
const fetchedAtOnce = 50

// searched returns the calls of the platform's list, with the values to show.
func (l *listCommand) searched(ctx context.Context, client *spark.Client, query spark.Query) iter.Seq2[listedCall, error] {
	var options []spark.SearchOption
	if l.oldestFirst {
		options = append(options, spark.WithOldestFirst())
	}
	return func(yield func(listedCall, error) bool) {
		var batch []listedCall
		found := uint(0)
		for summary, err := range l.of(client).Search(ctx, query, options...) {
			if err != nil {
				_ = l.fetch(ctx, client, batch, yield) && yield(listedCall{}, err)
				return
			}
			batch = append(batch, listedSummary(summary, l.show))
			found++
			isLast := l.limit > 0 && found == l.limit
			if !isLast && l.show != nil && len(batch) < fetchedAtOnce {
				continue
			}
			if !l.fetch(ctx, client, batch, yield) || isLast {
				return
			}
			batch = batch[:0]
		}
		_ = l.fetch(ctx, client, batch, yield)
	}
}

// fetch yields calls after it has fetched those whose values are shown.
func (l *listCommand) fetch(ctx context.Context, client *spark.Client, batch []listedCall, yield func(listedCall, error) bool) bool {
	if l.show == nil {
		for _, each := range batch {
			if !yield(each, nil) {
				return false
			}
		}
		return true
	}
	ids := make([]string, len(batch))
	for i, each := range batch {
		ids[i] = each.ID
	}
	next := 0
	for call, err := range client.GetCalls(ctx, ids) {
		if err != nil && ctx.Err() != nil {
			yield(listedCall{}, err)
			return false
		}
		batch[next].fetched = call
		if !yield(batch[next], err) {
			return false
		}
		next++
	}
	return true
}

// exported returns the calls of an export, in the order of the list.
func (l *listCommand) exported(ctx context.Context, client *spark.Client, query spark.Query) iter.Seq2[listedCall, error] {
	return func(yield func(listedCall, error) bool) {
		filter := spark.Filter{
			From: query.From, To: query.To, User: query.User, Purpose: query.Purpose, VersionID: query.VersionID,
			HasErrors: presences[l.errors.value], HasWarnings: presences[l.warnings.value],
			SourceSystem: query.Text, // which the platform also compares with call IDs and correlation IDs
		}
		bar := l.startBar("exporting")
		var calls []listedCall
		for call, err := range l.of(client).Calls(ctx, filter, l.progressIn(bar)) {
			if err != nil {
				bar.stop()
				yield(listedCall{}, err)
				return
			}
			calls = append(calls, listedRecord(call, l.show))
		}
		bar.stop()
		slices.SortStableFunc(calls, func(a, b listedCall) int {
			if l.oldestFirst {
				return a.LogTime.Compare(b.LogTime)
			}
			return b.LogTime.Compare(a.LogTime)
		})
		if l.limit > 0 {
			calls = calls[:min(uint(len(calls)), l.limit)]
		}
		for _, call := range calls {
			if !yield(call, nil) {
				return
			}
		}
	}
}

// listedCall is a call of the list.
type listedCall struct {
	callEntry              // without inputs and outputs if it is from the platform's list
	fetched   *record.Call // with inputs and outputs; nil if it wasn't fetched
	paths     []valuePath  // of the values to show
	hasReason bool         // errors and warnings are known, or have been asked for
	odd       []record.Problem
}

func listedRecord(call *record.Call, paths []valuePath) listedCall {
	return listedCall{callEntry: callEntry{call}, fetched: call, paths: paths, hasReason: true, odd: call.Problems()}
}

func listedSummary(s *spark.CallSummary, paths []valuePath) listedCall {
	return listedCall{
		callEntry: callEntry{&record.Call{
			ID: s.ID, LogTime: s.LogTime, User: s.User, Version: s.Version, Purpose: s.Purpose, SourceSystem: s.SourceSystem,
			CorrelationID: s.CorrelationID, CalcTime: s.CalcTime, TotalTime: s.TotalTime,
		}},
		paths: paths, hasReason: paths != nil, odd: s.Problems(),
	}
}

func (c listedCall) problems() (string, []record.Problem) { return c.ID, c.odd }
func (c listedCall) json() ([]byte, error)                { return c.summary().json() }
func (c listedCall) cells() []csvCell                     { return c.summary().cells() }

func (c listedCall) line() tableLine {
	line := c.callEntry.line()
	if c.fetched != nil {
		line.errors, line.warnings = details(c.fetched.Errors), details(c.fetched.Warnings)
	}
	for _, path := range c.paths {
		line.shown = append(line.shown, textOf(c.valueAt(path)))
	}
	return line
}

// valueAt returns the value at a path, or nil if the call has none or wasn't fetched.
func (c listedCall) valueAt(path valuePath) any {
	if c.fetched == nil {
		return nil
	}
	return valueAt(callEntry{c.fetched}, path)
}

func (c listedCall) summary() summary {
	all := summary{
		{"log_time", stamp(c.LogTime)}, {"user", c.User}, {"version", c.Version}, {"purpose", c.Purpose},
		{"source_system", c.SourceSystem}, {"correlation_id", c.CorrelationID},
		{"calc_time_ms", json.Number(millis(c.CalcTime))}, {"total_time_ms", json.Number(millis(c.TotalTime))},
	}
	for _, path := range c.paths {
		all = append(all, namedValue{path.String(), c.valueAt(path)})
	}
	if c.hasReason {
		line := c.line()
		all = append(all, namedValue{"errors", line.errors}, namedValue{"warnings", line.warnings})
	}
	return append(all, namedValue{"call_id", c.ID})
}

func (l *listCommand) writer() entryWriter {
	switch l.format.value {
	case "ndjson":
		return newNDJSONWriter(l.out)
	case "json":
		return newJSONWriter(l.out)
	case "csv":
		empty := listedCall{callEntry: callEntry{new(record.Call)}, paths: l.show, hasReason: l.show != nil || l.isExported()}
		return newCSVWriter(l.out, empty.summary().columns())
	}
	return newListWriter(l.out, l.period.zone.in(), l.show, l.tableWidth())
}

// listWriter writes the list for reading, with the call ID at the end of the line, and
// errors and warnings below it.
type listWriter struct {
	out                  *bufio.Writer
	zone                 *time.Location
	width                int // of the terminal; 0 if nothing is cut off
	timeWidth, userWidth int
	versionWidth         int
	widths               []int  // of inputs and outputs
	hasCalcTime          bool   // there is room for it
	header               func() // prints the header before the first call; then nil
}

func newListWriter(out io.Writer, zone *time.Location, show []valuePath, width int) *listWriter {
	w := &listWriter{out: bufio.NewWriter(out), zone: zone, width: width, userWidth: userWidth, versionWidth: 7}
	names, widths := shownColumns(show)
	w.widths = widths
	head := "TIME (" + zone.String() + ")"
	w.timeWidth = max(len(time.DateTime), len(head))
	taken := w.timeWidth + 2 + 2 + w.versionWidth + 2 + 36 // with call ID and gaps
	for _, width := range widths {
		taken += 2 + width
	}
	if width > 0 {
		w.hasCalcTime = width >= taken+userWidth+11
		w.userWidth = min(max(width-taken, 12), userWidth)
		if spare := width - taken - userWidth - 11; spare > 0 {
			w.versionWidth += min(spare, 8)
		}
	}
	w.header = func() { w.print(head, "USER", "VERSION", "CALC TIME", names, "CALL ID") }
	return w
}

func (w *listWriter) fit(text string, width int) string {
	if w.width == 0 {
		return text
	}
	return textwidth.Cut(text, width)
}

func (w *listWriter) print(at, user, version, calcTime string, shown []string, id string) {
	cells := []string{textwidth.Left(at, w.timeWidth), textwidth.Left(w.fit(user, w.userWidth), w.userWidth), textwidth.Left(w.fit(version, w.versionWidth), w.versionWidth)}
	if w.hasCalcTime {
		cells = append(cells, textwidth.Right(calcTime, 9))
	}
	for i, text := range shown {
		cells = append(cells, textwidth.Right(w.fit(text, w.widths[i]), w.widths[i]))
	}
	_, _ = fmt.Fprintln(w.out, strings.Join(append(cells, id), "  ")) // Flush returns an error again
}

func (w *listWriter) write(e entry) error {
	if w.header != nil {
		w.header()
		w.header = nil
	}
	line := e.line()
	w.print(timeOf(line.time, w.zone), printable(line.user), printable(line.version), line.calcTime.String(), printables(line.shown), printable(line.id))
	if note := line.note(); note != "" {
		_, _ = fmt.Fprintf(w.out, "  %s\n", w.fit(note, w.width-3))
	}
	return nil
}

func (w *listWriter) end() error { return w.out.Flush() }
