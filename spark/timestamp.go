package spark

import (
	"errors"
	"time"
)

var errTimestamp = errors.New("no time stamp in a known form, such as 2026-03-01T08:15:30.123Z")

// parseTimestamp reads a time stamp in any form that the platform writes: a date,
// or a date and a time with or without seconds, fraction and zone. Without a zone
// it is UTC, and so is the result. Digits beyond nanoseconds are dropped.
func parseTimestamp(s string) (time.Time, error) {
	p := timestampParser{rest: s}
	year, month, day := p.digits(4), p.then('-').digits(2), p.then('-').digits(2)
	var hour, minute, second, nanosecond, offset int
	if p.rest != "" {
		hour, minute = p.then('T', 't', ' ').digits(2), p.then(':').digits(2)
		if p.next(':') {
			second = p.then(':').digits(2)
			nanosecond = p.fraction()
		}
		offset = p.zone()
	}
	if p.failed || p.rest != "" || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, errTimestamp
	}
	return time.Date(year, time.Month(month), day, hour, minute, second-offset, nanosecond, time.UTC), nil
}

// daysIn returns how many days a month has, 0 for one that isn't there.
func daysIn(year, month int) int {
	switch {
	case month < 1 || month > 12:
		return 0
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	case month != 2:
		return 31
	case year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	}
	return 28
}

// timestampParser takes a time stamp apart from the left. Once something doesn't
// fit, it has failed and every further step gives zero.
type timestampParser struct {
	rest   string
	failed bool
}

func (p *timestampParser) next(c byte) bool { return p.rest != "" && p.rest[0] == c }

// then skips one of the given characters.
func (p *timestampParser) then(anyOf ...byte) *timestampParser {
	for _, c := range anyOf {
		if p.next(c) {
			p.rest = p.rest[1:]
			return p
		}
	}
	p.failed = true
	return p
}

// digits reads a number of exactly n digits.
func (p *timestampParser) digits(n int) int {
	if len(p.rest) < n {
		p.failed = true
		return 0
	}
	value := 0
	for i := range n {
		c := p.rest[i]
		if c < '0' || c > '9' {
			p.failed = true
			return 0
		}
		value = value*10 + int(c-'0')
	}
	p.rest = p.rest[n:]
	return value
}

// fraction reads the fraction of a second, if there is one, as nanoseconds.
func (p *timestampParser) fraction() int {
	if !p.next('.') && !p.next(',') {
		return 0
	}
	p.rest = p.rest[1:]
	nanoseconds, unit, n := 0, int(100*time.Millisecond), 0
	for ; n < len(p.rest) && '0' <= p.rest[n] && p.rest[n] <= '9'; n++ {
		nanoseconds += int(p.rest[n]-'0') * unit
		unit /= 10
	}
	p.failed = p.failed || n == 0
	p.rest = p.rest[n:]
	return nanoseconds
}

// zone reads the zone as seconds east of UTC: nothing, Z, +hh, +hhmm or +hh:mm.
func (p *timestampParser) zone() int {
	switch {
	case p.rest == "":
		return 0
	case p.next('Z') || p.next('z'):
		p.rest = p.rest[1:]
		return 0
	}
	sign := 1
	if p.next('-') {
		sign = -1
	}
	hours, minutes := p.then('+', '-').digits(2), 0
	if p.next(':') {
		minutes = p.then(':').digits(2)
	} else if p.rest != "" {
		minutes = p.digits(2)
	}
	p.failed = p.failed || hours > 23 || minutes > 59
	return sign * (hours*60 + minutes) * 60
}
