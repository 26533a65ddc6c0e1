package mirror_test

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	_ "github.com/sparkgo/spark-go/spark/internal/contract" // checks all requests
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

// platform is the emulator as it is now: with what has been logged so far.
func platform(t testing.TB, calls []sparktest.Call, opts ...sparktest.Option) *sparktest.Server {
	t.Helper()
	logged := slices.DeleteFunc(slices.Clone(calls), func(c sparktest.Call) bool { return c.Time.After(time.Now()) })
	opts = append([]sparktest.Option{
		sparktest.InMemory(), sparktest.Service("motor", "premium", logged...),
	}, opts...)
	return sparktest.NewServer(t, opts...)
}

// serviceOf is the service as a client sees it, through wires laid over the transport.
func serviceOf(t testing.TB, server *sparktest.Server, wires ...func(http.RoundTripper) http.RoundTripper) *spark.Service {
	t.Helper()
	transport := server.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	var top http.RoundTripper = transport
	for _, wire := range wires {
		top = wire(top)
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

// total is how many records there are.
func total(records tally) (n int) {
	for _, times := range records {
		n += times
	}
	return n
}

// nameOf tells records apart by what matters in them.
func nameOf(call *record.Call) string {
	content := fmt.Sprintf("%s %s %v %v", call.Inputs.JSON(), call.Outputs.JSON(), call.Warnings, call.Errors)
	return fmt.Sprintf("%s %s %08x", call.ID, call.LogTime.Format(time.RFC3339Nano), crc32.ChecksumIEEE([]byte(content)))
}

// tallyOf reads a folder back.
func tallyOf(t tb, dir string) tally {
	t.Helper()
	folder, err := mirror.Open(dir)
	require.NoError(t, err)
	got := tally{}
	for call, err := range folder.Calls() {
		require.NoError(t, err)
		got[nameOf(call)]++
	}
	return got
}

// truth is what a folder is to hold of some calls.
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

// scratch is a folder in memory where the system has one: what is synced at each
// step would keep the tests waiting for the disk.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mirror")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
