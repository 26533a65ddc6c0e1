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
	if p.failed || !p.done() || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, errTimestamp
	}
	seconds := 86400*daysSince1970(year, month, day) + 3600*hour + 60*minute + second - offset
	return time.Unix(int64(seconds), int64(nanosecond)).UTC(), nil
}

// daysSince1970 counts days as time.Date does, in a fraction of its time. The year
// begins in March here, so that a leap day is its last one, and 400 years early,
// so that nothing is negative.
func daysSince1970(year, month, day int) int {
	year, month = year+400, month-3
	if month < 0 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*month+2)/5 + day - 719469 - 146097
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
// fit, it has failed, and what it returns means nothing.
type timestampParser struct {
	text   string
	at     int // text[at:] is still to be read
	failed bool
}

func (p *timestampParser) done() bool { return p.at == len(p.text) }

// next skips c if it comes next, and tells whether it did.
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
