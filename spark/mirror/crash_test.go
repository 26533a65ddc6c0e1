package mirror_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// moments copies a folder at each step of a run: as it would be found if the
// process were killed there.
type moments struct {
	t      testing.TB
	dir    string
	names  []string
	copies []string
}

func (m *moments) step(name string) error {
	dir := scratch(m.t)
	if _, err := os.Stat(m.dir); err == nil {
		require.NoError(m.t, os.CopyFS(dir, os.DirFS(m.dir)))
	}
	m.names, m.copies = append(m.names, name), append(m.copies, dir)
	return nil
}

// tearUnsynced cuts what was being written in half, as after a power failure, and
// reports whether there was anything.
func tearUnsynced(t testing.TB, dir string) (torn bool) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".tmp") && !strings.HasSuffix(path, ".part") {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		torn = true
		return os.Truncate(path, info.Size()/2)
	}))
	return torn
}

// requireValid reads a folder as it is: whatever windows it has are right, and the
// others are told of.
func requireValid(t testing.TB, dir string, want tally) {
	t.Helper()
	folder, err := mirror.Open(dir)
	if errors.Is(err, mirror.ErrNoMirror) {
		_, err := os.Stat(filepath.Join(dir, "mirror.json"))
		require.ErrorIs(t, err, os.ErrNotExist)
		return
	}
	require.NoError(t, err)
	got := tally{}
	for call, err := range folder.Calls() {
		if err != nil {
			require.ErrorIs(t, err, mirror.ErrIncomplete)
			continue
		}
		got[nameOf(call)]++
		require.LessOrEqual(t, got[nameOf(call)], want[nameOf(call)])
	}
}

func TestRunKilledAtAnyStepOfTheFirstUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 15*time.Hour))
		server := platform(t, tenDays(60))
		m := &moments{t: t, dir: filepath.Join(scratch(t), "history")}
		options := mirror.Options{Since: firstDay, Parallel: 1}
		update(t, server, m.dir, mirror.WithStep(options, m.step))
		require.Greater(t, len(m.copies), 40)
		want := truth(t, served(server), firstDay)
		for i, dir := range m.copies {
			completes(t, m.names[i], dir, options, server, want)
		}
	})
}

func TestRunKilledAtAnyStepOfALaterUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(60), filepath.Join(scratch(t), "history")
		late := calls[9] // of the second day
		sleepUntil(day(2, 15*time.Hour))
		early := platform(t, append(calls[:9:9], calls[10:]...))
		update(t, early, dir, mirror.Options{Since: firstDay})
		want := truth(t, served(early), firstDay)
		require.NoError(t, early.Close())

		sleepUntil(day(3, time.Hour))
		gone := calls[10]
		server := platform(t, append(calls[:10:10], calls[11:]...))
		for name, n := range truth(t, served(server), firstDay) {
			want[name] = max(n, want[name])
		}
		require.NotEqual(t, late.ID, gone.ID)

		m := &moments{t: t, dir: dir}
		options := mirror.Options{Parallel: 1}
		update(t, server, dir, mirror.WithStep(options, m.step))
		requireSame(t, want, tallyOf(t, dir))
		for i, dir := range m.copies {
			completes(t, m.names[i], dir, options, server, want)
		}
	})
}

// completes runs an update in a folder that a killed run left: as it is, and as a power failure
// would have left it.
func completes(t *testing.T, step, dir string, options mirror.Options, server *sparktest.Server, want tally) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("killed before: %s", step)
		}
	}()
	requireValid(t, dir, want)
	dirs, torn := []string{dir}, scratch(t)
	require.NoError(t, os.CopyFS(torn, os.DirFS(dir)))
	if tearUnsynced(t, torn) {
		dirs = append(dirs, torn)
	}
	for _, dir := range dirs {
		update(t, server, dir, options)
		requireSame(t, want, tallyOf(t, dir))
		if options.Parquet {
			requireTables(t, dir)
		}
		requireTidy(t, dir)
	}
}

// requireTidy finds nothing in a folder but what the manifest speaks of.
func requireTidy(t testing.TB, dir string) {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join(dir, "mirror.json"))
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Join(dir, "zip"))
	require.NoError(t, err)
	for _, entry := range entries {
		require.Contains(t, string(manifest), `"`+entry.Name()+`"`)
	}
	entries, err = os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		require.Contains(t, []string{"mirror.json", "mirror.lock", "zip", "parquet"}, entry.Name())
	}
	entries, _ = os.ReadDir(filepath.Join(dir, "parquet"))
	for _, entry := range entries {
		require.Regexp(t, `^(\d{4}-\d\d-\d\d\.parquet|_schema\.json)$`, entry.Name())
	}
}

