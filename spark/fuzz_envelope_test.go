package spark_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// Whatever the response is, each operation returns what it promises, or an error that
// can be shown to anyone.
func FuzzEnvelope(f *testing.F) {
	const downloadURL = `"https://entitystore.uat.us.coherent.global/docstore/tokens/abc/file.zip"`
	for _, seed := range []struct {
		status int
		body   string
	}{
		{200, recordResponse},
		{200, `{"status":null,"response_data":{"job_id":"` + anyCallID + `"},"response_meta":null,"error":null}`},
		{200, `{"status":null,"response_data":{"progress":100,"download_url":` + downloadURL + `}}`},
		{200, `{"status":null,"response_data":{"progress":"45 %","download_url":null}}`},
		{200, `{"status":"Error","error":{"error_category":"access_error","error_type":"error.UNAUTHORIZED","message":"INVALID_TOKEN","additional_details":null}}`},
		{200, `{"status":null,"response_data":null,"error":{"message":"see https:\/\/x.example.com\/tokens\/abc?sig=1","additional_details":{"a":["b"]}}}`},
		{200, `{"status":"Error","error":["It","broke"]}`},
		{200, `{"status":7,"response_data":5,"error":false}`},
		{200, `null`}, {200, `[]`}, {200, ``}, {200, "\ufeff{}"}, {204, ``},
		{400, `{"status":"Error","error":{"message":"token eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln"}}`},
		{401, `{}`}, {403, `{"error":{}}`}, {404, ``}, {429, `{"status":"Error"}`},
		{502, "<html>\r\n<a href=https://x.example.com/tokens/abc>\x00\xff</a>"},
		{503, "upstream connect error"},
	} {
		f.Add(seed.status, []byte(seed.body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		status = 200 + max(0, status-200)%400
		client, err := spark.NewClient(apiOrigin+"/t", spark.BearerToken(hidden),
			spark.WithHTTPClient(&http.Client{Transport: respondingWith(status, body)}),
			spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1, BaseDelay: 1, MaxDelay: 1}))
		require.NoError(t, err)
		service := client.Service("f", "s")

		call, err := client.GetCall(t.Context(), anyCallID)
		fuzzedOutcome(t, status, body, err)
		require.Equal(t, err != nil, call == nil)
		if err == nil {
			require.True(t, json.Valid(call.JSON()))
		}
		job, err := service.StartExport(t.Context(), spark.FormatCSV, spark.Filter{})
		fuzzedOutcome(t, status, body, err)
		if err == nil {
			require.Len(t, job.ID, 36)
			require.Contains(t, string(body), job.ID)
		}
		progress, err := service.Job(spark.FormatJSON, anyCallID).Status(t.Context())
		fuzzedOutcome(t, status, body, err)
		require.True(t, progress.Progress == -1 || progress.Progress >= 0 && progress.Progress <= 100, progress.Progress)
		if err != nil {
			require.False(t, progress.Done)
		}
		err = service.WriteWorkbook(t.Context(), anyCallID, io.Discard)
		require.Error(t, err) // the file would be the envelope again
		readable(t, err)
	})
}

// respondingWith responds to every request alike.
func respondingWith(status int, body []byte) roundTrip {
	return func(request *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{}, Request: request,
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	}
}

func fuzzedOutcome(t *testing.T, status int, body []byte, err error) {
	t.Helper()
	if err == nil {
		require.Equal(t, 2, status/100)
		require.True(t, json.Valid(body))
		return
	}
	readable(t, err)
	refused := errorAs[*spark.APIError](t, err)
	require.Equal(t, 1, refused.Attempts)
	require.NotEmpty(t, refused.RequestID)
	if status/100 != 2 {
		require.Equal(t, status, refused.Status)
	}
	require.True(t, named(err), "%v", err)
}

// named reports whether an error matches a sentinel.
func named(err error) bool {
	for _, sentinel := range matrixSentinels {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

var (
	completeURL = regexp.MustCompile(`(?i)https?:(//|\\/\\/)[^/\s"'<>\\?#]+(/|\\/|[?#])[^…\s]`)
	completeJWT = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}`)
)

func readable(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	require.True(t, utf8.ValidString(text), "%q", text)
	require.False(t, strings.ContainsAny(text, "\n\r"), "%q", text)
	require.Less(t, len(text), 8000)
	require.NotContains(t, text, hidden)
	require.NotRegexp(t, completeURL, text)
	require.NotRegexp(t, completeJWT, text)
}
