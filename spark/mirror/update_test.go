package mirror_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestUpdateKeepsEveryCall(t *testing.T) {
	t.Parallel()
	for _, days := range []int{1, 30} {
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
	t.Parallel()
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

func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		service := serviceOf(t, server)
		var second error
		_, err := mirror.Update(t.Context(), service, dir, mirror.Options{
			Since: firstDay, Parallel: 1,
			OnProgress: func(p mirror.Progress) {
				if p.Done == 2 {
					before := len(server.Requests())
					_, second = mirror.Update(t.Context(), service, dir, mirror.Options{})
					require.Len(t, server.Requests(), before)
				}
			},
		})
		require.NoError(t, err)
		require.ErrorIs(t, second, mirror.ErrLocked)
		require.NotContains(t, second.Error(), "\n")
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		update(t, server, dir, mirror.Options{})
	})
}

// Windows that have problems are reported in order of time, whichever is done first.
func TestProblemsComeInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(4, time.Hour))
		calls := tenDays(60)
		for _, i := range []int{4, 10, 16} {
			calls[i].Raw = []byte("[]")
		}
		server := platform(t, calls)
		server.Fault(sparktest.StartExport, sparktest.Delay(time.Minute)) // the first
		summary, err := mirror.Update(t.Context(), serviceOf(t, server), scratch(t), mirror.Options{Since: firstDay, Parallel: 5})
		require.ErrorIs(t, err, mirror.ErrUnreadable)
		require.Len(t, summary.Problems, 3)
		require.ErrorContains(t, err, "3 windows have problems; the first: window 2000-01-01: ")
		require.Equal(t, []int{1, 2, 3}, []int{summary.Problems[0].From.Day, summary.Problems[1].From.Day, summary.Problems[2].From.Day})
	})
}
