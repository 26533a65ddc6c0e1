package spark_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestAPIErrorForEachResponse(t *testing.T) {
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln"
	for name, test := range map[string]struct {
		status int
		body   string
		is     error
		says   string
	}{
		"envelope":               {401, `{"status":"Error","response_data":null,"response_meta":null,"error":{"error_category":"access_error","error_type":"error.UNAUTHORIZED","message":"INVALID_TOKEN","additional_details":null}}`, spark.ErrUnauthorized, "get call: 401 Unauthorized: INVALID_TOKEN: access_error; check the credential"},
		"status repeated":        {404, `{"status":"Error","error":{"error_category":"HTTP","error_type":"NotFound","message":"no such tenant","additional_details":null}}`, spark.ErrNotFound, "get call: 404 Not Found: no such tenant; check the tenant, folder, service and ID ("},
		"status in codes":        {404, `{"error":{"error_category":"not_found_error","error_type":"error.NOT_FOUND","message":"SERVICE_NOT_FOUND"}}`, spark.ErrNotFound, "get call: 404 Not Found: SERVICE_NOT_FOUND; check the tenant, folder, service and ID ("},
		"details":                {400, `{"status":"Error","error":{"message":"BAD","additional_details":{"index":["too large"]}}}`, spark.ErrBadRequest, `{"index":["too large"]}`},
		"forbidden":              {403, `{"status":"Error"}`, spark.ErrForbidden, "needs the permission Spark.DownloadAPILog.json or Spark.AllEncompassingProxy.json"},
		"HTML":                   {502, "<html>\n<body>Bad\n Gateway</body></html>", spark.ErrUnavailable, `the response is HTML, probably a gateway's`},
		"HTML under 200":         {200, "<!doctype html><title>Sign in</title>", spark.ErrUnexpectedResponse, "the response is HTML"},
		"empty":                  {503, "", spark.ErrUnavailable, "the response is empty"},
		"empty under 200":        {200, "", spark.ErrUnexpectedResponse, "the response is empty"},
		"malformed":              {200, `{"status":"Success","response_data":{"download_url":"https://files.example.com/tokens/hunter2/file.zip`, spark.ErrUnexpectedResponse, "not the platform's JSON"},
		"error under 200":        {200, `{"status":"Error","error":{"error_type":"error.NOT_FOUND","message":"Call not found"}}`, spark.ErrNotFound, "get call: Call not found"},
		"unauthorized under 200": {200, `{"status":"Error","error":{"error_type":"error.UNAUTHORIZED"}}`, spark.ErrUnauthorized, "check the credential"},
		"error without status":   {200, `{"status":null,"error":{"message":"It broke"}}`, spark.ErrBadRequest, "It broke"},
		"status alone":           {200, `{"status":"Error","response_data":{},"error":null}`, spark.ErrBadRequest, "bad request"},
		"error as string":        {200, `{"status":"Error","error":"It broke"}`, spark.ErrBadRequest, "It broke"},
		"conflict":               {409, `{}`, spark.ErrConflict, "409 Conflict"},
		"gone":                   {410, `{}`, spark.ErrNotFound, "410 Gone"},
		"request timeout":        {408, "", spark.ErrUnavailable, "408 Request Timeout"},
		"teapot":                 {418, `{}`, spark.ErrUnexpectedResponse, "418"},
		"no content":             {204, "", spark.ErrUnexpectedResponse, "the response is empty"},
		"token repeated":         {400, `{"error":{"message":"bad token ` + token + ` for https://x.example.com/tokens/hunter2"}}`, spark.ErrBadRequest, "[redacted]"},
		"line breaks":            {400, `{"error":{"message":"one\ntwo\tthree"}}`, spark.ErrBadRequest, "one two three"},
		"endless message":        {400, `{"error":{"message":"` + strings.Repeat("x", 5000) + `"}}`, spark.ErrBadRequest, "…"},
		"null":                   {200, "null", spark.ErrUnexpectedResponse, "no response_data"},
		"foreign object":         {200, `{"message":"Service temporarily unavailable"}`, spark.ErrUnexpectedResponse, "Service temporarily unavailable"},
		"empty object":           {200, `{}`, spark.ErrUnexpectedResponse, "no response_data"},
		"data missing":           {200, `{"status":"Success"}`, spark.ErrUnexpectedResponse, "no response_data"},
		"gateway's JSON":         {400, `{"message":"Missing header"}`, spark.ErrBadRequest, "Missing header"},
		"wrong member":           {403, `{"status":403,"error":{"message":"NO_PERMISSION"}}`, spark.ErrForbidden, "NO_PERMISSION"},
		"lower-case status":      {200, `{"status":"error","response_data":null}`, spark.ErrBadRequest, "bad request"},
		"empty error":            {200, `{"status":null,"response_data":null,"error":""}`, spark.ErrNotFound, "there is no call"},
		"prose about a sheet":    {200, `{"status":"Error","error":{"message":"Output sheet not found"}}`, spark.ErrBadRequest, "Output sheet"},
		"credential repeated":    {401, `{"error":{"message":"unknown token ` + hidden + `","additional_details":"` + hidden + `"}}`, spark.ErrUnauthorized, "unknown token [redacted]"},
		"a list":                 {200, "[]", spark.ErrUnexpectedResponse, "not the platform's JSON: expected an object, found array"},
		"foreign record":         {200, `{"status":"Success","response_data":{"x":1}}`, spark.ErrUnexpectedResponse, "expected a call record, found an object without any of its members"},
		"response in a response": {200, `{"status":"Success","response_data":{"status":"Error","response_data":null,"error":{"message":"no"}}}`, spark.ErrUnexpectedResponse, "expected a call record, found a response of the API"},
		"record that is none":    {200, `{"status":"Success","response_data":"[1,2]"}`, spark.ErrUnexpectedResponse, "can't be read"},
	} {
		t.Run(name, func(t *testing.T) {
			w := apiWorld(t, respondBody(test.status, test.body))
			err := getCall(t.Context(), w.bearer(oneAttempt))
			require.ErrorIs(t, err, test.is)
			require.ErrorContains(t, err, test.says)
			failure := errorAs[*spark.APIError](t, err)
			require.Equal(t, test.status, failure.Status)
			require.Contains(t, err.Error(), failure.RequestID)
			require.Equal(t, w.requests(apiOrigin)[0].Header.Get("x-request-id"), failure.RequestID)
			require.NotContains(t, failure.Message+string(failure.Details)+failure.Sample, hidden)
			for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), logged(err)} {
				require.NotContains(t, shown, hidden)
			}
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), token)
			require.NotContains(t, err.Error(), "\n")
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

func logged(value any) string {
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("logged", "value", value)
	slog.New(slog.NewTextHandler(&b, nil)).Info("logged", "value", value)
	return b.String()
}
