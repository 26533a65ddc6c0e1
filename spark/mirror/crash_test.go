package mirror_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// moments copies a directory at each request of a run and at each piece of a download,
// as it would be found if the process were killed there.
type moments struct {
	t      testing.TB
	dir    string
	copies []string
}

func (m *moments) wire(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		m.take()
		response, err := next.RoundTrip(r)
		if err == nil && r.Method == http.MethodGet {
			response.Body = &watchedBody{response.Body, m.take}
		}
		return response, err
	})
}

func (m *moments) take() { m.copies = append(m.copies, copyOf(m.t, m.dir)) }

// watchedBody calls what is wanted before each piece that is read.
type watchedBody struct {
	io.ReadCloser
	before func()
}

func (b *watchedBody) Read(data []byte) (int, error) {
	b.before()
	return b.ReadCloser.Read(data[:min(len(data), 4096)])
}

func copyOf(t testing.TB, dir string) string {
	t.Helper()
	to := scratch(t)
	if _, err := os.Stat(dir); err == nil {
		require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	}
	return to
}

// update runs an update and returns how the directory may be found if the process is
// killed on the way: as it was at the moments, or between two of them. There files are
// added first, then mirror.json is replaced, then files are removed.
func (m *moments) update(server *sparktest.Server, options mirror.Options) (found []string) {
	m.t.Helper()
	options.Parallel = 1
	_, err := mirror.Update(m.t.Context(), serviceOf(m.t, server, m.wire), m.dir, options)
	require.NoError(m.t, err)
	m.take()
	for i, before := range m.copies {
		found = append(found, before)
		if i+1 == len(m.copies) {
			break
		}
		after := m.copies[i+1]
		for added := 1; ; added++ {
			dir := copyOf(m.t, before)
			n := copyFiles(m.t, after, dir, added)
			if n > 0 {
				found = append(found, dir)
			}
			if n < added {
				break
			}
		}
		dir := copyOf(m.t, after)
		if copyFiles(m.t, before, dir, -1) > 0 {
			found = append(found, dir)
		}
	}
	return found
}

// copyFiles copies up to n archives and Parquet files that the other directory doesn't have,
// or has with other content, and returns how many there were.
func copyFiles(t testing.TB, from, to string, n int) (copied int) {
	t.Helper()
	for _, pattern := range []string{"zip/*.zip", "parquet/*"} {
		paths, err := filepath.Glob(filepath.Join(from, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			name, err := filepath.Rel(from, path)
			require.NoError(t, err)
			target := filepath.Join(to, name)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			old, err := os.ReadFile(target)
			if copied == n || err == nil && (n < 0 || bytes.Equal(data, old)) {
				continue
			}
			write(t, to, name, string(data))
			for _, suffix := range []string{".part", ".part.json"} {
				_ = os.Remove(target + suffix) // as renaming does
			}
			copied++
		}
	}
	return copied
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

func TestRunKilledDuringTheFirstUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 15*time.Hour))
		server := platform(t, tenDays(60))
		m := &moments{t: t, dir: filepath.Join(scratch(t), "history")}
		options := mirror.Options{Since: firstDay}
		found := m.update(server, options)
		require.Greater(t, len(found), 20)
		want := truth(t, served(server), firstDay)
		for _, dir := range found {
			completes(t, dir, options, server, want)
		}
	})
}

func TestRunKilledDuringALaterUpdate(t *testing.T) {
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
		found := m.update(server, mirror.Options{})
		requireSame(t, want, tallyOf(t, dir))
		for _, dir := range found {
			completes(t, dir, mirror.Options{}, server, want)
		}
	})
}

// completes runs an update in a folder that a killed run left: as it is, and as a power failure
// would have left it.
func completes(t *testing.T, dir string, options mirror.Options, server *sparktest.Server, want tally) {
	t.Helper()
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
func TestRunKilledWhileItWritesParquet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(40), filepath.Join(scratch(t), "history")
		sleepUntil(day(5, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay, Days: 3, Parquet: true})
		sleepUntil(day(8, time.Hour))
		server := platform(t, calls)
		m := &moments{t: t, dir: dir}
		found := m.update(server, mirror.Options{})
		want := truth(t, served(server), firstDay)
		for _, dir := range found {
			completes(t, dir, mirror.Options{Parquet: true}, server, want)
		}
	})
}

func TestKilledRunsJobsArePickedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server := platform(t, tenDays(60), sparktest.JobDuration(3*time.Hour))
		dir := scratch(t)
		endAfterStart(t, server, dir, mirror.Options{Since: firstDay, Parallel: 4}, 1)
		summary := update(t, server, dir, mirror.Options{})
		require.Equal(t, 10, summary.Windows)
		require.Len(t, server.Jobs(), 10)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// endAfterStart has a run end with an error when so many jobs have been started.
func endAfterStart(t testing.TB, server *sparktest.Server, dir string, options mirror.Options, jobs int) {
	t.Helper()
	refused := server.Fault(sparktest.JobStatus, sparktest.Always(), sparktest.Status(403),
		sparktest.When(func(*http.Request) bool { return len(server.Jobs()) >= jobs }))
	defer refused.Remove()
	_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, options)
	require.ErrorIs(t, err, spark.ErrForbidden)
}

// Calls may have been logged since the job was started: the run would miss them.
func TestKilledRunsJobOfADayThatGoesOnIsNotPickedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, 3*time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		endAfterStart(t, server, dir, mirror.Options{Since: firstDay, Parallel: 1}, 4)
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
		endAfterStart(t, server, dir, mirror.Options{Since: firstDay}, 1)
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

// savedByAKilledRun returns a directory with an archive that was saved, but not noted yet.
func savedByAKilledRun(t *testing.T, server *sparktest.Server) (dir, saved string) {
	t.Helper()
	m := &moments{t: t, dir: filepath.Join(scratch(t), "history")}
	for _, dir := range m.update(server, mirror.Options{Since: firstDay}) {
		saved = archivePath(dir, "2000-01-01.1.zip")
		manifest, _ := os.ReadFile(filepath.Join(dir, "mirror.json"))
		if _, err := os.Stat(saved); err == nil && strings.Contains(string(manifest), `"job"`) && !strings.Contains(string(manifest), `"kept"`) {
			return dir, saved
		}
	}
	t.Fatal("there is none")
	return "", ""
}

func TestSavedArchivesAreNotDownloadedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, 15*time.Hour))
		server := platform(t, tenDays(60))
		dir, _ := savedByAKilledRun(t, server)
		jobs, files := len(server.Jobs()), len(server.Requests(sparktest.File))
		update(t, server, dir, mirror.Options{})
		require.Len(t, server.Requests(sparktest.File), files+9)
		require.Len(t, server.Jobs(), jobs+9)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// An archive that was saved by a run that was killed, and was damaged since, is
// exported again instead of being in the way for ever.
func TestSavedArchiveThatWasDamagedIsExportedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, time.Hour))
		server := platform(t, tenDays(60))
		for _, damage := range []func(path string){
			func(path string) { require.NoError(t, os.Truncate(path, 200)) },
			func(path string) { scribble(t, path) },
		} {
			dir, saved := savedByAKilledRun(t, server)
			damage(saved)
			update(t, server, dir, mirror.Options{})
			requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
			update(t, server, dir, mirror.Options{})
			requireTidy(t, dir)
		}
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
