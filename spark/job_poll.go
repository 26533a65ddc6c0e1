package spark

import (
	"math/rand/v2"
	"time"
)

// pollInterval returns how long to wait before a job's status is requested again.
// elapsed is how long the job has been running, as far as this process knows.
// remaining is how long it will still take at its present speed, or -1 if unknown.
//
// If it is known, half of it passes before the next request. That is right
// whether the progress is honest or not: the closer the end, the closer the requests,
// and one that comes too early costs little. Otherwise a fifth of the elapsed
// time passes, so the end is noticed late by a tenth of the job's length on
// average.
func pollInterval(elapsed, remaining time.Duration, limits pollLimits) time.Duration {
	interval, shortest := elapsed/5, limits.min
	if remaining >= 0 {
		interval, shortest = min(remaining/2, elapsed), max(limits.min, elapsed/50)
	}
	// Jitter keeps clients that started together from polling together.
	jitter := 0.95 + 0.1*rand.Float64()
	interval = time.Duration(jitter * float64(max(interval, shortest)))
	return min(max(interval, limits.min), limits.max)
}

// pollLimits bound the time between two status requests.
type pollLimits struct{ min, max time.Duration }

// progressRate estimates how long a job will still take from the progress that it
// reported. The zero value has seen none.
type progressRate struct {
	start, last reading
}

// reading is a progress, 0 to 100, and when it was reported; the zero time is none.
type reading struct {
	at       time.Time
	progress float64
}

// add takes in a reading. A progress that falls begins a new estimate.
func (r *progressRate) add(at time.Time, progress float64) {
	latest := reading{at, progress}
	if r.start.at.IsZero() || progress < r.last.progress {
		r.start = latest
	}
	r.last = latest
}

// remaining estimates how long the job still takes if it goes on at its average speed. It
// returns -1 if no progress has been seen, or if the estimate is more than 30 days.
func (r *progressRate) remaining(now time.Time) time.Duration {
	const month = 30 * 24 * time.Hour
	rise := r.last.progress - r.start.progress
	if rise <= 0 {
		return -1
	}
	seconds := (100 - r.last.progress) / rise * r.last.at.Sub(r.start.at).Seconds()
	if seconds > month.Seconds() {
		return -1
	}
	return max(0, time.Duration(seconds*float64(time.Second))-now.Sub(r.last.at))
}
