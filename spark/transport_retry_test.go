package spark_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// operationsToTry are all operations in their simplest form.
var operationsToTry = map[string]func(context.Context, *spark.Client) error{
	"get call":          getCall,
	"download as Excel": writeWorkbookOf,
	"download as Excel (legacy)": func(ctx context.Context, c *spark.Client) error {
		return c.Service("f", "s").WriteWorkbook(ctx, anyCallID, io.Discard, spark.WithLegacyWorkbook())
	},
	"get JSON export status": func(ctx context.Context, c *spark.Client) error {
		_, err := c.Service("f", "s").Job(spark.FormatJSON, anyCallID).Status(ctx)
		return err
	},
	"get CSV export status": func(ctx context.Context, c *spark.Client) error {
		_, err := c.Service("f", "s").Job(spark.FormatCSV, anyCallID).Status(ctx)
		return err
	},
	"start JSON export": func(ctx context.Context, c *spark.Client) error {
		_, err := c.Service("f", "s").StartExport(ctx, spark.FormatJSON, spark.Filter{})
		return err
	},
	"start CSV export": func(ctx context.Context, c *spark.Client) error {
		_, err := c.Service("f", "s").StartExport(ctx, spark.FormatCSV, spark.Filter{})
		return err
	},
}

func TestRetryByOperation(t *testing.T) {
	broken := func(w http.ResponseWriter, _ *http.Request) { panic(syscall.ECONNRESET) }
	refused := func(w http.ResponseWriter, _ *http.Request) { panic(syscall.ECONNREFUSED) }
	for fault, test := range map[string]struct {
		handler       http.HandlerFunc
		reads, starts bool // whether they are repeated
	}{
		"408":                  {respondStatus(408), true, false},
		"429":                  {respondStatus(429), true, true},
		"500":                  {respondStatus(500), true, false},
		"502":                  {respondStatus(502), true, false},
		"503":                  {respondStatus(503), true, false},
		"503 with Retry-After": {respondStatus(503, "Retry-After", "1"), true, true},
		"503 with nonsense":    {respondStatus(503, "Retry-After", "soon"), true, false},
		"504":                  {respondStatus(504), true, false},
		"400":                  {respondStatus(400), false, false},
		"401":                  {respondStatus(401), false, false},
		"403":                  {respondStatus(403), false, false},
		"404":                  {respondStatus(404), false, false},
		"501":                  {respondStatus(501), false, false},
		"connection reset":     {broken, true, false},
		"connection refused":   {refused, true, true},
	} {
		for name, try := range operationsToTry {
			t.Run(name+" "+fault, virtual(func(t *testing.T) {
				w := apiWorld(t, test.handler)
				var reasons []string
				client := w.bearer(spark.WithObserver(func(_ context.Context, event spark.Event) {
					if event.NotRetried != "" {
						reasons = append(reasons, event.NotRetried)
					}
				}))
				err := try(t.Context(), client)
				require.Error(t, err)
				failure := errorAs[*spark.APIError](t, err)
				again := test.reads
				if strings.HasPrefix(name, "start") {
					again = test.starts
				}
				want := 1
				if again {
					want = 4
				}
				require.Len(t, w.requests(apiOrigin), want)
				require.Equal(t, want, failure.Attempts)
				require.Equal(t, name, failure.Operation)
				require.NotEmpty(t, failure.RequestID)
				require.NotContains(t, err.Error(), "\n")
				unsafe := !again && test.reads
				require.Equal(t, unsafe, failure.NotRetried != "", failure.NotRetried)
				require.Equal(t, unsafe, len(reasons) == 1)
			}))
		}
	}
}

func TestRetriedRequestSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		w := apiWorld(t, func(out http.ResponseWriter, r *http.Request) {
			if tries++; tries < 3 {
				out.WriteHeader(http.StatusBadGateway)
				return
			}
			respond(recordResponse)(out, r)
		})
		var events []spark.Event
		client := w.bearer(spark.WithObserver(func(_ context.Context, e spark.Event) { events = append(events, e) }))
		require.NoError(t, getCall(t.Context(), client))
		require.Len(t, events, 5) // three requests, and two events that another one follows
		ids := map[string]bool{}
		for i, event := range events {
			require.Equal(t, "get call", event.Operation)
			require.Equal(t, i%2 == 1, event.Retry)
			require.Equal(t, i/2+1, event.Attempt)
			ids[event.RequestID] = true
		}
		require.Len(t, ids, 3)
	})
}

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"7":                             7 * time.Second,
		"0":                             0,
		"600":                           time.Minute,
		"99999999999999999999":          time.Minute,
		"Sat, 01 Jan 2000 00:00:09 GMT": 9 * time.Second, // time in a bubble begins at midnight
		"Fri, 31 Dec 1999 23:00:00 GMT": 0,
		"Sat, 01 Jan 2050 00:00:00 GMT": time.Minute,
	} {
		t.Run(value, virtual(func(t *testing.T) {
			var times []time.Time
			w := apiWorld(t, func(out http.ResponseWriter, r *http.Request) {
				if times = append(times, time.Now()); len(times) == 1 {
					out.Header().Set("Retry-After", value)
					out.WriteHeader(http.StatusTooManyRequests)
					return
				}
				respond(recordResponse)(out, r)
			})
			require.NoError(t, getCall(t.Context(), w.bearer()))
			require.Equal(t, want, times[1].Sub(times[0]))
		}))
	}
}

func TestRetryBeyondTheDeadlineFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := apiWorld(t, func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Retry-After", "30")
			out.Header().Set("Content-Type", "application/json")
			out.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(out, `{"status":"Error","error":{"message":"MAINTENANCE"}}`)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		err := getCall(ctx, w.bearer())
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, err, spark.ErrUnavailable)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "MAINTENANCE")
		require.ErrorContains(t, err, "not retried: the wait of 30s would outlast the context's deadline")
	})
}

func TestRetryDelaysAreRandomBelowADoublingBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := spark.RetryPolicy{MaxAttempts: 6, BaseDelay: time.Second, MaxDelay: 5 * time.Second}
		longest := make([]time.Duration, 5)
		for range 200 {
			var times []time.Time
			w := apiWorld(t, func(out http.ResponseWriter, r *http.Request) {
				times = append(times, time.Now())
				out.WriteHeader(http.StatusBadGateway)
			})
			err := getCall(t.Context(), w.bearer(spark.WithRetry(policy)))
			require.ErrorIs(t, err, spark.ErrUnavailable)
			require.Len(t, times, 6)
			for i := range longest {
				longest[i] = max(longest[i], times[i+1].Sub(times[i]))
			}
		}
		for i, bound := range []time.Duration{1, 2, 4, 5, 5} {
			require.LessOrEqual(t, longest[i], bound*time.Second)
			require.Greater(t, longest[i], bound*time.Second*8/10)
		}
	})
}

// What the network calls a timeout is not the caller's deadline.
func TestNetworkTimeoutsAreRetried(t *testing.T) {
	for name, failure := range map[string]error{
		"dial":          &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded},
		"header":        timeout{},
		"client":        context.DeadlineExceeded,
		"client, ended": context.Canceled,
	} {
		t.Run(name, virtual(func(t *testing.T) {
			tries := 0
			transport := roundTrip(func(request *http.Request) (*http.Response, error) {
				if tries++; tries < 3 {
					return nil, failure
				}
				body := io.NopCloser(strings.NewReader(recordResponse))
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: request}, nil
			})
			client, err := spark.NewClient(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			require.NoError(t, getCall(t.Context(), client))
			require.Equal(t, 3, tries)
		}))
	}
}

// timeout is the error of net/http for a late header: it matches DeadlineExceeded.
type timeout struct{}

func (timeout) Error() string { return "net/http: timeout awaiting response headers" }

func (timeout) Timeout() bool { return true }

func (timeout) Temporary() bool { return true }

func (timeout) Is(target error) bool { return target == context.DeadlineExceeded }

// Nothing is sent to a server without TLS, so the error doesn't say that the platform may
// have acted.
func TestTLSToAPortWithoutTLS(t *testing.T) {
	for name, reply := range map[string]string{"HTTP": "HTTP/1.1 400 Bad Request\r\n\r\n", "other": "220 mail.example.com ESMTP\r\n"} {
		t.Run(name, func(t *testing.T) {
			address := listen(t, func(connection net.Conn) { _, _ = io.WriteString(connection, reply) })
			client, err := spark.NewClient("https://"+address+"/t", spark.BearerToken(hidden))
			require.NoError(t, err)
			_, err = client.Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
			require.ErrorContains(t, err, "use http:// in the base URL")
			require.NotContains(t, err.Error(), "not retried")
			failure := errorAs[*spark.APIError](t, err)
			require.False(t, failure.Transient())
			require.Equal(t, 1, failure.Attempts)
		})
	}
}

// A start is repeated where the TLS handshake failed: nothing was sent.
func TestStartIsRepeatedAfterABrokenHandshake(t *testing.T) {
	connections := make(chan struct{}, 10)
	address := listen(t, func(net.Conn) { connections <- struct{}{} })
	client, err := spark.NewClient("https://"+address+"/t", spark.BearerToken(hidden), spark.WithRetry(spark.RetryPolicy{BaseDelay: 1, MaxDelay: 1}))
	require.NoError(t, err)
	_, err = client.Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "not retried")
	require.Len(t, connections, 4)
}

// listen serves each connection, closes it, and returns its address.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			serve(connection)
			_ = connection.Close()
		}
	})
	t.Cleanup(func() { _ = listener.Close(); serving.Wait() })
	return listener.Addr().String()
}
