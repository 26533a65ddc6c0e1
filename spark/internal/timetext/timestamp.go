// Package timetext reads times and durations as the platform writes them.
package timetext

import (
	"errors"
	"time"
)

var errTimestamp = errors.New("not a timestamp in a known form, such as 2026-03-01T08:15:30.123Z")

// ParseTimestamp reads a timestamp in any form that the platform writes: a date, or a
// date and a time with or without seconds, fraction and zone. Without a zone it is
// UTC. The result is in UTC and in one of the years 0 to 9999. Digits beyond
// nanoseconds are dropped.
func ParseTimestamp(s string) (time.Time, error) {
	p := timestampParser{text: s}
	year, month, day := 100*p.pair()+p.pair(), p.after('-').pair(), p.after('-').pair()
	var hour, minute, second, nanosecond, offset int
	if !p.done() {
		if !p.next('T') && !p.next('t') {
			p.after(' ')
		}
		hour, minute = p.pair(), p.after(':').pair()
		if p.next(':') {
			second = p.pair()
			nanosecond = p.fraction()
		}
		offset = p.zone()
	}
	if p.failed || !p.done() || month < 1 || month > 12 || !hasDay(year, month, day) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, errTimestamp
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second-offset, nanosecond, time.UTC)
	if t.Year() < 0 || t.Year() > 9999 { // only because of the offset; such a time can't be written as JSON
		return time.Time{}, errTimestamp
	}
	return t, nil
}

// hasDay reports whether a month has a day. time.Date returns March 2 for February 30.
func hasDay(year, month, day int) bool {
	return 1 <= day && (day <= 28 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day)
}

// timestampParser reads a timestamp from the left. After it has failed, what it
// returns is meaningless.
type timestampParser struct {
	text   string
	at     int // text[at:] is not read yet
	failed bool
}

func (p *timestampParser) done() bool { return p.at == len(p.text) }

// next skips c if it comes next, and reports whether it did.
func (p *timestampParser) next(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// after skips c, which must come next.
func (p *timestampParser) after(c byte) *timestampParser {
	if !p.next(c) {
		p.failed = true
	}
	return p
}

// digit reads one digit.
func (p *timestampParser) digit() int {
	if p.at < len(p.text) {
		if c := p.text[p.at] - '0'; c <= 9 {
			p.at++
			return int(c)
		}
	}
	p.failed = true
	return 0
}

// pair reads a number of exactly two digits.
func (p *timestampParser) pair() int {
	if p.at+2 > len(p.text) {
		p.failed = true
		return 0
	}
	tens, ones := p.text[p.at]-'0', p.text[p.at+1]-'0'
	p.failed = p.failed || tens > 9 || ones > 9
	p.at += 2
	return 10*int(tens) + int(ones)
}

// fraction reads the fraction of a second, if there is one, as nanoseconds.
func (p *timestampParser) fraction() int {
	if !p.next('.') && !p.next(',') {
		return 0
	}
	unit := int(100 * time.Millisecond)
	nanoseconds := p.digit() * unit
	for !p.failed && !p.done() && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		unit /= 10
		nanoseconds += p.digit() * unit
	}
	return nanoseconds
}

// zone reads the zone as seconds east of UTC: nothing, Z, +hh, +hhmm or +hh:mm.
func (p *timestampParser) zone() int {
	if p.done() || p.next('Z') || p.next('z') {
		return 0
	}
	sign := 1
	if p.next('-') {
		sign = -1
	} else {
		p.after('+')
	}
	hours, minutes := p.pair(), 0
	if p.next(':') || !p.done() {
		minutes = p.pair()
	}
	p.failed = p.failed || hours > 23 || minutes > 59
	return sign * (hours*60 + minutes) * 60
}
