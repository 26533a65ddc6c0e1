package spark_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// The fault matrix: what each operation makes of each fault, at each point in time, with
// each kind of credential. matrix_faults_test.go has the faults and the expected
// outcomes, matrix_operations_test.go the operations. sparktest/README.md, made by
// matrix_readme_test.go, says what each case must satisfy.

// point is when a fault happens.
type point string

const (
	once   point = "once"  // to the first request
	later  point = "later" // to a request after some that went well
	always point = "always"
)

var points = []point{once, later, always}

// matrixCase is one case of the matrix.
type matrixCase struct {
	fault      matrixFault
	operation  matrixOperation
	credential string
	point      point
	want       string
}

func (c matrixCase) String() string {
	return fmt.Sprintf("%s/%s/%s/%s", c.operation, c.fault.name, c.point, c.credential)
}

// matrixCases returns all cases that make sense. If the kind of credential makes no
// difference, the kinds take turns.
func matrixCases() []matrixCase {
	var cases []matrixCase
	for i, fault := range matrixFaults {
		for j, operation := range matrixOperations {
			credentials := fault.credentials
			switch {
			case operation.step == sparktest.Token:
				credentials = refreshable[:1]
			case credentials == nil:
				credentials = allKinds[(i+j)%len(allKinds):][:1]
			}
			for _, credential := range credentials {
				cases = append(cases, casesOf(matrixCase{fault: fault, operation: operation, credential: credential})...)
			}
		}
	}
	return cases
}

func casesOf(c matrixCase) (cases []matrixCase) {
	if c.fault.refuse && c.operation.start {
		return nil // the start of the job would be refused already
	}
	outcomes := strings.Fields(c.fault.of(c.operation.column))
	for i, at := range points {
		if len(outcomes) == 0 {
			break
		}
		c.point, c.want = at, outcomes[min(i, len(outcomes)-1)]
		if c.want != "-" {
			cases = append(cases, c)
		}
	}
	return cases
}

// The kinds of credentials. Refreshable ones are refreshed after a 401.
var (
	fixed       = []string{"API key", "bearer token"}
	refreshable = []string{"client credentials", "token function"}
	allKinds    = slices.Concat(fixed, refreshable)
)

func TestFaultMatrix(t *testing.T) {
	temporary := inMemory(t)
	t.Setenv("TMPDIR", temporary)
	cases := matrixCases()
	t.Logf("%d cases", len(cases))
	for i, c := range cases {
		if testing.Short() && i%5 != 0 {
			continue // make check plays all
		}
		t.Run(c.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.run(t) })
			requireOnly(t, temporary)
		})
	}
}

// inMemory returns a directory in memory if there is one, because syncing files on a disk
// thousands of times is slow.
func inMemory(t *testing.T) string {
	const memory = "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		return t.TempDir()
	}
	directory, err := os.MkdirTemp(memory, "spark-matrix-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(directory)) })
	return directory
}

func (c matrixCase) run(t *testing.T) {
	s := newScene(t, c)
	if c.operation.prepare != nil {
		c.operation.prepare(s)
	}
	if c.point == later {
		c.operation.later(s)
	}
	lift := c.fault.script(s, c.operation.step, c.point, c.operation.skip)
	ctx, cancel := c.fault.limited(t.Context())
	defer cancel()
	start := time.Now()
	err := c.operation.do(ctx, s)
	c.check(t, err)
	if c.fault.atOnce {
		require.Less(t, time.Since(start), c.fault.limit)
		require.ErrorIs(t, err, spark.ErrRateLimited)
	}
	if err != nil {
		s.checkError(err)
	}
	s.checkNothingLeft()

	lift()
	time.Sleep(time.Minute) // virtual: a rejected credential isn't tried again for a while
	s.parts = nil
	require.NoError(t, c.operation.again(t.Context(), s), "after the fault")
	s.checkNothingLeft()
	s.checkRequests()
}

