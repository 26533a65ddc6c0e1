package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// inLocalTime has calls logged in local time without a zone. It returns the IDs of
// those whose log times aren't before the first day.
func inLocalTime(calls []sparktest.Call, shift time.Duration) (logged []sparktest.Call, ids []string) {
	for _, call := range calls {
		stamp := call.Time.Add(shift)
		call.Raw = fmt.Appendf(nil, `{"EngineCallId":%q,"LogTime":%q}`, call.ID, stamp.Format("2006-01-02T15:04:05"))
		logged = append(logged, call)
		if !call.Time.After(time.Now()) && !stamp.Before(start) {
			ids = append(ids, call.ID)
		}
	}
	return logged, ids
}

func idsOf(t testing.TB, dir string) (ids []string) {
	t.Helper()
	directory := open(t, dir)
	for call, err := range directory.Calls() {
		require.NoError(t, err)
		ids = append(ids, call.ID)
	}
	return ids
}

func TestLocalLogTimesWithoutAZone(t *testing.T) {
	t.Parallel()
	for hours, advice := range map[int]string{9: "9 h ahead of UTC: set Options.Overlap to 15h", -8: "8 h behind UTC: set Options.Overlap to 15h"} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(6, 12*time.Hour))
			calls, want := inLocalTime(sparktest.Generate(sparktest.History{Calls: 700, Span: 11 * 24 * time.Hour, End: day(10)}), time.Duration(hours)*time.Hour)
			server, dir := platform(t, calls), scratch(t)
			options := mirror.Options{Since: firstDay, Days: 2, Parquet: true}
			summary, err := mirror.Update(t.Context(), serviceOf(t, server), dir, options)
			require.ErrorIs(t, err, mirror.ErrOutside)
			require.NotContains(t, err.Error(), "\n")
			require.NotEmpty(t, summary.Problems)
			for _, problem := range summary.Problems {
				require.Regexp(t, `: \d+ of \d+ \(requested: .* `+advice, problem.Error())
			}
			got := idsOf(t, dir)
			require.EqualValues(t, len(got), summary.Records)
			require.Subset(t, want, got)
			require.Less(t, len(want)-len(got), 40, "the first hours may be missing")
			requireTables(t, dir)
			requireTidy(t, dir)

			update(t, server, dir, mirror.Options{}) // nothing else is missing any longer
			require.ElementsMatch(t, got, idsOf(t, dir))

			// The advice helps, also where a window was final.
			update(t, server, dir, mirror.Options{Overlap: 15 * time.Hour})
			require.ElementsMatch(t, want, idsOf(t, dir))
			jobs := len(server.Jobs())
			update(t, server, dir, mirror.Options{Overlap: 15 * time.Hour})
			require.Len(t, server.Jobs(), jobs+2, "today and what ended today")
		})
	}
}

// Not every zone is whole hours from UTC.
func TestLocalLogTimesOfHalfAnHour(t *testing.T) {
	t.Parallel()
	for shift, advice := range map[time.Duration]string{
		5*time.Hour + 30*time.Minute:  "local times, 5.5 h ahead of UTC: set Options.Overlap to 15h",
		-3*time.Hour - 30*time.Minute: "local times, 3.5 h behind UTC: set Options.Overlap to 15h",
	} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(3, 12*time.Hour))
			var calls []sparktest.Call
			for at := start; at.Before(day(3)); at = at.Add(2 * time.Minute) {
				calls = append(calls, sparktest.Call{ID: uuid.NewString(), Time: at})
			}
			calls, _ = inLocalTime(calls, shift)
			summary, err := mirror.Update(t.Context(), serviceOf(t, platform(t, calls)), scratch(t), mirror.Options{Since: firstDay})
			require.ErrorIs(t, err, mirror.ErrOutside)
			require.ErrorContains(t, summary.Problems[1], advice)
		})
	}
}

// ignored is a platform that exports everything, whatever it is asked for.
var ignored = counting{
	"ignored", func(time.Time) time.Time { return start.AddDate(-1, 0, 0) }, func(time.Time) time.Time { return start.AddDate(1, 0, 0) },
}

