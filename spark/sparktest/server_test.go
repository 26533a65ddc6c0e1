package sparktest_test

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestLongJobInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(3*time.Hour))
		c := newClient(t, s, goodToken)
		jobID := decode[string](t, c.succeed(c.start("json", gen.ExportCSVRequest{})).ResponseData, "job_id")
		progress := func() int {
			return decode[int](t, c.succeed(c.status("json", jobID)).ResponseData, "progress")
		}
		require.Equal(t, 0, progress())
		time.Sleep(90 * time.Minute)
		require.Equal(t, 50, progress())
		time.Sleep(90*time.Minute - time.Nanosecond)
		require.Equal(t, 99, progress())
		time.Sleep(time.Nanosecond)
		require.Equal(t, 100, progress())
	})
}

func TestJobProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute),
			sparktest.JobProgress(0, 25, 10, 75.5))
		c := newClient(t, s, goodToken)
		jobID := decode[string](t, c.succeed(c.start("csv", gen.ExportCSVRequest{})).ResponseData, "job_id")
		for _, want := range []int{0, 25, 10, 75, 100} {
			require.Equal(t, want, decode[int](t, c.succeed(c.status("csv", jobID)).ResponseData, "progress"))
			time.Sleep(15 * time.Second)
		}
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Latency(time.Second))
		c := newClient(t, s, goodToken)
		start := time.Now()
		c.succeed(c.getCall(noSuchID, nil))
		require.Equal(t, time.Second, time.Since(start))
	})
}

// An idle connection, a hanging request and an unread body are all still there
// when the bubble's server is closed. The bubble fails if a goroutine stays.
func TestCloseEndsEverything(t *testing.T) {
	for name, opts := range map[string][]sparktest.Option{"loopback": nil, "in memory": {sparktest.InMemory()}} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			s, err := sparktest.Start(opts...)
			require.NoError(t, err)
			client := s.Client()
			var requests sync.WaitGroup
			for range 8 {
				requests.Go(func() {
					if resp, err := client.Get(s.BaseURL + "/api/v3/x"); err == nil {
						defer resp.Body.Close()
					}
				})
			}
			requests.Wait()
			require.NoError(t, s.Close())
			require.NoError(t, s.Close())
			_, err = client.Get(s.BaseURL)
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
		})
	}
}

func TestCloseEndsWaitingRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sparktest.Start(sparktest.InMemory(), sparktest.Latency(time.Hour))
		require.NoError(t, err)
		failed := make(chan error)
		go func() {
			_, err := s.Client().Get(s.BaseURL)
			failed <- err
		}()
		synctest.Wait()
		require.NoError(t, s.Close())
		require.Error(t, <-failed)
	})
}

func TestInMemoryServersDontMeet(t *testing.T) {
	one := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "one"))
	two := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "two"))
	require.Equal(t, "http://localhost:8080/my-tenant", one.BaseURL)
	require.Equal(t, "http://localhost:8081", one.FileURL)
	require.Equal(t, one.BaseURL, two.BaseURL)
	c := newClient(t, one, goodToken)
	c.succeed(c.start("csv", gen.ExportCSVRequest{}))
	require.Len(t, one.Jobs(), 1)
	require.Empty(t, two.Jobs())
	_, err := c.http.Get("http://localhost:9999")
	require.ErrorContains(t, err, "no server is listening in memory on localhost:9999")
}

func TestListen(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Listen("api.example:80", "files.example:80"))
	require.Equal(t, "http://api.example:80/my-tenant", s.BaseURL)
	require.Equal(t, "http://files.example:80", s.FileURL)
	c := newClient(t, s, goodToken)
	c.succeed(c.getCall(noSuchID, nil))
}

func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sparktest.NewServer(t, sparktest.InMemory())
		c := newClient(t, s, goodToken)
		c.succeed(c.getCall(noSuchID, ptr(0)))
		time.Sleep(time.Second)
		c.get(c.export("csv", gen.ExportFilter{UserName: ptr("x")}))

		require.Equal(t, sparktest.GetCall, s.Requests()[0].Operation)
		require.Len(t, s.Requests(sparktest.GetCall, sparktest.File), 2)
		start := s.Requests(sparktest.StartExport)
		require.Len(t, start, 1)
		require.Equal(t, http.MethodPost, start[0].Method)
		require.Equal(t, "localhost:8080", start[0].Host)
		require.Equal(t, "/my-tenant/api/v3/folders/motor/services/premium/log/downloadcsv", start[0].Path)
		require.JSONEq(t, `{"request_data":{"userName":"x"}}`, string(start[0].Body))
		require.Equal(t, "Bearer "+s.BearerToken, start[0].Header.Get("Authorization"))
		require.Equal(t, time.Second, start[0].Time.Sub(s.Requests()[0].Time))
		require.Equal(t, "index=0", s.Requests()[0].Query)
		require.Greater(t, len(s.Requests(sparktest.JobStatus)), 10)
		require.Empty(t, s.Requests(sparktest.Unknown))
	})
}

// recorder is a testing.TB that records what is reported.
type recorder struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(string, ...any) {
	r.errors = append(r.errors, "violation")
}
func (r *recorder) Error(...any) { r.errors = append(r.errors, "error") }

func (r *recorder) finish() {
	for _, f := range r.cleanups {
		f()
	}
}

func TestViolationsFailTheTest(t *testing.T) {
	for _, test := range []struct {
		opts []sparktest.Option
		want []string
	}{
		{nil, []string{"violation", "violation"}},
		{[]sparktest.Option{sparktest.CheckRequests(nil)}, nil},
	} {
		r := &recorder{TB: t}
		s := sparktest.NewServer(r, append(test.opts, sparktest.InMemory())...)
		client := s.Client()
		for range 2 {
			resp, err := client.Get(s.BaseURL + "/api/v3/x")
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
		}
		r.finish()
		require.Equal(t, test.want, r.errors)
	}
}

func TestLargeBodiesAreRefused(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory())
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	code, e := c.send(http.MethodPost, s.BaseURL+"/api/v3/folders/motor/services/premium/log/downloadcsv", string(make([]byte, 11<<20)))
	require.Equal(t, http.StatusRequestEntityTooLarge, code)
	require.Equal(t, "REQUEST_TOO_LARGE", e.Error.Message)
}
