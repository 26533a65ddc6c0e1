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

// moment is a point in time as users write it: RFC 3339, a date, or how long ago.
type moment struct {
	text    string
	instant time.Time  // zero for a date
	date    spark.Date // zero for anything else
}

func (m *moment) Set(text string) error {
	if date, err := spark.ParseDate(text); err == nil {
		*m = moment{text: text, date: date}
		return nil
	}
	if instant, err := time.Parse(time.RFC3339, text); err == nil {
		*m = moment{text: text, instant: instant}
		return nil
	}
	ago, err := parseSpan(text)
	if err != nil {
		return errors.New("expected a time such as 2026-03-01T08:15:00Z, a date such as 2026-03-01, or how long ago, such as 24h, 7d or 2w")
	}
	*m = moment{text: text, instant: time.Now().Add(-ago)}
	return nil
}

func (m *moment) String() string { return m.text }
func (m *moment) Type() string   { return "time" }

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
