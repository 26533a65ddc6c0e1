package timetext

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseTimestamp(t *testing.T) {
	at := func(hour, minute, second, nanosecond int) time.Time {
		return time.Date(2026, 3, 1, hour, minute, second, nanosecond, time.UTC)
	}
	for text, want := range map[string]time.Time{
		"2026-03-01":                         at(0, 0, 0, 0),
		"2026-03-01T08:15":                   at(8, 15, 0, 0),
		"2026-03-01T08:15:30":                at(8, 15, 30, 0),
		"2026-03-01T08:15:30.123456":         at(8, 15, 30, 123456000),
		"2026-03-01T08:15:30.123Z":           at(8, 15, 30, 123000000),
		"2026-03-01T08:15:30.1234567Z":       at(8, 15, 30, 123456700),
		"2026-03-01T08:15:30.12345678987654": at(8, 15, 30, 123456789),
		"2026-03-01T08:15:30,5Z":             at(8, 15, 30, 500000000),
		"2026-03-01T08:15:30z":               at(8, 15, 30, 0),
		"2026-03-01t08:15:30z":               at(8, 15, 30, 0),
		"2026-03-01 08:15:30":                at(8, 15, 30, 0),
		"2026-03-01T08:15:30+00:00":          at(8, 15, 30, 0),
		"2026-03-01T08:15:30-00:00":          at(8, 15, 30, 0),
		"2026-03-01T08:15:30+0530":           at(2, 45, 30, 0),
		"2026-03-01T08:15:30.25+05:30":       at(2, 45, 30, 250000000),
		"2026-03-01T08:15:30-08":             at(16, 15, 30, 0),
		"2026-02-28T23:15:30-08:00":          at(7, 15, 30, 0),
		"2026-03-01T08:15+02:00":             at(6, 15, 0, 0),
		"0001-01-01T00:00:00":                {},
		"2024-02-29":                         time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2000-02-29":                         time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC),
		"9999-12-31T23:59:59.9999999":        time.Date(9999, 12, 31, 23, 59, 59, 999999900, time.UTC),
	} {
		got, err := ParseTimestamp(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "2026", "2026-03", "2026-3-1", "26-03-01", "2026-03-01T", "2026-03-01T08", "2026-03-01T08:", "2026-03-01T08:15:",
		"2026-03-01T08:15:30.", "2026-03-01T08:15:30.Z", "2026-03-01T08:15:30ZZ", "2026-03-01T08:15:30 Z", "2026-03-01Z",
		"2026-03-01T08:15:30+", "2026-03-01T08:15:30+5", "2026-03-01T08:15:30+05:3", "2026-03-01T08:15:30+24:00", "2026-03-01T08:15:30+05:60",
		"2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2026-04-31", "2026-03-00", "2026-03-32",
		"2026-03-01T24:00:00", "2026-03-01T08:60:00", "2026-03-01T08:15:60", "2026-03-01X08:15:30", "2026/03/01", "01.03.2026",
		" 2026-03-01", "2026-03-01 ", "-026-03-01", "+026-03-01", "2026-03-0１", "1772323200", "/Date(1772323200000)/", "now", "9999-12-31T23:59:59-01:00", "0000-01-01T00:59:59+01:00",
	} {
		got, err := ParseTimestamp(text)
		require.ErrorIs(t, err, errTimestamp, text)
		require.Zero(t, got)
	}
}

// Whatever the standard library writes is read as the same instant.
func TestParseTimestampRoundTrip(t *testing.T) {
	layouts := []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02t15:04:05.000000000-07:00",
		"2006-01-02 15:04:05.000000000Z07:00",
	}
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(-62135596800, 253402214400-24*3600).Draw(t, "seconds")
		nanoseconds := rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")
		offset := rapid.IntRange(-23*60, 23*60).Draw(t, "offset in minutes")
		want := time.Unix(seconds, nanoseconds).UTC()
		local := want.In(time.FixedZone("", offset*60))
		if local.Year() < 1 {
			t.Skip("no year of four digits")
		}
		text := local.Format(rapid.SampledFrom(layouts).Draw(t, "layout"))
		got, err := ParseTimestamp(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	})
}

func FuzzParseTimestamp(f *testing.F) {
	for _, seed := range []string{"2026-03-01T08:15:30.123456", "2026-03-01T08:15:30.123Z", "2026-03-01T08:15:30z", "2026-03-01T08:15:30+00:00", "2026-03-01", "2024-02-30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTimestamp(text)
		if want, wantErr := time.Parse(time.RFC3339Nano, text); wantErr == nil {
			// The standard library takes odd zones too, such as +24:00.
			if err == nil {
				require.True(t, want.Equal(got), "%s, not %s", got, want)
			}
		}
		if err != nil {
			require.Zero(t, got)
			return
		}
		require.Equal(t, time.UTC, got.Location())
		again, err := ParseTimestamp(got.Format("2006-01-02T15:04:05.999999999"))
		if year := got.Year(); year >= 0 && year <= 9999 {
			require.NoError(t, err)
			require.Equal(t, got, again)
		}
	})
}

// Every day that a timestamp can name is the one that the standard library means.
func TestParseTimestampEveryDay(t *testing.T) {
	want := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for want.Year() < 801 { // two times the cycle of leap years
		got, err := ParseTimestamp(want.Format(time.DateOnly))
		if err != nil || !got.Equal(want) {
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		want = want.AddDate(0, 0, 1)
	}
}
