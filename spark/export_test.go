package spark_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// What has arrived goes with the temporary folder, so the error must not name
// it. The job is still there.
func TestExportThatBreaksOffPromisesNoPartFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		service := newService(t, server)
		server.Fault(sparktest.File, sparktest.Truncate(1000))
		server.Fault(sparktest.File, sparktest.Status(400))
		_, err := service.Export(t.Context(), spark.JSON, spark.Filter{})
		var broken *spark.DownloadError
		require.ErrorAs(t, err, &broken)
		require.EqualValues(t, 1000, broken.Bytes)
		require.Empty(t, broken.Part)
		require.NotContains(t, err.Error(), temporary)
		require.ErrorContains(t, err, server.Jobs()[0])
		require.NoError(t, service.Job(spark.JSON, server.Jobs()[0]).Save(t.Context(), filepath.Join(t.TempDir(), "calls.zip")))
	})
	holdsOnly(t, temporary)
}

func TestExportTellsHowFarItsTransferIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		var last spark.Transfer
		archive, err := newService(t, server).Export(t.Context(), spark.CSV, spark.Filter{}, spark.OnTransfer(func(p spark.Transfer) { last = p }))
		require.NoError(t, err)
		defer archive.Close()
		require.Positive(t, last.Bytes)
		require.Equal(t, last.Total, last.Bytes)
		require.Equal(t, "premium_csv.zip", last.Name)
	})
}

// A job that nobody can fetch isn't started.
func TestExportWithoutATemporaryFolderStartsNoJob(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		_, err := newService(t, server).Export(t.Context(), spark.JSON, spark.Filter{})
		require.ErrorContains(t, err, "temporary folder")
		require.Empty(t, server.Jobs())
	})
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
