package spark_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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

func TestWaitToleratesOddProgress(t *testing.T) {
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
		"odd responses":  {`[]`, `"text"`, doneLine},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			status, err := jobWorld(t, script...).job().Wait(t.Context())
			require.NoError(t, err)
			require.True(t, status.Done)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", status, status, status), "entitystore")
		}))
	}
}

// The error says what ended the wait, not what was tolerated before.
func TestPermanentFailureWithinAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := jobWorld(t, `{"progress":1}`, `HTTP 502`, `HTTP 403`).job().Wait(t.Context())
		require.ErrorIs(t, err, spark.ErrForbidden)
		require.NotErrorIs(t, err, spark.ErrUnavailable)
		require.NoError(t, requireJobError(t, err).LastError)
	})
}

// The job may be done just before the wait's limit, so the last request is moved there.
func TestWaitPollsOnceMoreBeforeItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
			elapsed := time.Since(start)
			if elapsed > 58*time.Second+500*time.Millisecond {
				respondData(doneLine)(w, r)
				return
			}
			respondData(fmt.Sprintf(`{"progress":%f}`, elapsed.Seconds()/10))(w, r)
		})
		_, err := w.job().Wait(t.Context(), spark.WithWaitLimit(time.Minute), spark.WithPollInterval(time.Second, time.Minute))
		require.NoError(t, err)
	})
}

// A rate limit that allows no request before the wait's end doesn't end it sooner.
func TestWaitOutlastsItsRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		service := newService(t, server, spark.WithRateLimit(0.01, 2))
		job, err := service.StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		start := time.Now()
		_, err = job.Wait(t.Context(), spark.WithWaitLimit(50*time.Second))
		require.ErrorIs(t, err, spark.ErrWaitLimit)
		require.Equal(t, 50*time.Second, time.Since(start))
		require.Len(t, server.Requests(sparktest.JobStatus), 1)

		start = time.Now()
		_, err = service.Job(spark.FormatJSON, job.ID).Wait(t.Context(), spark.WithWaitLimit(20*time.Second))
		require.ErrorIs(t, err, spark.ErrWaitLimit)
		require.Equal(t, 20*time.Second, time.Since(start))
		require.Zero(t, requireJobError(t, err).Polls)
	})
}

// A failed status request says nothing about the progress, so the remaining time is
// estimated from the readings before and after it.
func TestFailuresDoNotDisturbTheEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const length = 10 * time.Minute
		start, polls := time.Now(), 0
		w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
			elapsed := time.Since(start)
			switch polls++; {
			case polls%5 == 0:
				w.WriteHeader(http.StatusServiceUnavailable)
			case elapsed < length:
				respondData(fmt.Sprintf(`{"progress":%f}`, 100*elapsed.Seconds()/length.Seconds()))(w, r)
			default:
				respondData(doneLine)(w, r)
			}
		})
		job := w.job(oneAttempt)
		estimates := 0
		_, err := job.Wait(t.Context(), spark.WithProgress(func(p spark.WaitProgress) {
			if remaining, ok := p.Remaining(); ok && p.Polls > 2 && !p.Status.Done {
				require.InEpsilon(t, length, p.Elapsed+remaining, 0.1, "poll %d", p.Polls)
				estimates++
			}
		}))
		require.NoError(t, err)
		require.Greater(t, estimates, 5)
	})
}

// The file usually follows at once, so a job at 100 without a file is polled again soon.
func TestJobAt100WithoutAFileIsPolledSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := jobWorld(t, `{"progress":100}`, doneLine).job().Wait(t.Context())
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(start), 300*time.Millisecond)
	})
}

func TestMissingProgressCountsAsZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fractions []float64
		_, err := jobWorld(t, `{}`, `{"progress":50}`, doneLine).job().Wait(t.Context(), spark.WithProgress(func(p spark.WaitProgress) {
			fractions = append(fractions, p.Fraction)
		}))
		require.NoError(t, err)
		require.Equal(t, []float64{0, .5, 1}, fractions)
	})
}

// A file that appears late is used like any other.
func TestLateFileIsNotAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, err := jobWorld(t, `{"progress":100}`, doneLine).job().Wait(t.Context(), spark.WithPollInterval(2*time.Minute, 2*time.Minute))
		require.NoError(t, err)
		require.True(t, status.Done)
	})
}

