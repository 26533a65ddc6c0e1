package spark_test

import (
	"archive/zip"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// What has been downloaded is removed with the temporary file. The job is still there.
func TestExportErrorNamesTheJobAndNoPartFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		service := newService(t, server)
		server.Fault(sparktest.File, sparktest.Truncate(1000))
		server.Fault(sparktest.File, sparktest.Status(400))
		_, err := service.Export(t.Context(), spark.FormatJSON, spark.Filter{})
		broken := errorAs[*spark.DownloadError](t, err)
		require.EqualValues(t, 1000, broken.Bytes)
		require.Empty(t, broken.Part)
		require.NotContains(t, err.Error(), temporary)
		require.NotContains(t, err.Error(), ".part")
		failed := errorAs[*spark.JobError](t, err)
		require.Equal(t, server.Jobs(), []string{failed.Job.ID})
		require.ErrorContains(t, err, failed.Job.ID)
		require.NoError(t, failed.Job.Save(t.Context(), filepath.Join(t.TempDir(), "calls.zip")))
	})
	requireOnly(t, temporary)
}

func TestOptionsOfCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		var last spark.DownloadProgress
		progress := spark.WithDownloadProgress(func(p spark.DownloadProgress) { last = p })
		limits := spark.WithArchiveLimits(record.Limits{Record: 100})
		for call, err := range newService(t, server).Calls(t.Context(), spark.Filter{}, limits, progress) {
			require.Nil(t, call)
			require.ErrorContains(t, err, "the record is larger than 100 bytes")
		}
		require.Positive(t, last.Bytes)
		require.Equal(t, last.Total, last.Bytes)
	})
}

// A job isn't started if its file couldn't be stored.
func TestExportWithoutATemporaryDirectoryStartsNoJob(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		_, err := newService(t, server).Export(t.Context(), spark.FormatJSON, spark.Filter{})
		require.ErrorContains(t, err, "make a temporary file")
		require.Empty(t, server.Jobs())
	})
}

func TestServiceCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		service := newService(t, server)
		t.Setenv("TMPDIR", t.TempDir())
		var got []string
		for call, err := range service.Calls(t.Context(), spark.Filter{HasErrors: spark.Yes}) {
			require.NoError(t, err)
			require.NotEmpty(t, call.Errors)
			got = append(got, call.ID)
		}
		require.NotEmpty(t, got)
		for range service.Calls(t.Context(), spark.Filter{}) {
			break
		}
		requireOnly(t, os.TempDir())
	})
}

// An archive without calls is downloaded and read like any other.
func TestExportThatMatchesNothing(t *testing.T) {
	for name, files := range map[string][]samples.File{"no entry": {}, "an empty file": {{"export", ""}}, "a list": {{"a.json", "[]"}}, "a header": {{"a.csv", samples.CSVHeader}}} {
		t.Run(name, func(t *testing.T) {
			data := samples.ZIP(t, zip.Deflate, files...)
			w := apiWorld(t, respondData(`{"job_id":"`+anyCallID+`","progress":100,"download_url":"`+fileOrigin+`/file.zip"}`))
			w.handlers[fileOrigin] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) }
			for call, err := range w.bearer().Service("f", "s").Calls(t.Context(), spark.Filter{}) {
				require.Fail(t, "nothing is in it", "%v %v", call, err)
			}
		})
	}
}
