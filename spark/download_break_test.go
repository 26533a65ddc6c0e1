package spark_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// Wherever a file breaks off, what is saved in the end is the file.
func TestDownloadGetsOverBreaksAnywhere(t *testing.T) {
	for name, breakOff := range map[string]func(int) sparktest.FaultPart{
		"reset": sparktest.ResetAfter, "end": sparktest.Truncate, "stall": sparktest.Stall,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				var whole bytes.Buffer
				require.NoError(t, job.WriteTo(t.Context(), &whole))
				folder, size := t.TempDir(), whole.Len()
				points := []int{1, 2, 3, size/2 - 1, size / 2, size - 2, size - 1}
				for n := 100; n < size; n += 997 {
					points = append(points, n)
				}
				for _, n := range points {
					server.Fault(sparktest.File, breakOff(n))
					path := filepath.Join(folder, fmt.Sprint(n))
					require.NoError(t, job.Save(t.Context(), path))
					saved, err := os.ReadFile(path)
					require.NoError(t, err)
					require.Equal(t, whole.Bytes(), saved)

					server.Fault(sparktest.File, breakOff(n))
					before := len(server.Requests(sparktest.File))
					var written bytes.Buffer
					require.NoError(t, job.WriteTo(t.Context(), &written))
					require.Equal(t, whole.Bytes(), written.Bytes())
					resumed := server.Requests(sparktest.File)[before+1]
					require.Equal(t, fmt.Sprintf("bytes=%d-", n), resumed.Header.Get("Range"))
				}
			})
		})
	}
}

// The contents of this ZIP can't be checked while they arrive: nothing before them
// tells how long they are.
func TestSaveNoticesDamageThatOnlyTheDirectoryShows(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.ChangeFiles() // stored, with sizes behind
		folder := t.TempDir()
		server.Fault(sparktest.File, sparktest.Corrupt())
		require.NoError(t, job.Save(t.Context(), filepath.Join(folder, "calls.zip")))
		saved, err := os.ReadFile(filepath.Join(folder, "calls.zip"))
		require.NoError(t, err)
		wholeZIP(t, saved)

		server.Fault(sparktest.File, sparktest.Corrupt(), sparktest.Always())
		require.ErrorIs(t, job.Save(t.Context(), filepath.Join(folder, "again.zip")), spark.ErrCorrupt)
		holdsOnly(t, folder, "calls.zip")
	})
}

// Where ranges are ignored, what a writer has is compared with what comes again;
// a connection that breaks meanwhile is no reason to give up either.
func TestWriteGetsOverBreaksWhileItComesAgain(t *testing.T) {
	for name, again := range map[string]sparktest.FaultPart{
		"reset": sparktest.ResetAfter(500), "end": sparktest.Truncate(500), "stall": sparktest.Stall(500),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				var whole, written bytes.Buffer
				require.NoError(t, job.WriteTo(t.Context(), &whole))
				server.Fault(sparktest.File, sparktest.ResetAfter(1000))
				server.Fault(sparktest.File, sparktest.NoRanges(), again, sparktest.Times(2))
				require.NoError(t, job.WriteTo(t.Context(), &written))
				require.Equal(t, whole.Bytes(), written.Bytes())

				server.Fault(sparktest.File, sparktest.ResetAfter(1000))
				server.Fault(sparktest.File, sparktest.NoRanges(), again, sparktest.Always())
				err := job.WriteTo(t.Context(), io.Discard)
				var failure *spark.APIError
				require.ErrorAs(t, err, &failure)
				require.True(t, failure.Transient())
			})
		})
	}
}

// A web page in the middle is another file, and says nothing of the length of ours.
func TestWriteNoticesAWebPageInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.ResetAfter(1000))
		server.Fault(sparktest.File, sparktest.HTML(200))
		var written bytes.Buffer
		err := job.WriteTo(t.Context(), &written)
		require.ErrorContains(t, err, "the file changed on the platform")
		var failed *spark.DownloadError
		require.ErrorAs(t, err, &failed)
		require.EqualValues(t, 1000, failed.Bytes)
		require.Greater(t, failed.Total, failed.Bytes)
		require.Equal(t, 1000, written.Len())
	})
}

func TestDownloadThatCannotGoOnBeforeTheDeadlineFailsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.Status(429), sparktest.RetryAfter(40*time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		err := job.WriteTo(ctx, io.Discard)
		require.Less(t, time.Since(start), time.Second)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, spark.ErrRateLimited)
		require.NotContains(t, err.Error(), "\n")
	})
}