func TestWaitRefusesBadOptions(t *testing.T) {
	w := jobWorld(t, doneLine)
	for _, option := range []spark.WaitOption{spark.WithPollInterval(-1, 0), spark.WithPollInterval(0, -1), spark.WithPollInterval(time.Minute, time.Second)} {
		_, err := w.job().Wait(t.Context(), option)
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
	}
	require.Empty(t, w.received)
}

func TestWaitEndsIfTheCredentialCannotBeFetched(t *testing.T) {
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
			job := w.client(apiOrigin+"/t", test.auth).Service("f", "s").Job(spark.FormatJSON, anyCallID)
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

// A failure that isn't transient ends the wait at once.
func TestWaitEndsAtOnceAfterAPermanentFailure(t *testing.T) {
	for name, test := range map[string]struct {
		line string
		is   error
	}{
		"401":  {`HTTP 401`, spark.ErrUnauthorized},
		"403":  {`HTTP 403`, spark.ErrForbidden},
		"404":  {`HTTP 404`, spark.ErrNotFound},
		"400":  {`HTTP 400`, spark.ErrBadRequest},
		"501":  {`HTTP 501`, spark.ErrUnavailable},
		"null": {`null`, spark.ErrNotFound},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			start := time.Now()
			_, err := jobWorld(t, `{"progress":1}`, test.line).job().Wait(t.Context())
			require.ErrorIs(t, err, test.is)
			ended := requireJobError(t, err)
			require.Equal(t, test.is != spark.ErrNotFound, ended.Resumable())
			require.Less(t, time.Since(start), time.Second)
		}))
	}
}

// requireJobError checks what every JobError promises.
func requireJobError(t *testing.T, err error) *spark.JobError {
	t.Helper()
	ended := errorAs[*spark.JobError](t, err)
	require.NotContains(t, err.Error(), "\n")
	require.Contains(t, err.Error(), ended.Job.ID)
	require.Equal(t, ended.Resumable(), strings.Contains(err.Error(), fmt.Sprintf("to resume: Service(%q, %q).Job(%q, %q)", ended.Job.Folder, ended.Job.Service, ended.Job.Format, ended.Job.ID)))
	return ended
}

// Whatever is wrong from the start, the wait ends after 30 seconds.
func TestWaitWithoutAnyUsableResponse(t *testing.T) {
	fails := func(err error) http.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) { panic(err) }
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		is      error
	}{
		"refused":                {fails(syscall.ECONNREFUSED), syscall.ECONNREFUSED},
		"unknown host":           {fails(&net.DNSError{Err: "no such host", Name: "excel.example.com", IsNotFound: true}), nil},
		"invalid port":           {fails(&net.AddrError{Err: "invalid port", Addr: "99999"}), nil},
		"503":                    {respondStatus(503), spark.ErrUnavailable},
		"login page":             {respond(`<!DOCTYPE html><title>Log in</title>`), spark.ErrUnexpectedResponse},
		"status Error":           {respond(`{"status":"Error","response_data":null,"error":{"message":"IT BROKE"}}`), spark.ErrJobFailed},
		"status Error under 400": {respondBody(400, `{"status":"Error","error":{"message":"IT BROKE"}}`), spark.ErrJobFailed},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			start := time.Now()
			_, err := apiWorld(t, test.handler).job().Wait(t.Context())
			ended := requireJobError(t, err)
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}
			require.Equal(t, 30*time.Second, time.Since(start))
			require.Nil(t, ended.LastStatus)
			require.True(t, ended.Resumable())
			if test.is == spark.ErrJobFailed {
				require.Equal(t, 1, strings.Count(err.Error(), "IT BROKE"), err)
			} else {
				require.ErrorContains(t, err, "no usable response since 00:00:00 UTC: get JSON export status: ")
			}
		}))
	}
}

