package spark_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestJobFromStartToEnd(t *testing.T) {
	for _, format := range []spark.Format{spark.JSON, spark.CSV} {
		t.Run(string(format), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(10*time.Minute))
				service := newService(t, server)
				job, err := service.StartExport(t.Context(), format, spark.Filter{})
				require.NoError(t, err)
				status, err := job.Status(t.Context())
				require.NoError(t, err)
				require.False(t, status.Done)
				start := time.Now()
				var seen []spark.Progress
				status, err = job.Wait(t.Context(), spark.OnProgress(func(p spark.Progress) { seen = append(seen, p) }))
				require.NoError(t, err)
				require.True(t, status.Done)
				require.InDelta(t, 10*time.Minute, time.Since(start), float64(time.Minute))
				require.Less(t, len(seen), 30)
				for i, progress := range seen {
					require.Equal(t, i+1, progress.Polls)
				}
				middle, last := seen[len(seen)/2], seen[len(seen)-1]
				require.InDelta(t, 10*time.Minute, middle.Elapsed+middle.Remaining, float64(5*time.Minute))
				require.Equal(t, 1.0, last.Fraction)
				require.Zero(t, last.Remaining)
			})
		})
	}
}

func TestJobIsPickedUpElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		started, err := newService(t, server).StartExport(t.Context(), spark.JSON, spark.Filter{})
		require.NoError(t, err)
		handle, err := json.Marshal(started)
		require.NoError(t, err)
		require.JSONEq(t, fmt.Sprintf(`{"id":%q,"format":"json","folder":%q,"service":%q}`, started.ID, server.Folder, server.Service), string(handle))

		var read spark.Job
		require.NoError(t, json.Unmarshal(handle, &read))
		job := newClient(t, server).Service(read.Folder, read.Service).Job(read.Format, read.ID)
		status, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.True(t, status.Done)
	})
}

// jobWorld answers status requests from a script, the last line for ever.
func jobWorld(t testing.TB, script ...string) *world {
	polls := 0
	return newWorld(t, map[string]http.HandlerFunc{apiOrigin: func(w http.ResponseWriter, r *http.Request) {
		line := script[min(polls, len(script)-1)]
		polls++
		var status int
		if _, err := fmt.Sscanf(line, "HTTP %d", &status); err == nil {
			w.WriteHeader(status)
			return
		}
		answer(`{"status":null,"response_data":`+line+`}`)(w, r)
	}})
}

func (w *world) job() spark.Job {
	return w.client(apiOrigin+"/t", spark.BearerToken(hidden)).Service("f", "s").Job(spark.JSON, anyCallID)
}

const doneLine = `{"progress":100,"download_url":"https://entitystore.uat.us.coherent.global/docstore/token-in-path/file.zip"}`

func TestWaitCopesWithOddProgress(t *testing.T) {
	for name, script := range map[string][]string{
		"stands still":   {`{"progress":40}`, `{"progress":40}`, `{"progress":40}`, `{"progress":40}`, doneLine},
		"jumps":          {`{"progress":1}`, `{"progress":99}`, doneLine},
		"runs backwards": {`{"progress":60}`, `{"progress":20}`, `{"progress":-7}`, doneLine},
		"missing":        {`{}`, `{"progress":null}`, doneLine},
		"a string":       {`{"progress":"12.5"}`, `{"progress":"50%"}`, doneLine},
		"nonsense":       {`{"progress":"soon"}`, `{"progress":[1]}`, `{"progress":"NaN"}`, doneLine},
		"exceeds 100":    {`{"progress":250}`, doneLine},
		"late URL":       {`{"progress":100}`, `{"progress":100,"download_url":""}`, `{"progress":100,"download_url":null}`, doneLine},
		"early URL":      {`{"progress":50,"download_url":"https://entitystore.uat.us.coherent.global/x"}`, doneLine},
		"URL alone":      {`{"download_url":"https://entitystore.uat.us.coherent.global/x"}`},
		"unknown fields": {`{"progress":10,"state":"running","eta":{"s":1}}`, doneLine},
		"5xx":            {`HTTP 500`, `HTTP 502`, `HTTP 503`, `HTTP 504`, `HTTP 500`, `HTTP 429`, `HTTP 429`, `HTTP 429`, `HTTP 429`, doneLine},
		"odd answers":    {`[]`, `"text"`, doneLine},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				status, err := jobWorld(t, script...).job().Wait(t.Context())
				require.NoError(t, err)
				require.True(t, status.Done)
				require.NotContains(t, fmt.Sprintf("%v %+v %#v", status, status, status), "entitystore")
			})
		})
	}
}