func TestFilterThatThePlatformIgnores(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(6, 12*time.Hour))
		server, dir := platform(t, tenDays(100)), scratch(t)
		summary, err := mirror.Update(t.Context(), serviceOf(t, server, ignored.wrap), dir, mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorIs(t, err, mirror.ErrOutside)
		require.Len(t, summary.Problems, 7)
		require.Equal(t, "window 2000-01-03: the export contains calls outside the requested time: 62 of 72 "+
			"(requested: 2000-01-02T23:55:00Z to 2000-01-04T00:05:00Z); the platform seems to ignore the requested time", summary.Problems[2].Error())
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// later is a platform that exports the two days after those that it is asked for.
var later = counting{
	"later", func(from time.Time) time.Time { return from.AddDate(0, 0, 1) }, func(to time.Time) time.Time { return to.AddDate(0, 0, 2) },
}

// A call that several exports have, but not that of its own window, is kept once.
func TestCallsOutsideAreKeptOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(6, 12*time.Hour))
		calls, dir := tenDays(100), scratch(t)
		_, err := mirror.Update(t.Context(), serviceOf(t, platform(t, calls), later.wrap), dir, mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, mirror.ErrOutside)
		tally := tallyOf(t, dir)
		require.NotEmpty(t, tally)
		for name, times := range tally {
			require.Equal(t, 1, times, name)
		}
	})
}

// A run that ends before it has looked at the calls outside leaves that to the next.
func TestCallsOutsideAreSettledByTheNextRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(6, 12*time.Hour))
		calls, want := inLocalTime(tenDays(500), 9*time.Hour)
		server, dir := platform(t, calls), scratch(t)
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		_, err := mirror.Update(ctx, serviceOf(t, server), dir, mirror.Options{Since: firstDay, OnProgress: func(p mirror.Progress) {
			if p.Done == p.Total {
				cancel(enough)
			}
		}})
		require.ErrorIs(t, err, enough)

		summary, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{})
		require.ErrorIs(t, err, mirror.ErrOutside)
		require.Greater(t, len(summary.Problems), 3, "final windows too")
		require.ElementsMatch(t, want, idsOf(t, dir))
		requireTidy(t, dir)
	})
}

// Calls that belong to a window whose export failed are kept there later.
func TestCallsOutsideWaitForTheirWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(6, 12*time.Hour))
		calls, want := inLocalTime(tenDays(500), 9*time.Hour)
		server, dir := platform(t, calls, sparktest.JobDuration(0)), scratch(t)
		failing := server.Fault(sparktest.JobStatus, sparktest.Always(), testfault.ErrorMember(), sparktest.When(func(*http.Request) bool {
			return len(server.Jobs()) >= 3 && len(server.Jobs()) <= 5 // the three jobs of the third window
		}))
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorIs(t, err, spark.ErrJobFailed)
		require.NotZero(t, failing.Hits())

		summary, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{})
		require.ErrorIs(t, err, mirror.ErrOutside)
		require.Contains(t, summary.Problems[0].Error(), "window 2000-01-02: ")
		require.ElementsMatch(t, want, idsOf(t, dir))
	})
}

// On a platform that rounds to days, today's export has a call that was logged after
// yesterday's export had been started. That isn't a problem unless it is too late.
func TestCallThatIsLoggedBetweenTwoExports(t *testing.T) {
	t.Parallel()
	late := counting{"late", toMidnight, func(end time.Time) time.Time {
		if end.Equal(day(6, overlap)) {
			return day(5, 20*time.Hour) // what was logged then
		}
		return wholeDay(end)
	}}
	for lookBack, want := range map[time.Duration]error{0: nil, -1: mirror.ErrOutside} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(6, 12*time.Hour))
			server, dir, since := platform(t, tenDays(200)), scratch(t), spark.DateOf(day(5))
			_, err := mirror.Update(t.Context(), serviceOf(t, server, late.wrap), dir, mirror.Options{Since: since, LookBack: lookBack, Parallel: 1})
			require.ErrorIs(t, err, want)
			requireSame(t, truth(t, served(server), since), tallyOf(t, dir))
		})
	}
}
