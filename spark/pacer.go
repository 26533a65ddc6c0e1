package spark

import (
	"math"
	"time"
)

// A pacer decides how long to wait before the status of an export job is asked
// for again. It neither sleeps nor asks: it is told what each poll reported.
//
// As long as the progress says nothing, each wait is a fixed share of the time
// waited so far. So a job is noticed late by at most a share of its own length,
// and a job twice as long costs four requests more, not twice as many.
//
// Once the progress climbs, the pacer extrapolates when it will reach 100. It
// fits progress = a·timeᵇ through the start of the climb and the last two rises,
// which is exact for a steady job and for one that speeds up or slows down
// evenly. It goes two thirds of the way there, looks again, and so on; when the
// rest is short, it waits for all of it. An extrapolation may be wrong, so no
// wait is longer than what has been watched supports (see trusted).
//
// When the expected end has passed, it asks at short intervals that grow the
// longer the extrapolation has been wrong; at 100 without a file, which should
// follow at once, they begin very short.
//
// Only what the pacer saw itself counts, so it serves a job that is picked up at
// 60 as well. A progress that falls begins a new climb. A reading that is missing
// or not a number changes nothing.
//
// The tests simulate jobs of 0.2 s to 2 h; testdata/polling.txt has the results.
type pacer struct {
	start  time.Time
	limits pacerLimits
	random func() float64

	// All times below are seconds since start.

	origin pacerPoint // first reading, or the first after the progress fell
	before pacerPoint // last rise but one, or origin; set with the first rise
	latest pacerPoint // last rise, or origin
	read   float64    // last usable reading
	stood  float64    // last reading at which the progress hadn't risen
	step   float64    // smallest rise so far: the job may be as much ahead of what it says
	pace   float64    // seconds per percent between the last two readings
	finish float64    // expected end, +Inf where there is nothing to go by
}

// A pacerPoint is a progress and when it was first seen.
type pacerPoint struct{ at, progress float64 }

// pacerLimits bound the time between two polls. Both must be set.
type pacerLimits struct{ shortest, longest time.Duration }

const (
	// Without progress, polls are 0.19 of the time elapsed apart, but at least
	// 0.7 s: on average half of that passes before an end is noticed. The round
	// trip of the poll itself, up to 0.2 s, comes on top and is taken off.
	//
	// This settles what a job in large steps costs too. Until its first step it
	// looks like one that reports nothing, and to notice the end of that one 10 %
	// late takes over 30 polls in 12 minutes, which is when a job of two hours in
	// ten steps takes its first. With 0.6 it would cost half as many polls, and a
	// job that reports nothing would be noticed 30 % late.
	pacerBlind      = 0.19
	pacerBlindLeast = 0.7
	pacerRoundTrip  = 0.2

	// Around the expected end polls are 0.04 of the time elapsed apart: the end
	// is then noticed 2 % late on average, and 4 % where one comes just too soon.
	pacerNear = 0.04

	// How far to go towards an expected end before looking again. A job that
	// speeds up is done before a linear extrapolation says.
	pacerWay = 2.0 / 3

	// How much longer than the progress has been climbing without a break to
	// rely on its going on like that.
	pacerClimb = 3.0

	// Past the expected end, the share of the delay so far to wait further.
	pacerDelay = 0.1

	// A steeper slowdown than time^0.05 is a standstill rather than a trend.
	pacerLeastExponent = 0.05

	// Waits are varied by up to this share, so that clients that started together
	// don't go on asking together.
	pacerJitter = 0.05
)

// newPacer returns a pacer for a job watched from start on. random returns
// numbers in [0, 1).
func newPacer(start time.Time, limits pacerLimits, random func() float64) *pacer {
	none := math.Inf(1) // the first reading is below it and so begins a climb
	return &pacer{
		start: start, limits: limits, random: random,
		latest: pacerPoint{progress: none}, read: -none, finish: none,
	}
}

