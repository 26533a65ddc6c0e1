package mirror_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// moments copies a directory at each request of a run and at each piece of a download: so
// the next run would find it if the process were killed then.
type moments struct {
	t      testing.TB
	dir    string
	copies []string
}

func (m *moments) wrap(next http.RoundTripper) http.RoundTripper {
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

// watchedBody calls before ahead of each piece that is read.
type watchedBody struct {
	io.ReadCloser
	before func()
}

func (b *watchedBody) Read(data []byte) (int, error) {
	b.before()
	return b.ReadCloser.Read(data[:min(len(data), 4096)])
}

// update runs an update and returns how the directory may be found if the process is
// killed on the way: as it was at the moments, or between two of them. There files are
// added first, then mirror.json is replaced, then files are removed.
func (m *moments) update(server *sparktest.Server, options mirror.Options) (found []string) {
	m.t.Helper()
	options.Parallel = 1
	_, err := mirror.Update(m.t.Context(), serviceOf(m.t, server, m.wrap), m.dir, options)
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

func TestRunKilledDuringTheFirstUpdate(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// completes updates a directory after a killed run: as it is, and as it would be after a
// power failure.
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

// The columns change, so that all Parquet files are written again.
func TestRunKilledWhileItWritesParquet(t *testing.T) {
	t.Parallel()
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

// doomed is set for a process that kills itself during an update.
const doomed = "MIRROR_DIES_AT_REQUEST"

func TestMain(m *testing.M) {
	if at := os.Getenv(doomed); at != "" {
		fmt.Fprintln(os.Stderr, "survived:", updateAndDie(at))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func updateAndDie(at string) error {
	last, err := strconv.Atoi(at)
	if err != nil {
		return err
	}
	requests := 0
	dying := roundTripper(func(r *http.Request) (*http.Response, error) {
		if requests++; requests == last {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // until the signal arrives
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	client, err := spark.NewClient(os.Getenv("MIRROR_BASE_URL"), spark.BearerToken(os.Getenv("MIRROR_TOKEN")),
		spark.WithHTTPClient(&http.Client{Transport: dying}))
	if err != nil {
		return err
	}
	_, err = mirror.Update(context.Background(), client.Service("motor", "premium"), os.Getenv("MIRROR_DIR"),
		mirror.Options{Since: historyDay, Parallel: 1})
	return err
}

// historyDay is some days ago: such a process has a real clock.
var historyDay = spark.DateOf(time.Now().UTC().AddDate(0, 0, -5))

// When a process ends, however suddenly, its lock ends too.
func TestProcessesThatAreKilled(t *testing.T) {
	t.Parallel()
	calls := sparktest.Generate(sparktest.History{End: time.Now().UTC()})
	server := sparktest.NewServer(t, sparktest.JobDuration(0), sparktest.Service("motor", "premium", calls...))
	dir := scratch(t)
	for request := 1; request <= 3; request++ {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), doomed+"="+strconv.Itoa(request), "MIRROR_DIR="+dir,
			"MIRROR_BASE_URL="+server.BaseURL, "MIRROR_TOKEN="+server.BearerToken)
		output, err := child.CombinedOutput()
		require.Error(t, err)
		require.NotContains(t, string(output), "survived")
	}
	update(t, server, dir, mirror.Options{Since: historyDay})
	requireSame(t, truth(t, served(server), historyDay), tallyOf(t, dir))
	requireTidy(t, dir)
}
