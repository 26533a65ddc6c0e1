package mirror_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestFaultsOfThePlatformAreSurvived(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(5, time.Hour))
		server, dir := platform(t, tenDays(120)), scratch(t)
		server.Fault(sparktest.StartExport, sparktest.Status(429), sparktest.RetryAfter(3*time.Second))
		server.Fault(sparktest.JobStatus, sparktest.Times(3), sparktest.Status(503))
		server.Fault(sparktest.JobStatus, sparktest.ErrorStatus()) // a job that failed
		server.Fault(sparktest.JobStatus, sparktest.After(2), sparktest.NoURL())
		server.Fault(sparktest.File, sparktest.Truncate(1000))
		server.Fault(sparktest.File, sparktest.After(1), sparktest.ResetAfter(500))
		server.Fault(sparktest.File, sparktest.After(1), testfault.ExpiredURL())
		server.Fault(sparktest.File, sparktest.After(1), testfault.Corrupt())
		server.Fault(sparktest.File, sparktest.After(1), sparktest.HTML(200))
		update(t, server, dir, mirror.Options{Since: firstDay})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		requireTidy(t, dir)
	})
}

// The platform may have started a job when its response is lost. A second one is
// started then, which loses nothing here.
func TestExportThatIsInterruptedAtItsStartIsStartedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sparktest.FaultPart{"reset": sparktest.Reset(), "lost": sparktest.Lose(), "502": testfault.BareStatus(502)} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(3, time.Hour))
			server, dir := platform(t, tenDays(60)), scratch(t)
			interrupted := server.Fault(sparktest.StartExport, sparktest.After(1), sparktest.Times(2), fault)
			update(t, server, dir, mirror.Options{Since: firstDay})
			require.Equal(t, 2, interrupted.Hits(), name)
			requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
			requireTidy(t, dir)
		})
	}
}

func TestExportThatCanNotBeStarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(1, time.Hour))
		server := platform(t, nil)
		fault := server.Fault(sparktest.StartExport, sparktest.Always(), sparktest.Reset())
		_, err := mirror.Update(t.Context(), serviceOf(t, server), scratch(t), mirror.Options{Since: firstDay, Parallel: 1})
		require.ErrorContains(t, err, "(3 attempts, request ID ")
		require.NotContains(t, err.Error(), "not retried")
		require.Equal(t, 3, fault.Hits())
	})
}

// startOf matches the start of the export of the window that begins some days
// after the first.
func startOf(days int) func(*http.Request) bool {
	bound := day(days, -overlap).Format("2006-01-02T15:04:05")
	return func(r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		return strings.Contains(string(body), `"start_date":"`+bound)
	}
}

func TestWindowWhoseExportFailsIsLeftOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(5, time.Hour))
		server, dir := platform(t, tenDays(120), sparktest.JobDuration(0)), scratch(t)
		fault := server.Fault(sparktest.StartExport, sparktest.Always(), sparktest.When(startOf(2)), sparktest.ErrorStatus())
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay})
		require.Error(t, err)
		fault.Remove()

		// A job for which the platform reports an error for 30 seconds has failed, and
		// each window gets three jobs.
		failing := map[string]bool{}
		server.Fault(sparktest.JobStatus, sparktest.Always(), testfault.ErrorMember(), sparktest.When(func(r *http.Request) bool {
			job := path.Base(r.URL.Path)
			failing[job] = failing[job] || len(failing) < 3
			return failing[job]
		}))
		summary, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Parallel: 1})
		require.ErrorIs(t, err, spark.ErrJobFailed)
		require.NotContains(t, err.Error(), "\n")
		var failed *mirror.WindowError
		require.ErrorAs(t, err, &failed)

		directory := open(t, dir)
		for _, window := range directory.Windows() {
			require.Equal(t, window.From == failed.From, window.Fetched.IsZero(), window)
		}
		require.NotZero(t, summary.Windows)
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestRefusalsEndTheRun(t *testing.T) {
	t.Parallel()
	for status, target := range map[int]error{401: spark.ErrUnauthorized, 403: spark.ErrForbidden, 404: spark.ErrNotFound, 400: spark.ErrBadRequest} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(5, time.Hour))
			server, dir := platform(t, tenDays(60)), scratch(t)
			fault := server.Fault(sparktest.StartExport, sparktest.Always(), sparktest.After(2), sparktest.Status(status))
			_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parallel: 1})
			require.ErrorIs(t, err, target)
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, 1, fault.Hits())
			requireValid(t, dir, truth(t, served(server), firstDay))
			fault.Remove()
			require.Equal(t, 4, update(t, server, dir, mirror.Options{}).Windows)
			requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		})
	}
}

// diskFailure lets the directory vanish with a request.
type diskFailure struct {
	t     testing.TB
	dir   string
	after int // requests
	hit   bool
}

func (d *diskFailure) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if d.after--; d.after == -1 {
			d.hit = true
			require.NoError(d.t, os.Rename(d.dir, d.dir+".aside"))
			require.NoError(d.t, os.WriteFile(d.dir, nil, 0o600))
		}
		return next.RoundTrip(r)
	})
}

func (d *diskFailure) end() {
	require.NoError(d.t, os.Remove(d.dir))
	require.NoError(d.t, os.Rename(d.dir+".aside", d.dir))
}

func TestDiskThatFailsAtAnyRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(2, 15*time.Hour))
		server := platform(t, tenDays(60), sparktest.JobDuration(0))
		want := truth(t, served(server), firstDay)
		for after := 0; ; after++ {
			dir := filepath.Join(scratch(t), "history")
			failure := &diskFailure{t: t, dir: dir, after: after}
			_, err := mirror.Update(t.Context(), serviceOf(t, server, failure.wrap), dir, mirror.Options{Since: firstDay, Parallel: 1})
			if !failure.hit {
				require.NoError(t, err)
				require.Greater(t, after, 6)
				return
			}
			require.ErrorIs(t, err, syscall.ENOTDIR)
			require.NotContains(t, err.Error(), "\n")
			failure.end()
			requireValid(t, dir, want)
			update(t, server, dir, mirror.Options{Since: firstDay})
			requireSame(t, want, tallyOf(t, dir))
			requireTidy(t, dir)
		}
	})
}

func TestContextEndsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(5, time.Hour))
		server, dir := platform(t, tenDays(60), sparktest.JobDuration(time.Hour)), scratch(t)
		enough := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 90*time.Minute, enough)
		defer cancel()
		summary, err := mirror.Update(ctx, serviceOf(t, server), dir, mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, enough)
		require.Equal(t, 2, summary.Windows)
		requireValid(t, dir, truth(t, served(server), firstDay))

		started := len(server.Jobs())
		update(t, server, dir, mirror.Options{})
		require.LessOrEqual(t, len(server.Jobs()), started+4)
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

func TestKilledRunsJobsArePickedUp(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
