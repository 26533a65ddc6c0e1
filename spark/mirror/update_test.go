package mirror_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// tenDays are calls of the first ten days of the clock.
func tenDays(calls int) []sparktest.Call {
	return sparktest.Generate(sparktest.History{Calls: calls, Span: 10 * 24 * time.Hour, End: day(10)})
}

// served are the calls with what the server fills in.
func served(server *sparktest.Server) []sparktest.Call { return server.Calls() }

func TestUpdateKeepsEveryCall(t *testing.T) {
	for _, days := range []int{1, 3, 7, 30} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(9, 15*time.Hour))
			server := platform(t, tenDays(200))
			dir := scratch(t)
			summary := update(t, server, dir, mirror.Options{Since: firstDay, Days: days})
			want := truth(t, served(server), firstDay)
			requireSame(t, want, tallyOf(t, dir))
			require.Equal(t, (10+days-1)/days, summary.Windows)
			require.EqualValues(t, total(want), summary.Records)
		})
	}
}

func TestUpdateFetchesOnlyWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(200), scratch(t)
		sleepUntil(day(8, 2*time.Hour))
		first := platform(t, calls)
		require.Equal(t, 9, update(t, first, dir, mirror.Options{Since: firstDay}).Windows)
		requireSame(t, truth(t, served(first), firstDay), tallyOf(t, dir))
		require.NoError(t, first.Close())

		sleepUntil(day(9, 2*time.Hour))
		second := platform(t, calls)
		// The day before the last ended two hours before the first run.
		require.Equal(t, 3, update(t, second, dir, mirror.Options{}).Windows)
		require.Len(t, second.Jobs(), 3)
		requireSame(t, truth(t, served(second), firstDay), tallyOf(t, dir))
	})
}

func TestWindowIsFetchedAgainUntilTheLookBackIsOver(t *testing.T) {
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

func TestNewFolderNeedsSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := platform(t, nil)
		_, err := mirror.Update(t.Context(), serviceOf(t, server), scratch(t), mirror.Options{})
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
		require.ErrorContains(t, err, "Options.Since")
	})
}

func TestFolderCanBeginEarlierAndHaveOtherWindows(t *testing.T) {
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
		folder, err := mirror.Open(dir)
		require.NoError(t, err)
		var windows []string
		for _, window := range folder.Windows() {
			windows = append(windows, window.String())
		}
		require.Equal(t, []string{
			"2000-01-01 to 2000-01-03", "2000-01-04 to 2000-01-05", "2000-01-06", "2000-01-07", "2000-01-08", "2000-01-09",
		}, windows)

		sleepUntil(day(9, 2*time.Hour))
		server = platform(t, calls)
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		folder, err = mirror.Open(dir)
		require.NoError(t, err)
		require.Equal(t, "2000-01-10 to 2000-01-12", folder.Windows()[6].String())
	})
}

func TestWindowLengthAppliesToWhatHasNeverBeenExported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 2*time.Hour))
		server, dir := platform(t, tenDays(200)), scratch(t)
		fault := server.Fault(sparktest.StartExport, sparktest.Always(), sparktest.After(2), sparktest.Status(403))
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorIs(t, err, spark.ErrForbidden)
		fault.Remove()

		summary := update(t, server, dir, mirror.Options{Days: 7, Since: spark.Date{Year: 2000, Month: 1, Day: 5}})
		require.Equal(t, firstDay, summary.Since)
		folder, err := mirror.Open(dir)
		require.NoError(t, err)
		var windows []string
		for _, window := range folder.Windows() {
			windows = append(windows, window.String())
		}
		require.Equal(t, []string{"2000-01-01", "2000-01-02", "2000-01-03 to 2000-01-09", "2000-01-10 to 2000-01-16"}, windows)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}
