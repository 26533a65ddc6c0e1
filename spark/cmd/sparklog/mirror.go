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
	connection
	serviceName
	dir           string
	since         moment
	window        span
	lookBack      span
	overlap       span
	parallel      int
	parquet       bool
	clockWasWrong bool
}

func newMirror(p *program) *cobra.Command {
	m := mirrorCommand{
		program: p, lookBack: span(mirror.DefaultLookBack), overlap: span(mirror.DefaultOverlap), parallel: mirror.DefaultParallel,
	}
	command := &cobra.Command{
		Use:   "mirror FOLDER/SERVICE DIR --since TIME",
		Short: "Keep every call of a service since a day in a local folder",
		Long: `Keep every call of a service since a day in a local folder. Run again, it fetches
only what is new; interrupted, it goes on where it was.

The time is cut into windows of days (UTC), each one ZIP archive in DIR/zip. With
--parquet there is a table of each in DIR/parquet too, which DuckDB, Spark the
engine, pandas and data warehouses read as they are.

Give the same --look-back each time. An --overlap of 15h serves a platform that
takes instants for local times.`,
		Example: `  sparklog mirror my-folder/my-service history --since 2024-03-01 --window 7d
  sparklog mirror my-folder/my-service history
  sparklog mirror my-folder/my-service history --parquet`,
		Args: m.with(argument{"DIR", &m.dir}),
		RunE: func(command *cobra.Command, _ []string) error { return m.run(command.Context()) },
	}
	flags := command.Flags()
	flags.Var(&m.since, "since", "first day to keep; a new DIR needs it")
	flags.Var(&m.window, "window", "length of new windows in whole days, such as 1d or 2w (default as before, else 1d)")
	flags.Lookup("window").DefValue = "" // said in words
	flags.Var(&m.lookBack, "look-back", "how long after its end a window is fetched again")
	flags.Var(&m.overlap, "overlap", "how much more each export asks for on both sides of its window")
	flags.IntVar(&m.parallel, "parallel", m.parallel, "`number` of windows to fetch at once")
	flags.BoolVar(&m.parquet, "parquet", false, "make Parquet files too, from now on")
	flags.BoolVar(&m.clockWasWrong, "clock-was-wrong", false, "fetch again what was fetched later than now")
	m.serviceName.flags(command)
	m.connection.flags(command)
	return command
}

func (m *mirrorCommand) run(ctx context.Context) error {
	options, err := m.options()
	if err != nil {
		return err
	}
	client, err := m.connect(m.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()

	bar := m.startBar("fetching")
	began := time.Now()
	options.OnProgress = func(now mirror.Progress) { bar.showWindows(now, time.Since(began)) }
	summary, err := mirror.Update(ctx, m.of(client), m.dir, options)
	bar.stop()
	if err != nil {
		return m.notUpdated(summary, err)
	}
	m.note("fetched %s; %s holds %s", counted(summary.Windows, "window"), m.dir, counted(int(summary.Records), "record"))
	if summary.Unreadable > 0 {
		m.warn("%s can't be decoded; they are in the archives, and their windows are fetched again each time", counted(int(summary.Unreadable), "further record"))
	}
	return nil
}

func (m *mirrorCommand) options() (mirror.Options, error) {
	const day = 24 * time.Hour
	window := time.Duration(m.window)
	if window%day != 0 {
		return mirror.Options{}, usagef("--window: %s is not a number of whole days, such as 1d or 2w", window)
	}
	if m.overlap == 0 || m.parallel == 0 { // the library takes 0 for its defaults
		return mirror.Options{}, usagef("--overlap and --parallel: expected more than 0")
	}
	options := mirror.Options{
		Since: m.since.day(), Days: int(window / day), LookBack: time.Duration(m.lookBack),
		Overlap: time.Duration(m.overlap), Parallel: m.parallel, Parquet: m.parquet, ClockWasWrong: m.clockWasWrong,
	}
	if m.lookBack == 0 {
		options.LookBack = -1 // the library takes 0 for its default
	}
	return options, nil
}

// notUpdated tells how to go on, where trying again may help.
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
	return &unfinished{error: err, resume: fmt.Sprintf("run the same command again; what has been fetched is kept in %s", m.dir)}
}

// showWindows shows how many windows have been fetched.
func (b *bar) showWindows(now mirror.Progress, elapsed time.Duration) {
	left := elapsed / time.Duration(now.Done) * time.Duration(now.Total-now.Done)
	b.show(float64(now.Done)/float64(now.Total), fmt.Sprintf("%d of %d windows, %s", now.Done, now.Total, now.Window), left)
}
