package mirror_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestCallsComeInOrderOfTheirWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server, dir := platform(t, tenDays(200)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay, Days: 2, Parallel: 4})
		directory := open(t, dir)

		var last time.Time
		n := 0
		for call, err := range directory.Calls() {
			require.NoError(t, err)
			require.False(t, call.LogTime.Before(last)) // as the emulator orders them
			last = call.LogTime
			n++
		}
		for _, window := range directory.Windows() {
			require.Equal(t, 2*24*time.Hour, window.To.In(time.UTC).Sub(window.From.In(time.UTC)))
			require.EqualValues(t, len(collect(t, window)), window.Records)
			n -= int(window.Records)
		}
		require.Zero(t, n)
		for range directory.Calls() {
			break
		}
	})
}

func collect(t testing.TB, window mirror.Window) (calls []*record.Call) {
	t.Helper()
	for call, err := range window.Calls() {
		require.NoError(t, err)
		calls = append(calls, call)
	}
	return calls
}

func TestWindowsToBeFetchedAreErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		server.Fault(sparktest.StartExport, sparktest.After(2), sparktest.Always(), sparktest.Status(403))
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorIs(t, err, spark.ErrForbidden)
		directory := open(t, dir)
		var missing []string
		for _, err := range directory.Calls() {
			if err != nil {
				require.ErrorIs(t, err, mirror.ErrIncomplete)
				missing = append(missing, err.Error())
			}
		}
		require.Equal(t, []string{"window 2000-01-03: not fetched yet; run an update", "window 2000-01-04: not fetched yet; run an update"}, missing)
	})
}

// A directory that was opened before an update reads what the update has replaced.
func TestReadingWhileAnUpdateRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(60), scratch(t)
		sleepUntil(day(3, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay})
		directory := open(t, dir)
		begun := map[string]bool{}
		for call, err := range directory.Calls() {
			require.NoError(t, err)
			if len(begun) == 0 {
				sleepUntil(day(4, time.Hour))
				update(t, platform(t, calls), dir, mirror.Options{})
			}
			begun[nameOf(call)] = true
		}
		require.Subset(t, keys(tallyOf(t, dir)), keys(begun))
	})
}

func keys[V any](m map[string]V) (list []string) {
	for key := range m {
		list = append(list, key)
	}
	return list
}

// A record that can't be decoded is reported, and its window is fetched again until the
// platform has corrected it.
func TestRecordsThatCanNotBeDecoded(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"another type":    `["no record"]`,
		"an error object": `{"status":"Error","error":{"message":"INTERNAL_ERROR"},"response_data":null}`,
		"another object":  `{}`,
	} {
		t.Run(name, func(t *testing.T) { testUndecodable(t, raw) })
	}
}

func testUndecodable(t *testing.T, raw string) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(4, time.Hour))
		calls, dir := tenDays(60), scratch(t)
		good := calls[4]
		calls[4].Raw = []byte(raw)
		broken := platform(t, calls)
		summary, err := mirror.Update(t.Context(), serviceOf(t, broken), dir, mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, mirror.ErrUnreadable)
		require.ErrorContains(t, err, "window 2000-01-01: part of the export can't be decoded: ")
		require.NotContains(t, err.Error(), "\n")
		require.EqualValues(t, 1, summary.Unreadable)
		require.Equal(t, 5, summary.Windows, "the others are fetched all the same")
		directory := open(t, dir)
		failed := 0
		for _, err := range directory.Calls() {
			var wrong *record.ReadError
			if errors.As(err, &wrong) {
				failed++
				continue
			}
			require.NoError(t, err)
		}
		require.Equal(t, 1, failed)

		calls[4] = good
		corrected := platform(t, calls)
		sleepUntil(day(8, time.Hour))
		_, err = mirror.Update(t.Context(), serviceOf(t, broken), dir, mirror.Options{})
		require.ErrorIs(t, err, mirror.ErrUnreadable, "as long as it is so")
		summary = update(t, corrected, dir, mirror.Options{})
		require.Zero(t, summary.Unreadable)
		requireSame(t, truth(t, served(corrected), firstDay), tallyOf(t, dir))
	})
}