// first is the wait before the first poll of a job that was started just now. It
// is spread evenly over one interval, so that an end falls anywhere between two
// polls. A job that is picked up is asked at once instead: it may be done.
func (p *pacer) first() time.Duration {
	return time.Duration(p.random() * pacerBlindLeast * float64(time.Second))
}

// next is told what a poll reported, of which the answer came at now, and returns
// the wait until the next one. Where known is false, or the progress is not a
// number or below 0, the poll told nothing. Where the platform asks for a longer
// wait, the caller goes by that.
func (p *pacer) next(now time.Time, progress float64, known bool) time.Duration {
	elapsed := now.Sub(p.start).Seconds()
	if known && progress >= 0 && !math.IsInf(progress, 1) {
		p.observe(pacerPoint{elapsed, min(progress, 100)})
	}
	wait := p.wait(elapsed) * (1 + pacerJitter*(2*p.random()-1))
	wait = max(wait, p.limits.shortest.Seconds())
	wait = min(wait, p.limits.longest.Seconds())
	return time.Duration(wait * float64(time.Second))
}

// remaining returns how long the job is expected to take from now on. It is false
// where there is nothing to go by, or where the job should have ended already.
func (p *pacer) remaining(now time.Time) (time.Duration, bool) {
	const month = 30 * 24 * 3600 // an estimate beyond it is none
	left := p.finish - now.Sub(p.start).Seconds()
	if left <= 0 || left > month {
		return 0, false
	}
	return time.Duration(left * float64(time.Second)), true
}

// observe takes in a reading.
func (p *pacer) observe(seen pacerPoint) {
	gap := seen.at - p.read
	if gap <= 0 {
		return // the clock was set back
	}
	p.read = seen.at
	switch rise := seen.progress - p.latest.progress; {
	case rise == 0:
		p.stood = seen.at
		return
	case rise < 0:
		p.origin, p.latest = seen, seen
		p.stood, p.step, p.finish = seen.at, 100, math.Inf(1)
	default:
		p.before, p.latest = p.latest, seen
		p.step, p.pace = min(p.step, rise), gap/rise
		p.finish = seen.at + p.extrapolate()
	}
	if seen.progress == 100 {
		p.finish = seen.at
	}
}

// missing is how much progress there is still to come. Reported in steps, it may
// be a step less than it looks; better to ask too soon than too late.
func (p *pacer) missing() float64 { return max(0, 100-p.latest.progress-p.step) }

// extrapolate returns how long from the latest rise on the progress takes to 100.
func (p *pacer) extrapolate() float64 {
	rise, took := p.latest.progress-p.origin.progress, p.latest.at-p.origin.at
	exponent := 1.0
	if p.before != p.origin {
		exponent = math.Log(rise/(p.before.progress-p.origin.progress)) / math.Log(took/(p.before.at-p.origin.at))
	}
	exponent = max(exponent, pacerLeastExponent)
	return took * (math.Pow(1+p.missing()/rise, 1/exponent) - 1)
}

// wait returns the seconds to wait, before limits and jitter.
func (p *pacer) wait(elapsed float64) float64 {
	blind := max(pacerBlindLeast, pacerBlind*elapsed-pacerRoundTrip)
	near := pacerNear * elapsed
	left := p.finish - elapsed
	switch {
	case left > 2*near:
		return min(pacerWay*left, max(blind, p.trusted(elapsed)))
	case left > 0:
		return max(left, near)
	case p.latest.progress == 100:
		return min(-left, max(near, -left*pacerDelay))
	default:
		return min(blind, max(near, -left*pacerDelay))
	}
}

// trusted returns the longest wait that the climb supports: nothing if the last
// poll told nothing; otherwise no longer than the job was watched, no longer than
// a few times as long as the progress has been climbing without a break, and no
// longer than two thirds of what is left if it goes on as fast as between the last
// two readings.
func (p *pacer) trusted(elapsed float64) float64 {
	if p.read != elapsed {
		return 0
	}
	return min(elapsed, pacerClimb*(elapsed-p.stood), pacerWay*p.pace*p.missing())
}