// After a usable response, an outage is tolerated until its limit.
func TestOutageLimit(t *testing.T) {
	for name, test := range map[string]struct {
		line    string
		options []spark.WaitOption
		is      error
		after   time.Duration
	}{
		"default":               {`HTTP 502`, nil, spark.ErrUnavailable, 5 * time.Minute},
		"unusable":              {`[]`, nil, spark.ErrUnexpectedResponse, 5 * time.Minute},
		"longer":                {`HTTP 502`, []spark.WaitOption{spark.WithOutageLimit(time.Hour)}, spark.ErrUnavailable, time.Hour},
		"shorter":               {`HTTP 502`, []spark.WaitOption{spark.WithOutageLimit(time.Second)}, spark.ErrUnavailable, time.Second},
		"none":                  {`HTTP 502`, []spark.WaitOption{spark.WithOutageLimit(-1), spark.WithWaitLimit(2 * time.Hour)}, spark.ErrWaitLimit, 2 * time.Hour},
		"limited rate":          {`HTTP 429`, []spark.WaitOption{spark.WithWaitLimit(2 * time.Hour)}, spark.ErrWaitLimit, 2 * time.Hour},
		"failed job":            {`null,"error":{"message":"IT BROKE"}`, nil, spark.ErrJobFailed, time.Minute},
		"failed job, unlimited": {`null,"error":{"message":"IT BROKE"}`, []spark.WaitOption{spark.WithOutageLimit(-1)}, spark.ErrJobFailed, time.Minute},
		"100 without a file":    {`{"progress":100}`, nil, spark.ErrJobFailed, time.Minute},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			start := time.Now()
			_, err := jobWorld(t, `{"progress":42}`, test.line).job().Wait(t.Context(), test.options...)
			require.ErrorIs(t, err, test.is)
			ended := requireJobError(t, err)
			require.InDelta(t, test.after, time.Since(start), float64(15*time.Second))
			require.Equal(t, time.Since(start), ended.Elapsed)
			require.Equal(t, test.is != spark.ErrJobFailed, ended.Resumable())
			if test.line != `{"progress":100}` {
				require.ErrorContains(t, err, "last status: 42 %")
			}
		}))
	}
}

// An error that the platform reports for less than a minute may be temporary.
func TestWaitToleratesReportedErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
			switch elapsed := time.Since(start); {
			case elapsed < 10*time.Second, elapsed > 65*time.Second && elapsed < 70*time.Second:
				respondData(`{"progress":10}`)(w, r)
			case elapsed > 90*time.Second && elapsed < 95*time.Second:
				w.WriteHeader(http.StatusServiceUnavailable)
			case elapsed < 150*time.Second:
				respond(`{"status":"Error","response_data":null}`)(w, r)
			default:
				respondData(doneLine)(w, r)
			}
		})
		_, err := w.job().Wait(t.Context(), spark.WithPollInterval(0, time.Second))
		require.NoError(t, err)
	})
}

// An outage and its end are seen by the callback and by the observers.
func TestOutageIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var retries []spark.Event
		var outages []*spark.Outage
		start := time.Now().UTC()
		w := jobWorld(t, `{"progress":42}`, `HTTP 502`, `HTTP 503`, `{"progress":43}`, `HTTP 502`, doneLine)
		client := w.bearer(spark.WithObserver(func(_ context.Context, event spark.Event) {
			if event.Retry {
				retries = append(retries, event)
			}
		}))
		_, err := client.Service("f", "s").Job(spark.FormatJSON, anyCallID).Wait(t.Context(), spark.WithProgress(func(p spark.WaitProgress) {
			outages = append(outages, p.Outage)
			if p.Outage != nil {
				require.Equal(t, p.Outage.Since.Add(5*time.Minute), p.Outage.Until)
			}
		}))
		require.NoError(t, err)
		require.Len(t, outages, 6)
		for i, status := range []int{0, 502, 503, 0, 502, 0} {
			if status == 0 {
				require.Nil(t, outages[i])
				continue
			}
			var failure *spark.APIError
			require.ErrorAs(t, outages[i].Err, &failure)
			require.Equal(t, status, failure.Status)
		}
		require.Equal(t, outages[1].Since, outages[2].Since)
		require.Equal(t, start.Add(250*time.Millisecond).Truncate(time.Second), outages[1].Since.Truncate(time.Second))
		require.Len(t, retries, 3)
		require.Equal(t, 502, retries[0].Status)
		require.Positive(t, retries[0].Wait)
	})
}

