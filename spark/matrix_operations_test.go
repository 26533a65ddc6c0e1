package spark_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// column is a group of operations that have the same outcomes.
type column string

const (
	reads      column = "fetch"         // one read of the API
	statuses   column = "status"        // a status request
	starts     column = "start export"  // start of a job
	waits      column = "wait"          // status requests until the job is done
	saves      column = "save"          // download to a file or a writer
	guarded    column = "save, guarded" // likewise, from a host that asks for the credential
	tokens     column = "token"         // token for one request
	tokenWaits column = "wait, token"   // token in the middle of a wait
)

var columns = []column{reads, statuses, starts, waits, saves, guarded, tokens, tokenWaits}

// matrixOperation is an operation of the facade, with the request of it that meets a
// fault.
type matrixOperation struct {
	name        string
	step        sparktest.Operation
	column      column
	jobDuration time.Duration
	start       bool // it starts the job before
	server      []sparktest.Option
	client      []spark.Option
	prepare     func(*scene)
	// warm sends requests before the fault; by default the operation runs once. skip
	// is how many requests of the operation itself succeed before the fault.
	warm func(*scene)
	skip int
	do   func(context.Context, *scene) error
	// pickUp resumes after the fault; by default the operation is repeated.
	pickUp func(context.Context, *scene) error
	typed  func(error) bool
}

func (o matrixOperation) String() string { return o.name + " at " + string(o.step) }

func (o matrixOperation) later(s *scene) {
	if o.warm != nil {
		o.warm(s)
		return
	}
	if o.skip == 0 {
		require.NoError(s, o.do(s.Context(), s))
	}
}

func (o matrixOperation) again(ctx context.Context, s *scene) error {
	if o.pickUp != nil {
		return o.pickUp(ctx, s)
	}
	return o.do(ctx, s)
}

// waitLimit ends waits that the fault would make endless.
const waitLimit = 10 * time.Minute

var matrixOperations = []matrixOperation{
	{name: "GetCall", step: sparktest.GetCall, column: reads, do: fetchCall, typed: is[*spark.APIError]},
	{name: "GetCalls", step: sparktest.GetCall, column: reads, do: fetchCalls, typed: is[*spark.CallError]},
	{name: "Search", step: sparktest.Search, column: reads, do: searchAll, typed: is[*spark.APIError]},
	{name: "SaveWorkbook", step: sparktest.Workbook, column: reads, do: saveWorkbook(), typed: is[*spark.DownloadError]},
	{name: "SaveWorkbook (legacy)", step: sparktest.LegacyWorkbook, column: reads, do: saveWorkbook(spark.WithLegacyWorkbook()), typed: is[*spark.DownloadError]},
	{name: "Status", step: sparktest.JobStatus, column: statuses, prepare: finishJob, do: status, typed: isEither[*spark.APIError, *spark.JobError]},
	{name: "StartExport (JSON)", step: sparktest.StartExport, column: starts, do: start(spark.FormatJSON), typed: is[*spark.APIError]},
	{name: "StartExport (CSV)", step: sparktest.StartExport, column: starts, do: start(spark.FormatCSV), typed: is[*spark.APIError]},
	{name: "Export", step: sparktest.StartExport, column: starts, do: export, typed: is[*spark.APIError]},
	{name: "Wait", step: sparktest.JobStatus, column: waits, jobDuration: time.Minute, prepare: startJob, skip: 2, do: wait, pickUp: wait, typed: is[*spark.JobError]},
	{name: "Export", step: sparktest.JobStatus, column: waits, start: true, jobDuration: time.Minute, skip: 2, do: export, pickUp: pickUp, typed: is[*spark.JobError]},
	{name: "Save", step: sparktest.File, column: saves, prepare: finishJob, warm: breakOff, do: saveJob, typed: is[*spark.DownloadError]},
	{name: "Save (guarded)", step: sparktest.File, column: guarded, prepare: finishJob, warm: breakOff, do: saveJob, typed: is[*spark.DownloadError],
		server: []sparktest.Option{sparktest.CredentialFiles()}, client: []spark.Option{spark.WithFileHosts("localhost:8081")}},
	{name: "SaveWorkbook", step: sparktest.File, column: saves, warm: breakOff, do: saveWorkbook(), typed: is[*spark.DownloadError]},
	{name: "Export", step: sparktest.File, column: saves, warm: breakOff, do: export, pickUp: pickUp, typed: is[*spark.DownloadError]},
	{name: "Calls", step: sparktest.File, column: saves, warm: breakOff, do: eachCall, pickUp: pickUp, typed: is[*spark.DownloadError]},
	{name: "Write", step: sparktest.File, column: saves, prepare: finishJob, warm: breakOff, do: writeJob, typed: is[*spark.DownloadError]},
	{name: "WriteWorkbook", step: sparktest.File, column: saves, warm: breakOff, do: writeWorkbook, typed: is[*spark.DownloadError]},
	{name: "GetCall", step: sparktest.Token, column: tokens, warm: expire(fetchCall), do: fetchCall, typed: is[*spark.APIError]},
	{name: "StartExport", step: sparktest.Token, column: tokens, warm: expire(start(spark.FormatJSON)), do: start(spark.FormatJSON), typed: is[*spark.APIError]},
	{name: "SaveWorkbook", step: sparktest.Token, column: tokens, warm: expire(saveWorkbook()), do: saveWorkbook(), typed: is[*spark.DownloadError]},
	{name: "Wait", step: sparktest.Token, column: tokenWaits, jobDuration: 5 * time.Minute, server: []sparktest.Option{sparktest.TokenLifetime(time.Minute)},
		prepare: startJob, skip: 1, do: wait, pickUp: wait, typed: is[*spark.JobError]},
}

