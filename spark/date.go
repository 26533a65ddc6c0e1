package spark

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar date without a time or a zone. The zero value is not a date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date that a time falls on in its own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads a date such as 2026-03-01. It returns an [*ArgumentError].
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
	if err != nil {
		return Date{}, invalid("date", "%s is not a date such as 2026-03-01", clipQuoted(text))
	}
	return DateOf(t), nil
}

// String writes the date as 2026-03-01, and the zero value as nothing.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is the zero value.
func (d Date) IsZero() bool { return d == Date{} }

// In returns the date's midnight in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// check refuses a date that isn't in the calendar. Zero is not a date.
func (d Date) check(name string) error {
	if d.IsZero() || d.Year >= 1 && d.Year <= 9999 && DateOf(d.In(time.UTC)) == d {
		return nil
	}
	return invalid(name, "%s is not a day of the calendar", d)
}

// MarshalText implements encoding.TextMarshaler, in the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}
