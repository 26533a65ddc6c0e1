package stats

import (
	"math"
	"time"
)

// linear is a scale from nothing up.
type linear struct{ top, step float64 }

// linearScale holds values up to most.
func linearScale(most float64) linear {
	step := niceStep(most / 4)
	return linear{top: step * math.Max(1, math.Ceil(most/step-1e-9)), step: step}
}

// niceStep returns the least of 1, 2, 5, 10, 20… that isn't below f, or of the
// same divided by powers of ten.
func niceStep(f float64) float64 {
	if f <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(f)))
	for _, step := range []float64{1, 2, 5} {
		if step*power >= f*(1-1e-9) {
			return step * power
		}
	}
	return 10 * power
}

func (s linear) y(v float64) float64 {
	return plotBottom - v/s.top*(plotBottom-plotTop)
}

func (s linear) ticks(label func(float64) string) []tick {
	var ticks []tick
	for i := 0; float64(i)*s.step <= s.top*(1+1e-9); i++ {
		v := float64(i) * s.step
		ticks = append(ticks, tick{at(s.y(v)), label(v)})
	}
	return ticks
}

// logarithmic is a scale on which equal factors are equally far apart.
type logarithmic struct{ bottom, top time.Duration }

// steps are where a logarithmic scale may begin, end and have ticks.
var steps = func() []time.Duration {
	var steps []time.Duration
	for power := time.Microsecond; power < 100*time.Second; power *= 10 {
		steps = append(steps, power, 2*power, 5*power)
	}
	for _, minutes := range []time.Duration{2, 5, 10, 30, 60, 5 * 60, 24 * 60, 7 * 24 * 60, 365 * 24 * 60, 100 * 365 * 24 * 60} {
		steps = append(steps, minutes*time.Minute)
	}
	return append(steps, math.MaxInt64)
}()

// logScale holds all values that are more than nothing; the others lie at its bottom.
func logScale(values []time.Duration) logarithmic {
	least, most := time.Duration(math.MaxInt64), time.Duration(0)
	for _, v := range values {
		if v > 0 {
			least, most = min(least, v), max(most, v)
		}
	}
	if most == 0 {
		least, most = time.Millisecond, time.Millisecond
	}
	s := logarithmic{bottom: steps[0], top: steps[0]}
	for _, step := range steps {
		if step <= least {
			s.bottom = step
		}
		if s.top < most || s.top <= s.bottom {
			s.top = step
		}
	}
	return s
}

func (s logarithmic) y(v time.Duration) float64 {
	v = max(v, s.bottom)
	share := math.Log(float64(v)/float64(s.bottom)) / math.Log(float64(s.top)/float64(s.bottom))
	return plotBottom - min(share, 1)*(plotBottom-plotTop)
}

// ticks are those steps that leave room for each other.
func (s logarithmic) ticks() []tick {
	var ticks []tick
	last := math.Inf(1)
	for _, step := range steps {
		if step < s.bottom || step > s.top {
			continue
		}
		if y := s.y(step); last-y >= 1.6*lineHeight {
			ticks = append(ticks, tick{at(y), short(step)})
			last = y
		}
	}
	return ticks
}
