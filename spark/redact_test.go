package spark_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// failureSaying returns the error of a call whose response contains the message.
func failureSaying(t *testing.T, auth spark.Auth, message string) *spark.APIError {
	t.Helper()
	encoded, err := json.Marshal(message)
	require.NoError(t, err)
	w := apiWorld(t, respondBody(http.StatusBadRequest, `{"status":"Error","error":{"message":`+string(encoded)+`,"additional_details":`+string(encoded)+`}}`))
	return errorAs[*spark.APIError](t, getCall(t.Context(), w.client(apiOrigin+"/t", auth)))
}

// A short credential may be a part of any word, and words aren't changed.
func TestShortCredentialsAreRedactedAsTokensOnly(t *testing.T) {
	for _, test := range []struct{ credential, message, shown string }{
		{"s", "the user's service is missing", "the user's service is missing"},
		{"s", "unknown key s, or 's'; key=s.", "unknown key [redacted], or '[redacted]'; key=[redacted]."},
		{"key", "the key, monkeys, key_id and key-value", "the [redacted], monkeys, key_id and key-value"},
		{"error", "error.UNAUTHORIZED: error", "error.UNAUTHORIZED: [redacted]"},
		{"42", "HTTP 422: 42", "HTTP 422: [redacted]"},
		{"k$1", "k$1, k$12", "[redacted], k$12"},
		{`a"b`, `a"b, a"bc`, `[redacted], a"bc`},
		{"hunter2", "one\nhunter2", "one\n[redacted]"},
		{"hunter2-long", "xhunter2-longx", "x[redacted]x"},
		{`hunter2"long`, `xhunter2"longx`, "x[redacted]x"},
	} {
		t.Run(test.credential, func(t *testing.T) {
			failure := failureSaying(t, spark.APIKey(test.credential), test.message)
			require.Equal(t, test.shown, failure.Message)
			shown, err := json.Marshal(test.shown)
			require.NoError(t, err)
			require.JSONEq(t, string(shown), string(failure.Details))
		})
	}
}

// A word may look like the beginning of a JWT.
func TestRedactionChangesNoWords(t *testing.T) {
	for _, message := range []string{"KeyJobIdentifierOfModel is missing", "MonkeyJumpSettings.Value"} {
		require.ErrorContains(t, failureSaying(t, spark.APIKey(hidden), message), message)
	}
	for _, message := range []string{"token eyJhbGciOiJub25lIn0", "Bearer%20eyJhbGciOiJub25lIn0.e30.x", "BearereyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln"} {
		require.False(t, strings.Contains(failureSaying(t, spark.APIKey(hidden), message).Error(), "hbGci"), message)
	}
}

// What the platform says may contain the URL of a file, which grants access to it.
func TestMessagesOfThePlatformAreRedactedInEveryField(t *testing.T) {
	for _, message := range []string{
		"can't read https://files.example.com/docstore/token-in-path/a.zip", `can't read "https:\/\/files.example.com\/token-in-path\/a.zip"`,
		"no file /docstore/token-in-path", `say "https://files.example.com/token-in-path"`,
	} {
		failure := failureSaying(t, spark.APIKey(hidden), message)
		require.NotContains(t, failure.Message, "token-in-path")
		require.NotContains(t, string(failure.Details), "token-in-path")
		require.True(t, json.Valid(failure.Details), string(failure.Details))
	}
}
