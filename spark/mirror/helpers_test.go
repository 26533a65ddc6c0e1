package mirror_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// tb is a test, or a run of a property.
type tb interface {
	require.TestingT
	Helper()
}

// Tests run in bubbles, whose clocks start at this time.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

var firstDay = spark.Date{Year: 2000, Month: 1, Day: 1}

// overlap is the default of Options.Overlap.
const overlap = 5 * time.Minute

// day returns the time so many days and more after the clock's start.
func day(n int, more ...time.Duration) time.Time {
	t := start.AddDate(0, 0, n)
	for _, d := range more {
		t = t.Add(d)
	}
	return t
}

func sleepUntil(t time.Time) { time.Sleep(time.Until(t)) }

// platform returns the emulator with the calls that have been logged by now.
func platform(t testing.TB, calls []sparktest.Call, opts ...sparktest.Option) *sparktest.Server {
	t.Helper()
	logged := slices.DeleteFunc(slices.Clone(calls), func(c sparktest.Call) bool { return c.Time.After(time.Now()) })
	opts = append([]sparktest.Option{
		sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("motor", "premium", logged...),
	}, opts...)
	return sparktest.NewServer(t, opts...)
}

// serviceOf returns the service through a client whose transport is wrapped.
func serviceOf(t testing.TB, server *sparktest.Server, wrappers ...func(http.RoundTripper) http.RoundTripper) *spark.Service {
	t.Helper()
	transport := server.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	var top http.RoundTripper = transport
	for _, wrap := range wrappers {
		top = wrap(top)
	}
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(&http.Client{Transport: top}))
	require.NoError(t, err)
	return client.Service(server.Folder, server.Service)
}

func update(t testing.TB, server *sparktest.Server, dir string, options mirror.Options) mirror.Summary {
	t.Helper()
	summary, err := mirror.Update(t.Context(), serviceOf(t, server), dir, options)
	require.NoError(t, err)
	return summary
}

// tally counts records by call, time and content.
type tally map[string]int

// total returns the number of records.
func total(records tally) (n int) {
	for _, times := range records {
		n += times
	}
	return n
}

// nameOf identifies a record by its content.
func nameOf(call *record.Call) string {
	content := fmt.Sprintf("%s %s %v %v", call.Inputs.JSON(), call.Outputs.JSON(), call.Warnings, call.Errors)
	return fmt.Sprintf("%s %s %08x", call.ID, call.LogTime.Format(time.RFC3339Nano), crc32.ChecksumIEEE([]byte(content)))
}

func open(t tb, dir string) *mirror.Directory {
	t.Helper()
	directory, err := mirror.Open(dir)
	require.NoError(t, err)
	return directory
}

// tallyOf reads a directory.
func tallyOf(t tb, dir string) tally {
	t.Helper()
	directory := open(t, dir)
	got := tally{}
	for call, err := range directory.Calls() {
		require.NoError(t, err)
		got[nameOf(call)]++
	}
	return got
}

// truth returns the calls that a directory should contain.
func truth(t tb, calls []sparktest.Call, since spark.Date) tally {
	want := tally{}
	for _, call := range calls {
		if !call.Time.Before(since.In(time.UTC)) && !call.Time.After(time.Now()) {
			parsed, err := record.ParseCall(call.Record())
			require.NoError(t, err)
			want[nameOf(parsed)]++
		}
	}
	return want
}

func requireSame(t tb, want, got tally) {
	t.Helper()
	for name, n := range want {
		require.Equal(t, n, got[name], "record %s", name)
	}
	require.Len(t, got, len(want))
}

// scratch returns a directory, in memory if the system can: each step syncs files, and
// the tests would wait for the disk.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mirror")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// tenDays returns calls of the first ten days of the clock.
func tenDays(calls int) []sparktest.Call {
	return sparktest.Generate(sparktest.History{Calls: calls, Span: 10 * 24 * time.Hour, End: day(10)})
}

// served returns the calls with what the server fills in.
func served(server *sparktest.Server) []sparktest.Call { return server.Calls() }

func copyOf(t testing.TB, dir string) string {
	t.Helper()
	to := scratch(t)
	if _, err := os.Stat(dir); err == nil {
		require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	}
	return to
}

// requireValid reads a directory as it is: the windows that it has are right, and the
// others are errors.
func requireValid(t testing.TB, dir string, want tally) {
	t.Helper()
	directory, err := mirror.Open(dir)
	if errors.Is(err, mirror.ErrNoMirror) {
		_, err := os.Stat(filepath.Join(dir, "mirror.json"))
		require.ErrorIs(t, err, os.ErrNotExist)
		return
	}
	require.NoError(t, err)
	got := tally{}
	for call, err := range directory.Calls() {
		if err != nil {
			require.ErrorIs(t, err, mirror.ErrIncomplete)
			continue
		}
		got[nameOf(call)]++
		require.LessOrEqual(t, got[nameOf(call)], want[nameOf(call)])
	}
}

// requireTidy checks that a directory contains only files that the manifest names.
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

// snapshot returns the content of all files but the lock.
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

// refused expects an update to fail with an error on one line, to change nothing and to
// send nothing.
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

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