// A rate limit that leaves no room for a request before the wait's end is no
// reason to end it sooner.
func TestWaitOutlastsItsRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		client := newClient(t, server, spark.WithRateLimit(0.01, 2))
		job, err := client.Service(server.Folder, server.Service).StartExport(t.Context(), spark.JSON, spark.Filter{})
		require.NoError(t, err)
		start := time.Now()
		_, err = job.Wait(t.Context(), spark.WaitLimit(50*time.Second))
		require.ErrorIs(t, err, spark.ErrWaitLimit)
		require.Equal(t, 50*time.Second, time.Since(start))
		require.Len(t, server.Requests(sparktest.JobStatus), 1)
	})
}

// A status that can't be had tells nothing of the progress: what is left is
// estimated by what was seen before and after.
func TestFailuresDoNotDisturbTheEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const length = 10 * time.Minute
		start, polls := time.Now(), 0
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: func(w http.ResponseWriter, r *http.Request) {
			elapsed := time.Since(start)
			switch polls++; {
			case polls%5 == 0:
				w.WriteHeader(http.StatusServiceUnavailable)
			case elapsed < length:
				answer(fmt.Sprintf(`{"status":null,"response_data":{"progress":%f}}`, 100*elapsed.Seconds()/length.Seconds()))(w, r)
			default:
				answer(`{"status":null,"response_data":`+doneLine+`}`)(w, r)
			}
		}})
		client := w.client(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1}))
		estimates := 0
		_, err := client.Service("f", "s").Job(spark.JSON, anyCallID).Wait(t.Context(), spark.OnProgress(func(p spark.Progress) {
			if p.Polls > 2 && !p.Status.Done && p.Remaining >= 0 {
				require.InEpsilon(t, length, p.Elapsed+p.Remaining, 0.1, "poll %d", p.Polls)
				estimates++
			}
		}))
		require.NoError(t, err)
		require.Greater(t, estimates, 5)
	})
}

// The file follows at once, as a rule: a job that is picked up at 100 without it
// is asked again soon.
func TestPickedUpAt100WithoutAFileIsAskedAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := jobWorld(t, `{"progress":100}`, doneLine).job().Wait(t.Context())
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(start), spark.DefaultPollShortest)
	})
}

func TestProgressThatIsNotReportedIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fractions []float64
		_, err := jobWorld(t, `{}`, `{"progress":50}`, doneLine).job().Wait(t.Context(), spark.OnProgress(func(p spark.Progress) {
			fractions = append(fractions, p.Fraction)
		}))
		require.NoError(t, err)
		require.Equal(t, []float64{0, .5, 1}, fractions)
	})
}

// A file that came late has come all the same.
func TestAFileThatIsFoundLateIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, err := jobWorld(t, `{"progress":100}`, doneLine).job().Wait(t.Context(), spark.PollBetween(2*time.Minute, 2*time.Minute))
		require.NoError(t, err)
		require.True(t, status.Done)
	})
}

func TestWaitEndsAtOnceAtAFatalAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		script []string
		is     error
	}{
		"401":                {[]string{`{"progress":1}`, `HTTP 401`}, spark.ErrUnauthorized},
		"403":                {[]string{`{"progress":1}`, `HTTP 403`}, spark.ErrForbidden},
		"404":                {[]string{`{"progress":1}`, `HTTP 404`}, spark.ErrNotFound},
		"400":                {[]string{`{"progress":1}`, `HTTP 400`}, spark.ErrBadRequest},
		"null":               {[]string{`{"progress":1}`, `null`}, spark.ErrNotFound},
		"failed, by error":   {[]string{`{"progress":1}`, `null,"error":{"message":"IT BROKE"}`}, spark.ErrJobFailed},
		"100 without a file": {[]string{`{"progress":1}`, `{"progress":100}`}, spark.ErrJobFailed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := jobWorld(t, test.script...).job().Wait(t.Context())
				require.ErrorIs(t, err, test.is)
				var ended *spark.JobError
				require.ErrorAs(t, err, &ended)
				require.Equal(t, anyCallID, ended.Job.ID)
				require.NotContains(t, err.Error(), "\n")
				require.Contains(t, err.Error(), anyCallID)
				require.Less(t, time.Since(start), 2*time.Minute)
				if name == "failed, by error" {
					require.ErrorContains(t, err, "IT BROKE")
				}
			})
		})
	}
}

func TestWaitThatEndsEarlySaysAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := jobWorld(t, `{"progress":42}`, `{"progress":42}`, `HTTP 502`).job()
		for _, test := range []struct {
			is   error
			wait func() (spark.JobStatus, error)
		}{
			{context.DeadlineExceeded, func() (spark.JobStatus, error) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				return job.Wait(ctx)
			}},
			{spark.ErrWaitLimit, func() (spark.JobStatus, error) { return job.Wait(t.Context(), spark.WaitLimit(time.Minute)) }},
			{context.Canceled, func() (spark.JobStatus, error) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Minute, cancel)
				return job.Wait(ctx)
			}},
		} {
			start := time.Now()
			_, err := test.wait()
			require.ErrorIs(t, err, test.is)
			var ended *spark.JobError
			require.ErrorAs(t, err, &ended)
			require.InDelta(t, time.Minute, time.Since(start), float64(time.Second))
			require.Equal(t, time.Since(start), ended.Elapsed)
			require.Positive(t, ended.Polls)
			require.ErrorIs(t, err, spark.ErrUnavailable)
			require.ErrorContains(t, err, `go on with Service("f", "s").Job("json", "`+anyCallID+`")`)
		}
	})
}

