package timetext

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseMillis(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "-0": 0, "25": 25 * time.Millisecond, "-25": -25 * time.Millisecond, "025": 25 * time.Millisecond,
		"25.5": 25500 * time.Microsecond, "0.000001": 1, "0.0000005": 1, "0.00000049": 0, "1.0000014": 1000001, "1.0000015": 1000002, "-1.0000015": -1000002,
		"2.5e1": 25 * time.Millisecond, "2.5E+1": 25 * time.Millisecond, "25e-1": 2500 * time.Microsecond, "1e-6": 1, "1e-7": 0, "5e-7": 1, "0e999": 0,
		"1e-999": 0, "123456789012.345678": 123456789012345678, "9223372036854.775807": 9223372036854775807, "0.1e13": 1000000000000000000, "9223372036854": 9223372036854000000,
	} {
		got, err := ParseMillis(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "-", ".", "1.", ".5", "1e", "1e1.5", "e5", "1e99999999999", "0x10", "1_000", "1,5", "25 ms", "NaN", "Infinity", "--1", "+1", "1..2", "true", `{"a":1}`, "٣",
		"9223372036854.775808", "9223372036854.7758075", "1e13", "9223372036855", "92233720368547758070", "1e300",
	} {
		got, err := ParseMillis(text)
		require.Error(t, err, text)
		require.Zero(t, got)
	}
}

// The duration is the decimal number to the nanosecond, checked with rationals.
func TestParseMillisExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,12})?([eE][+-]?[0-9])?`).Draw(t, "milliseconds")
		exact, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		exact.Mul(exact, big.NewRat(1_000_000, 1))
		want, ok := new(big.Int).SetString(exact.FloatString(0), 10) // rounds halves away from zero
		require.True(t, ok)
		got, err := ParseMillis(text)
		if !want.IsInt64() {
			require.ErrorIs(t, err, errMillisRange)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), int64(got), text)
	})
}
