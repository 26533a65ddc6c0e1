package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // for systems without time zone files

	"github.com/spf13/pflag"
)

// tick is the precision of the times that are sent.
const tick = time.Millisecond

// userTime is a time as users write it: an instant such as 2026-03-01T08:15:00Z, how long
// ago such as 7d, or a time on the clocks of a zone, such as 2026-03-01T08:15, a day or a
// month. The zero value is not a time.
type userTime struct {
	text string
	now  time.Time // when the flag was read
}

var timeKind = flagKind[userTime]{"time", func(text string) (userTime, error) {
	when := userTime{text, time.Now()}
	if first, _ := when.in(time.UTC); first.IsZero() {
		return when, errors.New("expected a day such as 2026-03-01, today or yesterday, a month such as 2026-03, a time such as 2026-03-01T08:15 or 2026-03-01T08:15:00Z, or how long ago, such as 24h, 7d or 2w")
	}
	return when, nil
}}

func (u userTime) isSet() bool { return u.text != "" }

// in returns the first and the last instant of a day or a month in a zone, and twice the
// instant of any other time. They are zero if the text is not a time.
func (u userTime) in(zone *time.Location) (first, last time.Time) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if instant, err := time.Parse(layout, u.text); err == nil {
			return instant, instant
		}
	}
	if ago, err := parseDuration(u.text); err == nil {
		instant := u.now.Add(-ago).Truncate(tick)
		return instant, instant
	}
	text := u.text
	year, month, day := u.now.In(zone).Date()
	switch text {
	case "yesterday":
		day--
		fallthrough
	case "today":
		text = time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	for _, form := range []struct {
		layout       string
		months, days int
	}{{"2006-01", 1, 0}, {time.DateOnly, 0, 1}, {"2006-01-02T15:04", 0, 0}, {"2006-01-02T15:04:05", 0, 0}} {
		begin, err := time.Parse(form.layout, text)
		if err != nil {
			continue
		}
		end := begin
		if form.months+form.days > 0 {
			end = begin.AddDate(0, form.months, form.days).Add(-tick)
		}
		first, _ = whenClocksShow(begin, zone)
		_, last = whenClocksShow(end, zone)
		return first, last
	}
	return time.Time{}, time.Time{}
}

// whenClocksShow returns the first and the last instant at which clocks in a zone show a
// time, which is given as UTC. If the clocks skip the time, first is the instant of the
// skip, and last is the tick before it.
func whenClocksShow(clock time.Time, zone *time.Location) (first, last time.Time) {
	const apart = 24 * time.Hour // more than clocks are apart from UTC
	before, after := offsetOf(clock.Add(-apart).In(zone)), offsetOf(clock.Add(apart).In(zone))
	first, last = clock.Add(-before).In(zone), clock.Add(-after).In(zone)
	switch isBefore, isAfter := offsetOf(first) == before, offsetOf(last) == after; {
	case isBefore && isAfter:
		return first, last
	case isBefore:
		return first, first
	case isAfter:
		return last, last
	}
	skip, _ := first.ZoneBounds()
	return skip, skip.Add(-tick)
}

// offsetOf returns how far clocks are ahead of UTC at a time in a zone.
func offsetOf(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

var durationKind = flagKind[time.Duration]{"duration", parseDuration}

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
	from, to userTime
	zone     *time.Location // nil if it isn't set
}

func (p *periodFlags) register(flags *pflag.FlagSet) {
	timeKind.add(flags, &p.from, "from", "", "calls logged at or after this `time`: a day such as 2026-03-01 or yesterday, a month such as 2026-03, 2026-03-01T08:15, 2026-03-01T08:15:00Z, or 7d for 7 days ago")
	timeKind.add(flags, &p.to, "to", "", "calls logged up to this `time`; a day or a month is included to its end")
	registerZone(flags, &p.zone, "--from, --to and the times that are printed for reading")
}

// bounds returns the first and the last instant, each zero if it isn't set.
func (p *periodFlags) bounds() (from, to time.Time) {
	from, _ = p.from.in(orUTC(p.zone))
	_, to = p.to.in(orUTC(p.zone))
	return from, to
}

// describePeriod returns a period in words that follow "calls", with times in a zone, or
// "" for all of the time.
func describePeriod(from, to time.Time, zone *time.Location) string {
	period := ""
	if !from.IsZero() {
		period += " from " + describeInstant(from.In(zone))
	}
	if !to.IsZero() {
		period += " to " + describeInstant(to.In(zone))
	}
	if period == "" {
		return ""
	}
	return period + " " + zone.String()
}

// describeInstant writes a time without seconds that are zero.
func describeInstant(t time.Time) string {
	if t.Truncate(time.Minute).Equal(t) {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05.999999999")
}

var zoneKind = flagKind[*time.Location]{"name", func(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errors.New("expected the IANA name of a time zone, such as Europe/Zurich")
	}
	return zone, nil
}}

func registerZone(flags *pflag.FlagSet, to **time.Location, of string) {
	zoneKind.add(flags, to, "zone", "", "`name` of the time zone of "+of+", such as Europe/Zurich (default UTC)")
}

func orUTC(zone *time.Location) *time.Location { return cmp.Or(zone, time.UTC) }

// utcOffset is the value of --timezone-offset: by how many hours an export shifts its log
// times, east of UTC.
type utcOffset int

var offsetKind = flagKind[utcOffset]{"hours", func(text string) (utcOffset, error) {
	hours, err := strconv.Atoi(text)
	if err != nil || hours < -12 || hours > 14 {
		return 0, errors.New("expected whole hours from -12 to 14")
	}
	return utcOffset(hours), nil
}}

// registerReader adds the flag to a command that reads an export.
func (o *utcOffset) registerReader(flags *pflag.FlagSet) {
	offsetKind.add(flags, o, "timezone-offset", "", "`hours` given as --timezone-offset to the export; log times are then shown as local times")
}

// zone returns the zone of the shifted times, named as in UTC+2.
func (o utcOffset) zone() *time.Location {
	if o == 0 {
		return time.UTC
	}
	return time.FixedZone(fmt.Sprintf("UTC%+d", int(o)), int(o)*3600)
}
