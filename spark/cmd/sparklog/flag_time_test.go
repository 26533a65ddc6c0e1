package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFirstAndLastInstants(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, zone, first, last string }{
		"day":                     {"2026-03-31", "UTC", "2026-03-31T00:00:00Z", "2026-03-31T23:59:59.999Z"},
		"leap day":                {"2028-02-29", "UTC", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59.999Z"},
		"month":                   {"2026-12", "UTC", "2026-12-01T00:00:00Z", "2026-12-31T23:59:59.999Z"},
		"short month":             {"2026-02", "Europe/Zurich", "2026-01-31T23:00:00Z", "2026-02-28T22:59:59.999Z"},
		"month with a change":     {"2026-03", "Europe/Zurich", "2026-02-28T23:00:00Z", "2026-03-31T21:59:59.999Z"},
		"time":                    {"2026-03-01T08:15", "Asia/Kolkata", "2026-03-01T02:45:00Z", "2026-03-01T02:45:00Z"},
		"time with seconds":       {"2026-03-01T08:15:30.5", "UTC", "2026-03-01T08:15:30.5Z", "2026-03-01T08:15:30.5Z"},
		"instant":                 {"2026-03-01T08:15+02:00", "Asia/Kolkata", "2026-03-01T06:15:00Z", "2026-03-01T06:15:00Z"},
		"day of 23 hours":         {"2026-03-29", "Europe/Zurich", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"},
		"day of 25 hours":         {"2026-10-25", "Europe/Zurich", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999Z"},
		"skipped time":            {"2026-03-29T02:30", "Europe/Zurich", "2026-03-29T01:00:00Z", "2026-03-29T00:59:59.999Z"},
		"repeated time":           {"2026-10-25T02:30", "Europe/Zurich", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		"no midnight":             {"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59.999Z"},
		"before no midnight":      {"2018-11-03", "America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-04T02:59:59.999Z"},
		"back over midnight":      {"2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00:00Z", "2018-02-18T02:59:59.999Z"},
		"after it":                {"2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-19T02:59:59.999Z"},
		"midnight twice":          {"2006-10-29", "America/St_Johns", "2006-10-29T02:30:00Z", "2006-10-30T03:29:59.999Z"},
		"before midnight twice":   {"2006-10-28", "America/St_Johns", "2006-10-28T02:30:00Z", "2006-10-29T03:29:59.999Z"},
		"no such day":             {"2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T09:59:59.999Z"},
		"last day before the gap": {"2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T09:59:59.999Z"},
		"before zones":            {"1800-01-01", "Europe/Zurich", "1799-12-31T23:25:52Z", "1800-01-01T23:25:51.999Z"},
	} {
		t.Run(name, func(t *testing.T) {
			where, err := zoneKind.parse(c.zone)
			require.NoError(t, err)
			when, err := timeKind.parse(c.text)
			require.NoError(t, err)
			first, last := when.in(where)
			require.Equal(t, c.first, first.UTC().Format(time.RFC3339Nano))
			require.Equal(t, c.last, last.UTC().Format(time.RFC3339Nano))
		})
	}
}

// TestEveryInstantIsInItsDay compares days with what clocks show, around all changes
// of some zones.
func TestEveryInstantIsInItsDay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Zurich", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza"} {
		where, err := zoneKind.parse(name)
		require.NoError(t, err)
		end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for at := time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); {
			_, change := at.In(where).ZoneBounds()
			if change.IsZero() {
				break
			}
			for _, near := range []time.Duration{-25 * time.Hour, -time.Hour, -tick, 0, time.Minute, time.Hour, 25 * time.Hour} {
				instant := change.Add(near)
				day, err := timeKind.parse(instant.In(where).Format(time.DateOnly))
				require.NoError(t, err)
				first, last := day.in(where)
				require.False(t, instant.Before(first), "%s %s", name, instant)
				require.False(t, instant.After(last), "%s %s", name, instant)
			}
			at = change
		}
	}
}

func TestDaysThatDependOnToday(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)))
		for _, c := range []struct{ text, zone, first, last string }{
			{"today", "UTC", "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z"},
			{"yesterday", "UTC", "2026-02-28T00:00:00Z", "2026-02-28T23:59:59.999Z"},
			{"today", "Europe/Zurich", "2026-03-01T23:00:00Z", "2026-03-02T22:59:59.999Z"},
			{"yesterday", "America/New_York", "2026-02-28T05:00:00Z", "2026-03-01T04:59:59.999Z"},
			{"1d", "Asia/Kolkata", "2026-02-28T23:30:00Z", "2026-02-28T23:30:00Z"},
		} {
			where, err := zoneKind.parse(c.zone)
			require.NoError(t, err)
			when, err := timeKind.parse(c.text)
			require.NoError(t, err)
			first, last := when.in(where)
			require.Equal(t, c.first, first.UTC().Format(time.RFC3339Nano), c)
			require.Equal(t, c.last, last.UTC().Format(time.RFC3339Nano), c)
		}
	})
}