// The status request under way when the context ends says nothing of the job;
// what was heard before it is kept.
func TestWaitKeepsTheLastFailureThatWasHeard(t *testing.T) {
	for name, limit := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Minute)
		},
		"deadline with a cause": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, time.Minute, errShutdown)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
				job, err := newService(t, server, spark.WithHTTPClient(server.Client())).StartExport(t.Context(), spark.JSON, spark.Filter{})
				require.NoError(t, err)
				server.Fault(sparktest.JobStatus, sparktest.HTML(502), sparktest.Times(10))
				server.Fault(sparktest.JobStatus, sparktest.Hang(), sparktest.Always())
				ctx, cancel := limit(t.Context())
				defer cancel()
				_, err = job.Wait(ctx)
				var ended *spark.JobError
				require.ErrorAs(t, err, &ended)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, ended.LastError, spark.ErrUnavailable)
				require.ErrorContains(t, err, "502 Bad Gateway")
			})
		})
	}
}

// The last retry before the end of a wait finds no time. That is no fatal answer.
func TestWaitThatEndsInARetryEndsByItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		job, err := newService(t, server).StartExport(t.Context(), spark.JSON, spark.Filter{})
		require.NoError(t, err)
		server.Fault(sparktest.JobStatus, sparktest.Reset(), sparktest.Always())
		for range 20 {
			_, err = job.Wait(t.Context(), spark.WaitLimit(time.Minute))
			require.ErrorIs(t, err, spark.ErrWaitLimit)
			require.ErrorIs(t, err, syscall.ECONNRESET)
		}
	})
}

var errShutdown = errors.New("the program shuts down")

// A context that is cancelled with a cause is cancelled all the same.
func TestEndsOfContextsWithACause(t *testing.T) {
	for name, do := range map[string]func(context.Context, *sparktest.Server, spark.Job, *spark.Client) error{
		"call": func(ctx context.Context, server *sparktest.Server, _ spark.Job, client *spark.Client) error {
			server.Fault(sparktest.GetCall, sparktest.Hang())
			_, err := client.Call(ctx, server.Calls()[0].ID)
			return err
		},
		"between polls": func(ctx context.Context, _ *sparktest.Server, job spark.Job, _ *spark.Client) error {
			_, err := job.Wait(ctx)
			return err
		},
		"within a poll": func(ctx context.Context, server *sparktest.Server, job spark.Job, _ *spark.Client) error {
			server.Fault(sparktest.JobStatus, sparktest.Hang(), sparktest.Always())
			_, err := job.Wait(ctx)
			return err
		},
		"download": func(ctx context.Context, server *sparktest.Server, job spark.Job, _ *spark.Client) error {
			server.Fault(sparktest.JobStatus, sparktest.Progress(100), sparktest.Always())
			server.Fault(sparktest.File, sparktest.Stall(100))
			return job.WriteTo(ctx, io.Discard)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
				client := newClient(t, server, spark.WithHTTPClient(server.Client()))
				job, err := client.Service(server.Folder, server.Service).StartExport(t.Context(), spark.JSON, spark.Filter{})
				require.NoError(t, err)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(30*time.Second, func() { cancel(errShutdown) })
				err = do(ctx, server, job, client)
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, errShutdown)
				require.NotContains(t, err.Error(), "\n")
			})
		})
	}
}

func TestWaitHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Time
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: func(w http.ResponseWriter, r *http.Request) {
			if times = append(times, time.Now()); len(times) <= 4 {
				w.Header().Set("Retry-After", "20")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			answer(`{"status":null,"response_data":`+doneLine+`}`)(w, r)
		}})
		_, err := w.job().Wait(t.Context())
		require.NoError(t, err)
		for i := 1; i < len(times); i++ {
			require.GreaterOrEqual(t, times[i].Sub(times[i-1]), 20*time.Second)
		}
	})
}

func TestWaitRefusesBadOptions(t *testing.T) {
	w := jobWorld(t, doneLine)
	for _, option := range []spark.WaitOption{spark.PollBetween(-1, 0), spark.PollBetween(0, -1), spark.PollBetween(time.Minute, time.Second)} {
		_, err := w.job().Wait(t.Context(), option)
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
	}
	require.Empty(t, w.received)
}

