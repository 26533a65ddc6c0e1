package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

type mirrorCommand struct {
	*program
	serviceFlags
	waitFlags
	dir     string
	options mirror.Options
}

func newMirror(p *program) *cobra.Command {
	m := mirrorCommand{program: p}
	command := &cobra.Command{
		Use:   "mirror FOLDER/SERVICE DIR --since TIME",
		Short: "Keep a local copy of all calls of a service since a given day",
		Long: `Keep a local copy of all calls of a service since a given day. You can stop the
command at any time; the next run picks up where it left off, and fetches only what is
new.

The time is divided into windows of whole days (UTC). Each window is a ZIP archive in
DIR/zip. With --parquet it is also a table in DIR/parquet, which DuckDB, Apache Spark,
pandas and data warehouses read as it is.

If your platform reads or logs times as local time instead of UTC, use --overlap 15h.
Use the same --look-back on every run.

A window has a problem if its export fails, contains something that can't be decoded,
or contains calls that it shouldn't. Each problem is reported on standard error,
everything else is kept, and the exit status is 1. The next run fetches again what is
incomplete.

Missing and damaged files are replaced. A file whose size and modification time haven't
changed is checked only with --verify.`,
		Example: `  sparklog mirror my-folder/my-service history --since 2024-03-01 --window 7d
  sparklog mirror my-folder/my-service history
  sparklog mirror my-folder/my-service history --parquet
  sparklog mirror my-folder/my-service history --verify`,
		Args: m.arguments("DIR"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 && m.folder == "" {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(command *cobra.Command, args []string) error {
			m.dir = args[len(args)-1]
			return m.run(command.Context())
		},
	}
	flags := command.Flags()
	dayKind.add(flags, &m.options.Since, "since", "", "first day to keep; required for a new DIR")
	daysKind.add(flags, &m.options.Days, "window", "", "length of windows that haven't been fetched yet, in whole days, such as 1d or 2w (default: as before, or 1d)")
	durationKind.add(flags, &m.options.LookBack, "look-back", "24h", "how long after its end a window is fetched again")
	durationKind.add(flags, &m.options.Overlap, "overlap", "5m", "how much more each export covers on both sides of its window")
	flags.IntVar(&m.options.Parallel, "parallel", 2, "`number` of windows to fetch at the same time")
	flags.BoolVar(&m.options.Parquet, "parquet", false, "write Parquet files too, now and on later runs")
	flags.BoolVar(&m.options.Verify, "verify", false, "check all archives and Parquet files first, and replace what is damaged")
	flags.BoolVar(&m.options.ClockWasWrong, "clock-was-wrong", false, "fetch again windows whose recorded fetch time lies in the future (after a wrong clock)")
	m.waitFlags.register(flags)
	m.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

// dayKind is the day in UTC on which a time lies or begins.
var dayKind = flagKind[spark.Date]{timeKind.name, func(text string) (spark.Date, error) {
	when, err := timeKind.parse(text)
	first, _ := when.in(time.UTC)
	return spark.DateOf(first.UTC()), err
}}

// daysKind is a number of days.
var daysKind = flagKind[int]{durationKind.name, func(text string) (int, error) {
	const day = 24 * time.Hour
	length, err := parseDuration(text)
	if err != nil || length%day != 0 {
		return 0, errors.New("expected whole days, such as 1d or 2w")
	}
	return int(length / day), nil
}}

func (m *mirrorCommand) run(ctx context.Context) error {
	switch { // the library takes 0 for its defaults
	case m.options.Overlap == 0:
		return usagef("--overlap: expected more than 0")
	case m.options.Parallel == 0:
		return usagef("--parallel: expected more than 0")
	case m.options.LookBack == 0:
		m.options.LookBack = -1 // none
	}
	client, err := m.connect()
	if err != nil {
		return err
	}

	bar := m.startBar("fetching")
	began := time.Now()
	m.options.WaitLimit, m.options.OutageLimit = m.limit, m.outageLimit
	m.options.OnWait = m.onWait(bar)
	m.options.OnProgress = func(now mirror.Progress) { bar.showWindows(now, time.Since(began)) }
	summary, err := mirror.Update(ctx, m.of(client), m.dir, m.options)
	bar.stop()
	inWindows := len(summary.Problems) > 0 && errors.Is(err, summary.Problems[0])
	if err != nil && !inWindows {
		return m.notUpdated(summary, err)
	}
	m.note("fetched %s; %s now holds %s", counted(summary.Windows, "window"), m.dir, counted(int(summary.Records), "call"))
	if summary.Damaged > 0 {
		m.note("replaced %s in %s, removed or damaged since the last update", counted(summary.Damaged, "file"), m.dir)
	}
	if since := m.options.Since; since.In(time.UTC).After(summary.Since.In(time.UTC)) {
		m.note("--since %s changes nothing; %s contains the calls since %s", since, m.dir, summary.Since)
	}
	if inWindows {
		return m.windowProblems(summary.Problems, err)
	}
	return nil
}

// onWait returns a function that shows outages while the exports of windows are waited
// for.
func (m *mirrorCommand) onWait(bar *progressBar) func(spark.Date, spark.WaitProgress) {
	windows := map[spark.Date]*outageReport{}
	return func(from spark.Date, progress spark.WaitProgress) {
		if windows[from] == nil {
			windows[from] = &outageReport{bar: bar, print: m.note, prefix: "window " + from.String() + ": "}
		}
		windows[from].show(progress.Outage)
	}
}

// windowProblems prints the problems of all windows, and returns the error that the run
// ends with.
func (m *mirrorCommand) windowProblems(problems []*mirror.WindowError, err error) error {
	problem := err
	if len(problems) > 1 {
		for _, each := range problems {
			m.warn("sparklog: %s", describe(each))
		}
		problem = fmt.Errorf("%d windows have problems", len(problems))
	}
	if errors.Is(err, spark.ErrJobFailed) || errors.Is(err, mirror.ErrUnreadable) {
		return &unfinishedError{error: problem, resume: m.sameAgain()}
	}
	return problem
}

func (m *mirrorCommand) sameAgain() string {
	return fmt.Sprintf("run the same command again; what has been fetched is kept in %s", m.dir)
}

// notUpdated adds how to go on if another run may help.
func (m *mirrorCommand) notUpdated(summary mirror.Summary, err error) error {
	is := func(target error) bool { return errors.Is(err, target) }
	refused := []error{
		spark.ErrInvalidArgument, mirror.ErrNoMirror, mirror.ErrOtherService, mirror.ErrNewerVersion, mirror.ErrLocked, mirror.ErrClock,
	}
	if summary.Windows == 0 {
		refused = append(refused, spark.ErrNotFound, spark.ErrUnauthorized, spark.ErrForbidden)
	}
	if slices.ContainsFunc(refused, is) {
		return err
	}
	return &unfinishedError{error: err, resume: m.sameAgain()}
}

// showWindows shows how many windows have been fetched.
func (b *progressBar) showWindows(now mirror.Progress, elapsed time.Duration) {
	remaining := elapsed / time.Duration(now.Done) * time.Duration(now.Total-now.Done)
	b.show(float64(now.Done)/float64(now.Total), fmt.Sprintf("%d of %d windows", now.Done, now.Total), remaining)
}
