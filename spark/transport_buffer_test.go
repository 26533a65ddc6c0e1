package spark_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// The limit is for the decompressed response.
func TestResponsesHaveALimit(t *testing.T) {
	body := `{"response_data":"` + strings.Repeat("x", 2000) + `"}`
	for _, handler := range []http.HandlerFunc{respond(body), gzips(t, body)} {
		w := apiWorld(t, handler)
		err := getCall(t.Context(), w.bearer(spark.WithMaxResponseSize(1000)))
		require.ErrorContains(t, err, "larger than allowed")
		require.ErrorContains(t, err, "1000")
		require.ErrorContains(t, err, "WithMaxResponseSize")
		require.Len(t, w.requests(apiOrigin), 1)
	}
}