// What the network calls a time-out is not the caller's deadline.
func TestTimeoutsOfTheNetworkPass(t *testing.T) {
	for name, failure := range map[string]error{
		"dial":          &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded},
		"header":        timeout{},
		"client":        context.DeadlineExceeded,
		"client, ended": context.Canceled,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				transport := roundTrip(func(request *http.Request) (*http.Response, error) {
					if tries++; tries < 3 {
						return nil, failure
					}
					body := io.NopCloser(strings.NewReader(recordAnswer))
					return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: request}, nil
				})
				client, err := spark.NewClient(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithHTTPClient(&http.Client{Transport: transport}))
				require.NoError(t, err)
				_, err = client.Call(t.Context(), anyCallID)
				require.NoError(t, err)
				require.Equal(t, 3, tries)
			})
		})
	}
}

// timeout is what net/http gives when a header is late: it matches DeadlineExceeded.
type timeout struct{}

func (timeout) Error() string        { return "net/http: timeout awaiting response headers" }
func (timeout) Timeout() bool        { return true }
func (timeout) Temporary() bool      { return true }
func (timeout) Is(target error) bool { return target == context.DeadlineExceeded }

func TestWaitLimitHoldsWhileThePlatformIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: func(http.ResponseWriter, *http.Request) { panic(syscall.ECONNREFUSED) }})
		for range 20 {
			start := time.Now()
			_, err := w.job().Wait(t.Context(), spark.WaitLimit(time.Minute))
			require.ErrorIs(t, err, spark.ErrWaitLimit)
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
			require.Equal(t, time.Minute, time.Since(start))
		}
	})
}

func TestWaitTellsTheUsersReasonAndTheContextsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reason := errors.New("the shift is over")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(reason) })
		_, err := jobWorld(t, `{"progress":1}`).job().Wait(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, reason)
		require.NotContains(t, err.Error(), "\n")
	})
}

func TestJobFailureIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := jobWorld(t, `null,"error":{"error_type":"error.PROCESSING","message":"Output sheet not found"}`).job().Wait(t.Context())
		require.ErrorIs(t, err, spark.ErrJobFailed)
		require.NotErrorIs(t, err, spark.ErrNotFound)
		require.Equal(t, 1, strings.Count(err.Error(), "Output sheet not found"), err)
		require.Equal(t, 1, strings.Count(err.Error(), anyCallID), err)
		var failed *spark.JobError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, spark.ErrJobFailed, failed.Cause)
		require.Equal(t, 1, failed.Polls)
		require.NotContains(t, err.Error(), "go on with")
		_, err = jobWorld(t, `HTTP 404`).job().Wait(t.Context())
		require.NotContains(t, err.Error(), "go on with")
	})
}

func TestWaitEndsWhereTheCredentialCannotBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		denied := errors.New("vault: permission denied")
		for name, test := range map[string]struct {
			auth spark.Auth
			is   error
		}{
			"token function": {spark.TokenFunc(func(context.Context) (string, error) { return "", denied }), denied},
			"token source":   {spark.TokenSource(refusingSource{}), spark.ErrUnauthorized},
		} {
			w := newWorld(t, nil)
			job := w.client(apiOrigin+"/t", test.auth).Service("f", "s").Job(spark.JSON, anyCallID)
			start := time.Now()
			_, err := job.Wait(t.Context())
			require.ErrorIs(t, err, test.is, name)
			require.Zero(t, time.Since(start), name)
			require.Empty(t, w.received)
		}
	})
}

type refusingSource struct{}

func (refusingSource) Token() (*oauth2.Token, error) {
	return nil, &oauth2.RetrieveError{Response: &http.Response{StatusCode: 401}, ErrorCode: "invalid_client"}
}

func TestExportTellsItsJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
		service := newService(t, server)
		t.Setenv("TMPDIR", t.TempDir())
		server.Fault(sparktest.File, sparktest.HTML(200), sparktest.Always())
		_, err := service.Export(t.Context(), spark.JSON, spark.Filter{})
		require.ErrorIs(t, err, spark.ErrCorrupt)
		var failed *spark.JobError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, server.Jobs(), []string{failed.Job.ID})
		require.NotContains(t, err.Error(), ".part")
		holdsOnly(t, os.TempDir())
	})
}

func TestEachCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		service := newService(t, server)
		t.Setenv("TMPDIR", t.TempDir())
		var got []string
		for call, err := range service.EachCall(t.Context(), spark.Filter{Errors: spark.Only}) {
			require.NoError(t, err)
			require.NotEmpty(t, call.Errors)
			got = append(got, call.ID)
		}
		require.NotEmpty(t, got)
		for range service.EachCall(t.Context(), spark.Filter{}) {
			break
		}
		holdsOnly(t, os.TempDir())
	})
}
