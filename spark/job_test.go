package spark_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestJobFromStartToEnd(t *testing.T) {
	for _, format := range []spark.Format{spark.FormatJSON, spark.FormatCSV} {
		t.Run(string(format), virtual(func(t *testing.T) {
			server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(10*time.Minute))
			service := newService(t, server)
			job, err := service.StartExport(t.Context(), format, spark.Filter{})
			require.NoError(t, err)
			status, err := job.Status(t.Context())
			require.NoError(t, err)
			require.False(t, status.Done)
			start := time.Now()
			var seen []spark.WaitProgress
			status, err = job.Wait(t.Context(), spark.WithProgress(func(p spark.WaitProgress) { seen = append(seen, p) }))
			require.NoError(t, err)
			require.True(t, status.Done)
			require.InDelta(t, 10*time.Minute, time.Since(start), float64(time.Minute))
			require.Less(t, len(seen), 45)
			for i, progress := range seen {
				require.Equal(t, i+1, progress.Polls)
			}
			middle, last := seen[len(seen)/2], seen[len(seen)-1]
			remaining, ok := middle.Remaining()
			require.True(t, ok)
			require.InDelta(t, 10*time.Minute, middle.Elapsed+remaining, float64(5*time.Minute))
			require.Equal(t, 1.0, last.Fraction)
			remaining, ok = last.Remaining()
			require.True(t, ok)
			require.Zero(t, remaining)
			_, ok = spark.WaitProgress{}.Remaining()
			require.False(t, ok)
		}))
	}
}

func TestJobIsResumedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		started, err := newService(t, server).StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		handle, err := json.Marshal(started)
		require.NoError(t, err)
		require.JSONEq(t, fmt.Sprintf(`{"id":%q,"format":"json","folder":%q,"service":%q}`, started.ID, server.Folder, server.Service), string(handle))

		var read spark.Job
		require.NoError(t, json.Unmarshal(handle, &read))
		_, err = read.Status(t.Context())
		require.ErrorIs(t, err, spark.ErrInvalidArgument, "it has no client yet")
		job := newClient(t, server).ResumeJob(read)
		status, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.True(t, status.Done)
	})
}

func TestStartExportNeedsAJobID(t *testing.T) {
	for _, data := range []string{`{}`, `null`, `{"job_id":null}`, `{"job_id":""}`, `{"job_id":"7"}`, `[]`, `"text"`} {
		w := apiWorld(t, respondData(data))
		_, err := w.bearer().Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.ErrorIs(t, err, spark.ErrUnexpectedResponse, data)
		require.Len(t, w.requests(apiOrigin), 1)
	}
}
