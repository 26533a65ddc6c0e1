package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// moment is the value of a flag that names a time: an instant such as
// 2026-03-01T08:15:00Z, how long ago such as 7d, or a time on the clocks of a zone,
// such as 2026-03-01T08:15, a day or a month. The zero value is no time.
type moment struct {
	text string
	now  time.Time // when it was set
}

func (m *moment) Set(text string) error {
	set := moment{text, time.Now()}
	first, last, ok := set.in(time.UTC)
	if !ok || first.IsZero() || last.IsZero() {
		return errors.New("expected a day such as 2026-03-01, today or yesterday, a month such as 2026-03, a time such as 2026-03-01T08:15 or 2026-03-01T08:15:00Z, or how long ago, such as 24h, 7d or 2w")
	}
	*m = set
	return nil
}

func (m *moment) String() string { return m.text }
func (m *moment) Type() string   { return "time" }
func (m *moment) isSet() bool    { return m.text != "" }

// first returns the first instant of a day or a month in a zone, and the instant of
// any other moment.
func (m *moment) first(zone *time.Location) time.Time {
	first, _, _ := m.in(zone)
	return first
}

// last returns the last instant of a day or a month in a zone, and the instant of
// any other moment.
func (m *moment) last(zone *time.Location) time.Time {
	_, last, _ := m.in(zone)
	return last
}

// day returns the day in UTC that a moment falls on, or begins with.
func (m *moment) day() spark.Date {
	if !m.isSet() {
		return spark.Date{}
	}
	return spark.DateOf(m.first(time.UTC).UTC())
}

// in returns the first and the last instant of a moment, and whether it is one.
func (m *moment) in(zone *time.Location) (first, last time.Time, ok bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if instant, err := time.Parse(layout, m.text); err == nil {
			return instant, instant, true
		}
	}
	if ago, err := parseSpan(m.text); err == nil {
		instant := m.now.Add(-ago).Truncate(tick)
		return instant, instant, true
	}
	low, high, ok := readClock(m.text, m.now.In(zone))
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	return earliest(low, zone), latest(high, zone), true
}

// readClock reads a time that clocks show, as UTC: the first and the last of a day
// or a month.
func readClock(text string, now time.Time) (low, high time.Time, ok bool) {
	year, month, day := now.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	switch text {
	case "today":
		return today, today.AddDate(0, 0, 1).Add(-tick), true
	case "yesterday":
		return today.AddDate(0, 0, -1), today.Add(-tick), true
	}
	for _, form := range []struct {
		layout       string
		months, days int
	}{
		{layout: "2006-01", months: 1},
		{layout: time.DateOnly, days: 1},
	} {
		if low, err := time.Parse(form.layout, text); err == nil {
			return low, low.AddDate(0, form.months, form.days).Add(-tick), true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if clock, err := time.Parse(layout, text); err == nil {
			return clock, clock, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// span is a length of time as users write it.
type span time.Duration

func (s *span) Set(text string) error {
	length, err := parseSpan(text)
	if err != nil {
		return err
	}
	*s = span(length)
	return nil
}

func (s *span) String() string { return time.Duration(*s).String() }
func (s *span) Type() string   { return "duration" }

// parseSpan reads days and weeks beside the units that Go knows. A day has 24
// hours.
func parseSpan(text string) (time.Duration, error) {
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		digits, found := strings.CutSuffix(text, suffix)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 16)
		if err == nil && n <= uint64(math.MaxInt64/unit) {
			return time.Duration(n) * unit, nil
		}
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < 0 {
		return 0, fmt.Errorf("expected a length of time such as 500ms, 90s, 24h, 7d or 2w")
	}
	return length, nil
}
