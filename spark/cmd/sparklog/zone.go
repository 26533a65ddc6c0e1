package main

import (
	"errors"
	"time"
	_ "time/tzdata" // for systems without time zone files
)

// zone is the value of a flag that names a time zone. The zero value is UTC.
type zone struct {
	name     string
	location *time.Location
}

func (z *zone) Set(name string) error {
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return errors.New("expected the IANA name of a time zone, such as Europe/Zurich")
	}
	*z = zone{name, location}
	return nil
}

func (z *zone) String() string { return z.name }
func (z *zone) Type() string   { return "name" }

func (z *zone) in() *time.Location {
	if z.location == nil {
		return time.UTC
	}
	return z.location
}

// tick is the precision of the times that are sent.
const tick = time.Millisecond

// offsetLimit is more than any clock is apart from UTC.
const offsetLimit = 48 * time.Hour

// earliest returns the first instant at which clocks in a zone show a time, which is
// given as UTC. Where clocks skip the time, it returns the instant of the skip.
func earliest(clock time.Time, zone *time.Location) time.Time {
	at := clock.Add(-offsetLimit).In(zone)
	for {
		start, end := at.ZoneBounds()
		instant := clock.Add(-offsetOf(at))
		switch {
		case !end.IsZero() && !instant.Before(end):
			at = end
		case instant.Before(start):
			return start
		default:
			return instant
		}
	}
}

// latest returns the last instant at which clocks in a zone show a time, which is
// given as UTC. Where clocks skip the time, it returns the last tick before the skip.
func latest(clock time.Time, zone *time.Location) time.Time {
	at := clock.Add(offsetLimit).In(zone)
	for {
		start, end := at.ZoneBounds()
		instant := clock.Add(-offsetOf(at))
		switch {
		case !start.IsZero() && instant.Before(start):
			at = start.Add(-1)
		case !end.IsZero() && !instant.Before(end):
			return end.Add(-tick)
		default:
			return instant
		}
	}
}

// offsetOf returns how far clocks are ahead of UTC at a time in a zone.
func offsetOf(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
