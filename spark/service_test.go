package spark_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestServiceNamesAreRefusedBeforeSending(t *testing.T) {
	w := newWorld(t, nil)
	client := w.bearer()
	for _, name := range []string{"", " ", ".", ".."} {
		for _, service := range []*spark.Service{client.Service(name, "s"), client.Service("f", name)} {
			_, err := service.StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			_, err = service.Job(spark.FormatJSON, anyCallID).Status(t.Context())
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), anyCallID, io.Discard), spark.ErrInvalidArgument)
		}
	}
	service := client.Service("f", "s")
	for _, id := range []string{"", "x", ".."} {
		_, err := service.Job(spark.FormatJSON, id).Wait(t.Context())
		require.ErrorIs(t, err, spark.ErrInvalidArgument)
		require.ErrorIs(t, service.SaveWorkbook(t.Context(), id, t.TempDir()+"/x.xlsx"), spark.ErrInvalidArgument)
	}
	_, err := service.Job("xml", anyCallID).Wait(t.Context())
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	_, err = spark.Job{ID: anyCallID, Format: spark.FormatJSON, Folder: "f", Service: "s"}.Status(t.Context())
	require.ErrorContains(t, err, "no client yet; pass it to Client.ResumeJob")
	require.Empty(t, w.received)
}

func TestNamesMayContainAnyCharacters(t *testing.T) {
	for _, name := range []string{"A/B", "50%41", "a#b?c", "a&b=c+d", "a b", "ünïcödé 保険", "..a", "a..", "%2e%2e", `a\b`, "a;b:c@d"} {
		w := apiWorld(t, respondData(`{"progress":3}`))
		status, err := w.bearer().Service(name, name).Job(spark.FormatCSV, anyCallID).Status(t.Context())
		require.NoError(t, err)
		require.Equal(t, 3.0, status.Progress)
		mux := http.NewServeMux()
		arrived := false
		mux.HandleFunc("GET /t/api/v3/folders/{folder}/services/{service}/log/downloadcsv/status/{job}", func(_ http.ResponseWriter, r *http.Request) {
			arrived = true
			require.Equal(t, name, r.PathValue("folder"))
			require.Equal(t, name, r.PathValue("service"))
		})
		request := w.requests(apiOrigin)[0]
		request.RequestURI = request.URL.RequestURI()
		mux.ServeHTTP(nil, request)
		require.True(t, arrived, name)
	}
}
