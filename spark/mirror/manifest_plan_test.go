package mirror_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestWindowIsFetchedAgainUntilTheLookBackIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, dir := platform(t, nil), scratch(t)
		options := mirror.Options{Since: firstDay, LookBack: 36 * time.Hour}
		sleepUntil(day(2, 11*time.Hour+59*time.Minute))
		require.Equal(t, 3, update(t, server, dir, options).Windows)
		sleepUntil(day(2, 12*time.Hour))
		require.Equal(t, 3, update(t, server, dir, options).Windows, "the first was fetched a minute too early")
		require.Equal(t, 2, update(t, server, dir, options).Windows)
	})
}

func TestDirectoryCanBeginEarlierAndHaveOtherWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(200), scratch(t)
		sleepUntil(day(8, 2*time.Hour))
		server := platform(t, calls)
		sixth := spark.Date{Year: 2000, Month: 1, Day: 6}
		require.Equal(t, 4, update(t, server, dir, mirror.Options{Since: sixth}).Windows)
		requireSame(t, truth(t, served(server), sixth), tallyOf(t, dir))

		// Two windows of three days or less before those of one day.
		require.Equal(t, 2+2, update(t, server, dir, mirror.Options{Since: firstDay, Days: 3}).Windows)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		update(t, server, dir, mirror.Options{Since: sixth})
		directory := open(t, dir)
		var windows []string
		for _, window := range directory.Windows() {
			windows = append(windows, window.String())
		}
		require.Equal(t, []string{
			"2000-01-01 to 2000-01-03", "2000-01-04 to 2000-01-05", "2000-01-06", "2000-01-07", "2000-01-08", "2000-01-09",
		}, windows)

		sleepUntil(day(9, 2*time.Hour))
		server = platform(t, calls)
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		directory = open(t, dir)
		require.Equal(t, "2000-01-10 to 2000-01-12", directory.Windows()[6].String())
	})
}

func TestWindowLengthAppliesToWhatHasNeverBeenExported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 2*time.Hour))
		server, dir := platform(t, tenDays(200)), scratch(t)
		fault := server.Fault(sparktest.StartExport, sparktest.Always(), sparktest.After(2), sparktest.Status(403))
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorIs(t, err, spark.ErrForbidden)
		fault.Remove()

		summary := update(t, server, dir, mirror.Options{Days: 7, Since: spark.Date{Year: 2000, Month: 1, Day: 5}})
		require.Equal(t, firstDay, summary.Since)
		directory := open(t, dir)
		var windows []string
		for _, window := range directory.Windows() {
			windows = append(windows, window.String())
		}
		require.Equal(t, []string{"2000-01-01", "2000-01-02", "2000-01-03 to 2000-01-09", "2000-01-10 to 2000-01-16"}, windows)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestClockThatRunsBackwards(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	calls := tenDays(100)
	synctest.Test(t, func(t *testing.T) { // a clock that is five days ahead
		sleepUntil(day(8, 3*time.Hour))
		seen := calls[:30]
		update(t, platform(t, seen), dir, mirror.Options{Since: firstDay})
	})
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 3*time.Hour))
		server := platform(t, calls)
		service := serviceOf(t, server)
		refused(t, service, server, dir, mirror.Options{}, mirror.ErrClock)
		update(t, server, dir, mirror.Options{ClockWasWrong: true})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		// From now on the clock is as good as any.
		update(t, server, dir, mirror.Options{})
	})
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 3*time.Hour))
		server := platform(t, calls)
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// Where it is today's clock that is wrong, what was fetched for days to come stays.
func TestClockThatWasRightAfterAll(t *testing.T) {
	t.Parallel()
	dir, calls, want := scratch(t), tenDays(100), tally{}
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(8, 3*time.Hour))
		server := platform(t, calls)
		update(t, server, dir, mirror.Options{Since: firstDay})
		want = truth(t, served(server), firstDay)
	})
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 3*time.Hour))
		summary := update(t, platform(t, calls), dir, mirror.Options{ClockWasWrong: true})
		require.Equal(t, 4, summary.Windows, "those that have begun")
		requireSame(t, want, tallyOf(t, dir))
	})
}

func TestJobOfAClockThatWasWrongIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 3*time.Hour))
		server, dir := platform(t, tenDays(100)), scratch(t)
		endAfterStart(t, server, dir, mirror.Options{Since: firstDay, Parallel: 1}, 4)
		data, err := os.ReadFile(filepath.Join(dir, "mirror.json"))
		require.NoError(t, err)
		require.Contains(t, string(data), `"started": "2000-01-04T`)
		write(t, dir, "mirror.json", strings.Replace(string(data), `"started": "2000-01-04T`, `"started": "2000-01-09T`, 1))

		refused(t, serviceOf(t, server), server, dir, mirror.Options{}, mirror.ErrClock)
		update(t, server, dir, mirror.Options{ClockWasWrong: true})
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}
