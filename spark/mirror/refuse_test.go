package mirror_test

import (
	"io/fs"
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

// snapshot is all that a folder holds, to see that nothing of it changes. The lock
// is no content.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "mirror.lock" {
			return err
		}
		data, err := os.ReadFile(path)
		contents[path] = string(data)
		return err
	}))
	return contents
}

// refused expects an update to be refused, in one line, with the folder as it was
// and nothing sent.
func refused(t testing.TB, service *spark.Service, server *sparktest.Server, dir string, options mirror.Options, target error) {
	t.Helper()
	before, sent := snapshot(t, dir), len(server.Requests())
	_, err := mirror.Update(t.Context(), service, dir, options)
	require.ErrorIs(t, err, target)
	require.NotContains(t, err.Error(), "\n")
	require.Equal(t, before, snapshot(t, dir))
	require.Len(t, server.Requests(), sent)
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server := platform(t, nil)
		service := serviceOf(t, server)
		for name, content := range map[string]string{
			"notes.txt":     "mine",
			"zip/my.zip":    "mine",
			"mirror.json":   `{"format":"vanity","version":1}`,
			"./mirror.json": `["vanity"]`,
		} {
			dir := scratch(t)
			write(t, dir, name, content)
			refused(t, service, server, dir, mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
			_, err := mirror.Open(dir)
			require.ErrorIs(t, err, mirror.ErrNoMirror)
		}
	})
}

func TestFileInThePlaceOfAFolderIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, nil), scratch(t)
		write(t, dir, "history", "mine")
		refused(t, serviceOf(t, server), server, filepath.Join(dir, "history"), mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
	})
}

func TestDamagedManifestsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		service := serviceOf(t, server)
		update(t, server, dir, mirror.Options{Since: firstDay})
		data, err := os.ReadFile(filepath.Join(dir, "mirror.json"))
		require.NoError(t, err)
		good := string(data)
		for _, bad := range []string{
			"", "{", good[:len(good)/2],
			strings.Replace(good, `"to": "2000-01-02"`, `"to": "2000-01-03"`, 1),
			strings.Replace(good, `"2000-01-02.1.zip"`, `"../../precious.zip"`, 1),
			strings.Replace(good, `"days": 1`, `"days": 0`, 1),
			strings.Replace(good, `"exports": 1`, `"exports": -1`, 1),
		} {
			require.NotEqual(t, good, bad)
			write(t, dir, "mirror.json", bad)
			refused(t, service, server, dir, mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
		}
		write(t, dir, "mirror.json", strings.Replace(good, `"version": 1`, `"version": 2`, 1))
		refused(t, service, server, dir, mirror.Options{}, mirror.ErrNewerVersion)
		_, err = mirror.Open(dir)
		require.ErrorIs(t, err, mirror.ErrNewerVersion)
	})
}

func TestFoldersOfAnotherServiceAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay})
		other := serviceOf(t, server).Client().Service("motor", "basic")
		refused(t, other, server, dir, mirror.Options{}, mirror.ErrOtherService)
	})
}

func TestFolderOfAServiceThatIsNotThereServesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		misspelt := serviceOf(t, server).Client().Service("motor", "premum")
		_, err := mirror.Update(t.Context(), misspelt, dir, mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, spark.ErrNotFound)
		require.NotContains(t, err.Error(), "\n")
		update(t, server, dir, mirror.Options{Since: firstDay})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestOptionsThatCanNotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server := platform(t, nil)
		service := serviceOf(t, server)
		for field, options := range map[string]mirror.Options{
			"Options.Since":    {Since: spark.Date{Year: 2000, Month: 2, Day: 30}},
			"Options.Days":     {Since: firstDay, Days: -1},
			"Options.Overlap":  {Since: firstDay, Overlap: -1},
			"Options.Parallel": {Since: firstDay, Parallel: -1},
		} {
			var wrong *spark.ArgumentError
			_, err := mirror.Update(t.Context(), service, filepath.Join(scratch(t), "new"), options)
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, field, wrong.Name)
		}
		for _, since := range []spark.Date{{}, {Year: 2000, Month: 1, Day: 5}} {
			refused(t, service, server, scratch(t), mirror.Options{Since: since}, spark.ErrInvalidArgument)
		}
		_, err := mirror.Update(t.Context(), service, "", mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
	})
}

func TestClockThatRunsBackwards(t *testing.T) {
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

func TestTwoRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		service := serviceOf(t, server)
		var second error
		_, err := mirror.Update(t.Context(), service, dir, mirror.Options{
			Since: firstDay, Parallel: 1,
			WithProgress: func(p mirror.Progress) {
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