// Wherever the wait is interrupted, the failure before it is reported.
func TestInterruptedWaitReportsTheFailureBefore(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done(); panic(r.Context().Err()) }
	limited := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "50")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	ends := map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(20*time.Second, func() { cancel(errShutdown) })
			return ctx, func() { cancel(nil) }
		},
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 20*time.Second)
		},
	}
	for name, test := range map[string]struct {
		handlers []http.HandlerFunc
		is       error
	}{
		"between requests":              {[]http.HandlerFunc{respondStatus(502)}, spark.ErrUnavailable},
		"within a request":              {[]http.HandlerFunc{respondStatus(502), hang}, spark.ErrUnavailable},
		"while Retry-After is honoured": {[]http.HandlerFunc{limited}, spark.ErrRateLimited},
	} {
		for end, limited := range ends {
			t.Run(name+"/"+end, virtual(func(t *testing.T) {
				requests := 0
				w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
					requests++
					test.handlers[min(requests, len(test.handlers))-1](w, r)
				})
				ctx, cancel := limited(t.Context())
				defer cancel()
				start := time.Now()
				_, err := w.job().Wait(ctx)
				require.ErrorIs(t, err, context.Cause(ctx))
				require.ErrorIs(t, err, ctx.Err())
				ended := requireJobError(t, err)
				require.ErrorIs(t, ended.LastError, test.is)
				require.NotErrorIs(t, err, test.is)
				require.LessOrEqual(t, time.Since(start), 20*time.Second)
			}))
		}
	}
}

// A request that hangs in an outage doesn't prolong it.
func TestOutageLimitEndsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		job, err := newService(t, server, spark.WithHTTPClient(server.Client())).StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		server.Fault(sparktest.JobStatus, sparktest.Progress(1))
		server.Fault(sparktest.JobStatus, sparktest.HTML(502))
		server.Fault(sparktest.JobStatus, sparktest.Hang(), sparktest.Always())
		start := time.Now()
		_, err = job.Wait(t.Context(), spark.WithOutageLimit(50*time.Second))
		require.ErrorContains(t, err, "502 Bad Gateway")
		require.ErrorContains(t, err, "no usable response since")
		require.InDelta(t, 50*time.Second, time.Since(start), float64(2*time.Second))
	})
}

// A platform may take some seconds to know a job that it has just started.
func TestWaitToleratesAnUnknownJobAfterItsStart(t *testing.T) {
	for name, missing := range map[string]http.HandlerFunc{
		"404": respondStatus(404), "null": respondData(`null`),
	} {
		t.Run(name, virtual(func(t *testing.T) {
			start, known := time.Now(), 5*time.Second
			w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodPost:
					respondData(`{"job_id":"`+anyCallID+`"}`)(w, r)
				case time.Since(start) < known:
					missing(w, r)
				default:
					respondData(doneLine)(w, r)
				}
			})
			service := w.bearer().Service("f", "s")
			job, err := service.StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
			require.NoError(t, err)
			_, err = job.Wait(t.Context())
			require.NoError(t, err)

			start, known = time.Now(), time.Hour
			_, err = service.Job(spark.FormatJSON, anyCallID).Wait(t.Context())
			require.ErrorIs(t, err, spark.ErrNotFound)
			require.Zero(t, time.Since(start), "another process started it")
			job, err = service.StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
			require.NoError(t, err)
			_, err = job.Wait(t.Context())
			require.ErrorIs(t, err, spark.ErrNotFound)
			require.InDelta(t, 10*time.Second, time.Since(start), float64(3*time.Second))
		}))
	}
}

// Retry-After takes precedence over the limit for the first response.
func TestWaitHonoursRetryAfterBeforeTheFirstResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		start := time.Now()
		w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
			times = append(times, time.Since(start))
			w.Header().Set("Retry-After", "50")
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		var until time.Time
		_, err := w.job().Wait(t.Context(), spark.WithProgress(func(p spark.WaitProgress) {
			if until.IsZero() {
				until = p.Outage.Until
			}
		}))
		require.ErrorIs(t, err, spark.ErrUnavailable)
		require.Equal(t, []time.Duration{0, 50 * time.Second}, times)
		require.False(t, until.Before(time.Now()), "it waits until %s", until)
	})
}
