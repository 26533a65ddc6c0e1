package spark

import (
	"fmt"
	"io"
	"log/slog"
)

// secret holds a credential, or the URL of a file. It shows itself as
// redacted, whatever prints or encodes it. The value stands behind a function as
// well: package fmt asks no method of a field that isn't exported.
type secret struct{ reveal func() string }

const redactedText = "[redacted]"

func newSecret(value string) secret {
	return secret{reveal: func() string { return value }}
}

func (s secret) empty() bool { return s.reveal == nil || s.reveal() == "" }

// Format implements fmt.Formatter, for every verb.
func (secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redactedText) }

// String implements fmt.Stringer.
func (secret) String() string { return redactedText }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (secret) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// LogValue implements slog.LogValuer.
func (secret) LogValue() slog.Value { return slog.StringValue(redactedText) }