func is[E error](err error) bool {
	var typed E
	return errors.As(err, &typed)
}

func isEither[E, F error](err error) bool { return is[E](err) || is[F](err) }

func fetchCall(ctx context.Context, s *scene) error {
	want := s.server.Calls()[0]
	got, err := s.client.GetCall(ctx, want.ID)
	if err == nil {
		require.JSONEq(s, string(want.Record()), string(got.JSON()))
	}
	return err
}

// fetchCalls checks that each of several calls is in its place, or an error.
func fetchCalls(ctx context.Context, s *scene) (failed error) {
	ids := uniqueIDs(s.server)[:4]
	i := 0
	for call, err := range s.client.GetCalls(ctx, ids, spark.WithConcurrency(2)) {
		if ctx.Err() != nil {
			return &spark.CallError{Err: err}
		}
		if err != nil {
			failed = err
		} else {
			require.Equal(s, ids[i], call.ID)
		}
		i++
	}
	require.Len(s, ids, i)
	return failed
}

func searchAll(ctx context.Context, s *scene) error {
	want, got := uniqueIDs(s.server), []string{}
	for call, err := range s.service.Search(ctx, spark.Query{From: time.Unix(0, 0)}, spark.WithOldestFirst()) {
		if err != nil {
			return err
		}
		require.Empty(s, call.Problems())
		got = append(got, call.ID)
	}
	require.Equal(s, want, got)
	return nil
}

func saveWorkbook(opts ...spark.WorkbookOption) func(context.Context, *scene) error {
	return func(ctx context.Context, s *scene) error {
		path := s.path("call.xlsx")
		err := s.service.SaveWorkbook(ctx, s.server.Calls()[0].ID, path, append(opts, spark.WithOverwrite())...)
		if err == nil {
			content, err := os.ReadFile(path)
			require.NoError(s, err)
			completeZIP(s.T, content)
		}
		return err
	}
}

func writeWorkbook(ctx context.Context, s *scene) error {
	var content bytes.Buffer
	err := s.service.WriteWorkbook(ctx, s.server.Calls()[0].ID, &content)
	if err == nil {
		completeZIP(s.T, content.Bytes())
	} else {
		s.requireNothingIn(&content, err)
	}
	return err
}

// requireNothingIn checks that a writer gets the complete file or nothing, and that the
// error promises no part file.
func (s *scene) requireNothingIn(content *bytes.Buffer, err error) {
	s.Helper()
	require.Zero(s, content.Len())
	var broken *spark.DownloadError
	if errors.As(err, &broken) {
		require.Empty(s, broken.Part)
	}
}