// check compares the outcome with what is expected.
func (c matrixCase) check(t *testing.T, err error) {
	if c.want == "ok" {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	var job *spark.JobError
	if errors.As(err, &job) && job.LastError != nil {
		err = errors.Join(err, job.LastError) // not in its chain
	}
	switch c.want {
	case "connection":
		require.Zero(t, errorAs[*spark.APIError](t, err).Status)
		require.NotContains(t, err.Error(), "redirect not followed")
	case "redirect":
		require.ErrorContains(t, err, "redirect not followed")
	case "noranges":
		require.ErrorContains(t, err, "partial responses don't fit the file")
	default:
		require.Contains(t, matrixSentinels, c.want)
		require.ErrorIs(t, err, matrixSentinels[c.want])
	}
	if c.fault.inRequest && c.operation.step != sparktest.Token {
		require.ErrorIs(t, err, errShutdown)
	}
	if c.fault.limit == 0 && c.want != "WaitLimit" {
		require.NotErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
	}
	require.True(t, c.operation.typed(err), "%T: %v", err, err)
}

var matrixSentinels = map[string]error{
	"BadRequest": spark.ErrBadRequest, "Unauthorized": spark.ErrUnauthorized, "Forbidden": spark.ErrForbidden,
	"NotFound": spark.ErrNotFound, "Conflict": spark.ErrConflict, "RateLimited": spark.ErrRateLimited,
	"Unavailable": spark.ErrUnavailable, "UnexpectedResponse": spark.ErrUnexpectedResponse,
	"JobFailed": spark.ErrJobFailed, "WaitLimit": spark.ErrWaitLimit, "Corrupt": record.ErrCorrupt,
	"Canceled": context.Canceled, "DeadlineExceeded": context.DeadlineExceeded,
}

// scene is what one case plays in.
type scene struct {
	*testing.T
	server    *sparktest.Server
	transport *bodyCounter
	service   *spark.Service
	client    *spark.Client
	directory string
	job       spark.Job // done already
	starts    int       // exports asked for
	files     []string  // that may be there
	parts     []string  // that an error promised
}

func newScene(t *testing.T, c matrixCase) *scene {
	options := []sparktest.Option{
		sparktest.InMemory(), sparktest.JobDuration(c.operation.jobDuration), sparktest.TokenLifetime(30 * time.Minute),
		sparktest.RecordsPerFile(5), sparktest.Service("motor", "premium", sparktest.Generate(sparktest.History{Calls: 12})...),
	}
	server := sparktest.NewServer(t, append(options, c.operation.server...)...)
	s := &scene{T: t, server: server, transport: &bodyCounter{Transport: server.Transport()}, directory: inMemory(t)}
	client, err := spark.NewClient(server.BaseURL, matrixCredentials[c.credential](server),
		append([]spark.Option{spark.WithHTTPClient(&http.Client{Transport: s.transport})}, c.operation.client...)...)
	require.NoError(t, err)
	s.client = client
	s.service = client.Service(server.Folder, server.Service)
	return s
}

var matrixCredentials = map[string]func(*sparktest.Server) spark.Auth{
	"bearer token":       func(s *sparktest.Server) spark.Auth { return spark.BearerToken(s.BearerToken) },
	"API key":            func(s *sparktest.Server) spark.Auth { return spark.APIKey(s.APIKey) },
	"client credentials": func(s *sparktest.Server) spark.Auth { return spark.ClientCredentials(s.ClientID, s.ClientSecret) },
	"token function": func(s *sparktest.Server) spark.Auth {
		return spark.TokenFunc(func(context.Context) (string, error) { return s.BearerToken, nil })
	},
}

// checkError checks what an error says, and notes the files that it promises.
func (s *scene) checkError(err error) {
	s.Helper()
	require.NotContains(s, err.Error(), "\n")
	for _, secret := range secretsOf(s.server) {
		require.NotContains(s, err.Error(), secret)
	}
	var broken *spark.DownloadError
	if errors.As(err, &broken) && broken.Part != "" {
		s.parts = []string{broken.Part, broken.Part + ".json"}
		require.FileExists(s, broken.Part)
		require.Contains(s, err.Error(), broken.Part)
	}
	jobs := s.server.Jobs()
	if s.starts == 0 || len(jobs) == 0 {
		return
	}
	var failed *spark.JobError
	if errors.As(err, &failed) {
		require.Equal(s, jobs[len(jobs)-1], failed.Job.ID)
	}
}

// checkNothingLeft checks that no job, body, goroutine or file is left behind.
func (s *scene) checkNothingLeft() {
	s.Helper()
	require.LessOrEqual(s, len(s.server.Jobs()), s.starts, "export jobs")
	synctest.Wait()
	require.Zero(s, s.transport.open.Load(), "open bodies")
	require.Empty(s, goroutinesOfTheLibrary())
	entries, err := os.ReadDir(s.directory)
	require.NoError(s, err)
	for _, entry := range entries {
		require.Contains(s, append(s.files, s.parts...), s.directory+"/"+entry.Name())
	}
}

// checkRequests checks that no credential was sent to another host.
func (s *scene) checkRequests() {
	s.Helper()
	elsewhere := strings.TrimPrefix(s.server.ElsewhereURL, "http://")
	for _, request := range s.server.Requests() {
		if request.Host == elsewhere {
			require.Empty(s, request.Header.Get("Authorization"))
			require.Empty(s, request.Header.Get("x-synthetic-key"))
		}
	}
}

// path returns the path of a file that may exist from now on.
func (s *scene) path(name string) string {
	path := s.directory + "/" + name
	s.files = append(s.files, path)
	return path
}

// bodyCounter counts responses whose bodies nobody has closed.
type bodyCounter struct {
	*http.Transport
	open atomic.Int64
}

func (b *bodyCounter) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.Transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	b.open.Add(1)
	response.Body = &countedBody{ReadCloser: response.Body, open: &b.open}
	return response, nil
}

type countedBody struct {
	io.ReadCloser
	open   *atomic.Int64
	closed atomic.Bool
}

func (b *countedBody) Close() error {
	if !b.closed.Swap(true) {
		b.open.Add(-1)
	}
	return b.ReadCloser.Close()
}
