package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // for systems without time zone files

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// timeFlag is the value of a flag that names a time: an instant such as
// 2026-03-01T08:15:00Z, how long ago such as 7d, or a time on the clocks of a zone,
// such as 2026-03-01T08:15, a day or a month. The zero value is not a time.
type timeFlag struct {
	text string
	now  time.Time // when it was set
}

func (f *timeFlag) Set(text string) error {
	set := timeFlag{text, time.Now()}
	first, last, ok := set.in(time.UTC)
	if !ok || first.IsZero() || last.IsZero() {
		return errors.New("expected a day such as 2026-03-01, today or yesterday, a month such as 2026-03, a time such as 2026-03-01T08:15 or 2026-03-01T08:15:00Z, or how long ago, such as 24h, 7d or 2w")
	}
	*f = set
	return nil
}

func (f *timeFlag) String() string { return f.text }
func (f *timeFlag) Type() string   { return "time" }
func (f *timeFlag) isSet() bool    { return f.text != "" }

// first returns the first instant of a day or a month in a zone, or the instant of
// any other time.
func (f *timeFlag) first(zone *time.Location) time.Time {
	first, _, _ := f.in(zone)
	return first
}

// last returns the last instant of a day or a month in a zone, or the instant of any
// other time.
func (f *timeFlag) last(zone *time.Location) time.Time {
	_, last, _ := f.in(zone)
	return last
}

// day returns the day in UTC on which a time lies or begins.
func (f *timeFlag) day() spark.Date {
	if !f.isSet() {
		return spark.Date{}
	}
	return spark.DateOf(f.first(time.UTC).UTC())
}

// in returns the first and the last instant, and whether the text is a time.
func (f *timeFlag) in(zone *time.Location) (first, last time.Time, ok bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if instant, err := time.Parse(layout, f.text); err == nil {
			return instant, instant, true
		}
	}
	if ago, err := parseDuration(f.text); err == nil {
		instant := f.now.Add(-ago).Truncate(tick)
		return instant, instant, true
	}
	low, high, ok := parseClock(f.text, f.now.In(zone))
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	return earliest(low, zone), latest(high, zone), true
}

// parseClock reads a time that clocks show, and returns it as UTC: the first and the
// last instant of a day or a month.
func parseClock(text string, now time.Time) (low, high time.Time, ok bool) {
	year, month, day := now.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	switch text {
	case "today":
		return today, today.AddDate(0, 0, 1).Add(-tick), true
	case "yesterday":
		return today.AddDate(0, 0, -1), today.Add(-tick), true
	}
	if low, err := time.Parse("2006-01", text); err == nil {
		return low, low.AddDate(0, 1, 0).Add(-tick), true
	}
	if low, err := time.Parse(time.DateOnly, text); err == nil {
		return low, low.AddDate(0, 0, 1).Add(-tick), true
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if clock, err := time.Parse(layout, text); err == nil {
			return clock, clock, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// durationFlag is a length of time as users write it.
type durationFlag time.Duration

func (d *durationFlag) Set(text string) error {
	length, err := parseDuration(text)
	if err != nil {
		return err
	}
	*d = durationFlag(length)
	return nil
}

func (d *durationFlag) String() string { return durationText(time.Duration(*d)) }
func (d *durationFlag) Type() string   { return "duration" }

// durationText writes 24h instead of 24h0m0s.
func durationText(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// parseDuration reads days of 24 hours and weeks besides the units that Go knows.
func parseDuration(text string) (time.Duration, error) {
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, found := strings.CutSuffix(text, suffix)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 16)
		if err == nil && n <= uint64(math.MaxInt64/unit) {
			return time.Duration(n) * unit, nil
		}
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < 0 {
		return 0, errors.New("expected a length of time such as 500ms, 90s, 24h, 7d or 2w")
	}
	return length, nil
}

// periodFlags bound the log time of calls.
type periodFlags struct {
	from, to timeFlag
	zone     zoneFlag
}

func (p *periodFlags) register(flags *pflag.FlagSet) {
	flags.Var(&p.from, "from", "calls logged at or after this `time`: a day such as 2026-03-01 or yesterday, a month such as 2026-03, 2026-03-01T08:15, 2026-03-01T08:15:00Z, or 7d for 7 days ago")
	flags.Var(&p.to, "to", "calls logged up to this `time`; a day or a month is included to its end")
	flags.Var(&p.zone, "zone", "`name` of the time zone of --from, --to and the times that are printed for reading, such as Europe/Zurich (default UTC)")
}

// bounds returns the first and the last instant, each zero if it isn't set.
func (p *periodFlags) bounds() (from, to time.Time) {
	return p.from.first(p.zone.in()), p.to.last(p.zone.in())
}

// describePeriod returns the period of the calls in words, with times in a zone, or ""
// for all calls.
func describePeriod(from, to time.Time, zone *time.Location) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return "calls from " + describeInstant(from.In(zone)) + " " + zone.String()
	case from.IsZero():
		return "calls to " + describeInstant(to.In(zone)) + " " + zone.String()
	}
	return "calls from " + describeInstant(from.In(zone)) + " to " + describeInstant(to.In(zone)) + " " + zone.String()
}

// describeInstant writes a time without seconds that are zero.
func describeInstant(t time.Time) string {
	if t.Truncate(time.Minute).Equal(t) {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05.999999999")
}

// zoneFlag is the value of a flag that names a time zone. The zero value is UTC.
type zoneFlag struct {
	name     string
	location *time.Location
}

func (z *zoneFlag) Set(name string) error {
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return errors.New("expected the IANA name of a time zone, such as Europe/Zurich")
	}
	*z = zoneFlag{name, location}
	return nil
}

func (z *zoneFlag) String() string { return z.name }
func (z *zoneFlag) Type() string   { return "name" }

func (z *zoneFlag) in() *time.Location {
	if z.location == nil {
		return time.UTC
	}
	return z.location
}

// offsetFlag is the value of --timezone-offset: by how many hours an export shifts
// its log times, east of UTC. The zero value is UTC.
type offsetFlag int

func (o *offsetFlag) Set(text string) error {
	hours, err := strconv.Atoi(text)
	if err != nil || hours < -12 || hours > 14 {
		return errors.New("expected whole hours from -12 to 14")
	}
	*o = offsetFlag(hours)
	return nil
}

func (o *offsetFlag) String() string { return strconv.Itoa(int(*o)) }
func (o *offsetFlag) Type() string   { return "hours" }

// registerReader adds the flag to a command that reads an export.
func (o *offsetFlag) registerReader(flags *pflag.FlagSet) {
	flags.Var(o, "timezone-offset", "`hours` given as --timezone-offset to the export; log times are then shown as local times")
}

// zone returns the zone of the shifted times, named as in UTC+2.
func (o offsetFlag) zone() *time.Location {
	if o == 0 {
		return time.UTC
	}
	return time.FixedZone(fmt.Sprintf("UTC%+d", int(o)), int(o)*3600)
}

// tick is the precision of the times that are sent.
const tick = time.Millisecond

// maxOffset is more than any clock is apart from UTC.
const maxOffset = 48 * time.Hour

// earliest returns the first instant at which clocks in a zone show a time, which is
// given as UTC. If the clocks skip the time, it returns the instant of the skip.
func earliest(clock time.Time, zone *time.Location) time.Time {
	at := clock.Add(-maxOffset).In(zone)
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
// given as UTC. If the clocks skip the time, it returns the last tick before the skip.
func latest(clock time.Time, zone *time.Location) time.Time {
	at := clock.Add(maxOffset).In(zone)
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