// The columns change, so that all Parquet files are written again.
func TestRunKilledAtAnyStepOfWritingParquet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(40), filepath.Join(scratch(t), "history")
		sleepUntil(day(5, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay, Days: 3, Parquet: true})
		sleepUntil(day(8, time.Hour))
		server := platform(t, calls)
		killed := errors.New("killed")
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.WithStep(mirror.Options{}, func(step string) error {
			if strings.Contains(step, "_schema.json") {
				return killed
			}
			return nil
		}))
		require.ErrorIs(t, err, killed)

		m := &moments{t: t, dir: dir}
		options := mirror.Options{Parallel: 1, Parquet: true}
		update(t, server, dir, mirror.WithStep(options, m.step))
		want := truth(t, served(server), firstDay)
		for i, dir := range m.copies {
			completes(t, m.names[i], dir, options, server, want)
		}
	})
}

func TestKilledRunsJobsArePickedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server := platform(t, tenDays(60), sparktest.JobDuration(3*time.Hour))
		dir := scratch(t)
		killed := errors.New("killed")
		options := mirror.WithStep(mirror.Options{Since: firstDay, Parallel: 4}, func(name string) error {
			if strings.HasPrefix(name, "save ") {
				return killed
			}
			return nil
		})
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, options)
		require.ErrorIs(t, err, killed)
		before := server.Jobs()
		require.NotEmpty(t, before)

		summary := update(t, server, dir, mirror.Options{})
		require.Equal(t, 10, summary.Windows)
		require.Len(t, server.Jobs(), 10)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// killBeforeSaving ends a run when the window that begins on that day is exported,
// but not yet saved.
func killBeforeSaving(t testing.TB, server *sparktest.Server, dir string, options mirror.Options, from string) {
	t.Helper()
	killed := errors.New("killed")
	options.Parallel = 1
	_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.WithStep(options, func(name string) error {
		if name == "save "+from {
			return killed
		}
		return nil
	}))
	require.ErrorIs(t, err, killed)
}

// Calls may have been logged since the job was started: the run would miss them.
func TestKilledRunsJobOfADayThatGoesOnIsNotPickedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 3*time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		killBeforeSaving(t, server, dir, mirror.Options{Since: firstDay}, "2000-01-04")
		require.Len(t, server.Jobs(), 4)
		time.Sleep(2 * time.Hour)
		update(t, server, dir, mirror.Options{LookBack: -1})
		require.Len(t, server.Jobs(), 5)
	})
}

func TestForgottenJobsAreStartedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		killed := errors.New("killed")
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.WithStep(mirror.Options{Since: firstDay}, func(name string) error {
			if strings.HasPrefix(name, "save ") {
				return killed
			}
			return nil
		}))
		require.ErrorIs(t, err, killed)
		forgotten := server.Jobs()
		require.NotEmpty(t, forgotten)

		server.Fault(sparktest.JobStatus, sparktest.Always(), sparktest.Status(404), sparktest.When(func(r *http.Request) bool {
			return slices.ContainsFunc(forgotten, func(id string) bool { return strings.Contains(r.URL.Path, id) })
		}))
		update(t, server, dir, mirror.Options{})
		require.Len(t, server.Jobs(), 10+len(forgotten))
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestSavedArchivesAreNotDownloadedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		killed := errors.New("killed")
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.WithStep(mirror.Options{Since: firstDay, Parallel: 1}, func(name string) error {
			if saved, _ := filepath.Glob(filepath.Join(dir, "zip", "*.zip")); len(saved) == 2 {
				return killed
			}
			return nil
		}))
		require.ErrorIs(t, err, killed)
		update(t, server, dir, mirror.Options{})
		require.Len(t, server.Requests(sparktest.File), 10)
		require.Len(t, server.Jobs(), 10)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestBrokenDownloadsGoOnInTheNextRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 15*time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		broken := server.Fault(sparktest.File, sparktest.Always(), sparktest.After(1), sparktest.Status(503))
		server.Fault(sparktest.File, sparktest.Truncate(1000))
		options := mirror.Options{Since: firstDay, Parallel: 1}
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, options)
		require.Error(t, err)
		broken.Remove()

		before := len(server.Requests(sparktest.File))
		update(t, server, dir, options)
		require.Equal(t, "bytes=1000-", server.Requests(sparktest.File)[before].Header.Get("Range"))
		require.Len(t, server.Jobs(), 4)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}
