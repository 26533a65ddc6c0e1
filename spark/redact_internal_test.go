package spark

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecretShowsItselfAsRedacted(t *testing.T) {
	const hidden = "hunter2"
	s := newSecret(hidden)
	nested := struct{ inner secret }{s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T"} {
		for _, shown := range []any{s, &s, []secret{s}, map[string]secret{"k": s}, nested, &nested} {
			require.NotContains(t, fmt.Sprintf(verb, shown), hidden)
			require.NotContains(t, fmt.Sprintf(verb, shown), fmt.Sprintf("%x", hidden))
		}
	}
	require.Equal(t, redactedText, fmt.Sprintf("%s", s))
	require.Equal(t, redactedText, fmt.Sprintf("%x", s))
	encoded, err := json.Marshal(map[string]any{"a": s, "b": &s})
	require.NoError(t, err)
	require.JSONEq(t, `{"a":"[redacted]","b":"[redacted]"}`, string(encoded))
	require.Equal(t, "wrapped: "+redactedText, fmt.Errorf("wrapped: %v", s).Error())
	require.NotContains(t, errors.New(s.String()).Error(), hidden)
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(out *bytes.Buffer) slog.Handler { return slog.NewTextHandler(out, nil) },
		func(out *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(out, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("x", "secret", s, "nested", nested)
		require.Contains(t, out.String(), redactedText)
		require.NotContains(t, out.String(), hidden)
	}
}