func startJob(s *scene) {
	s.starts++
	var err error
	s.job, err = s.service.StartExport(s.Context(), spark.FormatJSON, spark.Filter{})
	require.NoError(s, err)
}

func finishJob(s *scene) {
	startJob(s)
	_, err := s.job.Wait(s.Context())
	require.NoError(s, err)
}

func start(format spark.Format) func(context.Context, *scene) error {
	return func(ctx context.Context, s *scene) error {
		s.starts++
		job, err := s.service.StartExport(ctx, format, spark.Filter{})
		if err == nil {
			jobs := s.server.Jobs()
			require.Equal(s, jobs[len(jobs)-1], job.ID)
		}
		return err
	}
}

func status(ctx context.Context, s *scene) error {
	status, err := s.job.Status(ctx)
	if err == nil {
		require.NotEmpty(s, status.String())
	}
	return err
}

func wait(ctx context.Context, s *scene) error {
	status, err := s.job.Wait(ctx, spark.WithWaitLimit(waitLimit))
	require.Equal(s, err == nil, status.Done)
	return err
}

func saveJob(ctx context.Context, s *scene) error {
	path := s.path("calls.zip")
	if err := s.job.Save(ctx, path, spark.WithOverwrite()); err != nil {
		return err
	}
	archive, err := record.OpenArchive(path)
	require.NoError(s, err)
	s.requireAllCalls(archive)
	return nil
}

func writeJob(ctx context.Context, s *scene) error {
	var content bytes.Buffer
	if err := s.job.Write(ctx, &content); err != nil {
		s.requireNothingIn(&content, err)
		return err
	}
	archive, err := record.NewArchive(bytes.NewReader(content.Bytes()), int64(content.Len()))
	require.NoError(s, err)
	s.requireAllCalls(archive)
	return nil
}

func export(ctx context.Context, s *scene) error {
	s.starts++
	archive, err := s.service.Export(ctx, spark.FormatJSON, spark.Filter{}, spark.WithWaitLimit(waitLimit))
	if err == nil {
		s.requireAllCalls(archive)
	}
	return err
}

// requireAllCalls fails if a call is missing, repeated or changed.
func (s *scene) requireAllCalls(archive *record.Archive) {
	s.Helper()
	var want, got []string
	for _, call := range s.server.Calls() {
		want = append(want, call.ID)
	}
	for call, err := range archive.Calls() {
		require.NoError(s, err)
		require.Empty(s, call.Problems())
		got = append(got, call.ID)
	}
	require.Equal(s, want, got)
	require.NoError(s, archive.Close())
}

func eachCall(ctx context.Context, s *scene) error {
	s.starts++
	n := 0
	for _, err := range s.service.Calls(ctx, spark.Filter{}, spark.WithWaitLimit(waitLimit)) {
		if err != nil {
			return err
		}
		n++
	}
	require.Len(s, s.server.Calls(), n)
	return nil
}

// pickUp continues with the job that the platform has.
func pickUp(ctx context.Context, s *scene) error {
	jobs := s.server.Jobs()
	s.job = s.service.Job(spark.FormatJSON, jobs[len(jobs)-1])
	return saveJob(ctx, s)
}

// breakOff makes the file's first request end in its middle.
func breakOff(s *scene) { s.server.Fault(sparktest.File, sparktest.ResetAfter(1000)) }

// expire does something once, which fetches a token, and lets that token expire.
func expire(do func(context.Context, *scene) error) func(*scene) {
	return func(s *scene) {
		require.NoError(s, do(s.Context(), s))
		s.server.ExpireTokens()
	}
}

var stackBuffer = make([]byte, 1<<20)

// goroutinesOfTheLibrary returns the goroutines that package spark started.
func goroutinesOfTheLibrary() string {
	stacks := stackBuffer[:runtime.Stack(stackBuffer, true)]
	var found []string
	for goroutine := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(goroutine, "runtime.goexit1") {
			continue // it has returned
		}
		_, creator, _ := strings.Cut(goroutine, "created by github.com/sparkgo/spark-go/spark")
		if creator != "" && (creator[0] == '.' || strings.HasPrefix(creator, "/internal")) {
			found = append(found, goroutine)
		}
	}
	return strings.Join(found, "\n\n")
}
