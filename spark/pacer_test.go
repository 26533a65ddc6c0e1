package spark

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestPacerStaysWithinLimitsWhateverIsReported(t *testing.T) {
	limits := pacerLimits{shortest: 3 * time.Second, longest: 40 * time.Second}
	garbage := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e-300, 50, 99.999, 100, 101, math.MaxFloat64}
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		now := time.Unix(0, 0)
		pacer := newPacer(now, limits, random.Float64)
		for range 50 {
			progress := 120 * random.Float64()
			if random.IntN(2) == 0 {
				progress = garbage[random.IntN(len(garbage))]
			}
			wait := pacer.next(now, progress, random.IntN(5) > 0)
			if wait < limits.shortest || wait > limits.longest {
				t.Fatalf("seed %d: wait of %v at progress %v", seed, wait, progress)
			}
			if left, known := pacer.remaining(now); left < 0 || known != (left > 0) {
				t.Fatalf("seed %d: remaining %v, %v at progress %v", seed, left, known, progress)
			}
			if random.IntN(10) > 0 { // otherwise the clock stands still or is set back
				now = now.Add(wait)
			} else {
				now = now.Add(-time.Duration(random.IntN(2)) * wait)
			}
		}
	}
}

func TestPacerSpreadsFirstPoll(t *testing.T) {
	for _, test := range []struct {
		random float64
		want   time.Duration
	}{{0, 0}, {0.5, 350 * time.Millisecond}} {
		pacer := newPacer(time.Time{}, pacerLimits{}, func() float64 { return test.random })
		if got := pacer.first(); got != test.want {
			t.Errorf("random %v: first wait %v, want %v", test.random, got, test.want)
		}
	}
}

// A pacerScript feeds readings to a pacer without jitter.
type pacerScript struct {
	pacer *pacer
	start time.Time
}

func newPacerScript() pacerScript {
	start := time.Unix(0, 0)
	limits := pacerLimits{DefaultPollShortest, DefaultPollLongest}
	return pacerScript{newPacer(start, limits, func() float64 { return 0.5 }), start}
}

func (s pacerScript) at(seconds float64) time.Time {
	return s.start.Add(time.Duration(seconds * float64(time.Second)))
}

func (s pacerScript) report(seconds, progress float64) float64 {
	return s.pacer.next(s.at(seconds), progress, progress >= 0).Seconds()
}

func pacerCheckNear(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.01*math.Abs(want) {
		t.Errorf("%s: got %v s, want %v s", what, got, want)
	}
}

func TestPacerWithoutProgressWaitsAShareOfTheTimeElapsed(t *testing.T) {
	for _, progress := range []float64{0, -1} {
		script := newPacerScript()
		pacerCheckNear(t, "after 1 s", script.report(1, progress), 0.7)
		pacerCheckNear(t, "after 100 s", script.report(100, progress), 18.8)
		pacerCheckNear(t, "after 1000 s", script.report(1000, progress), 189.8)
		if _, known := script.pacer.remaining(script.at(1000)); known {
			t.Error("remaining time known without progress")
		}
	}
}

func TestPacerGoesTwoThirdsOfTheWayThenToTheEnd(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	script.report(300, 30)
	script.report(600, 60) // a step of 30: it may be at 90 already
	pacerCheckNear(t, "half way", script.report(610, 61), 2.0/3*380)
	pacerCheckNear(t, "close to the end", script.report(950, 95), 40)
	left, known := script.pacer.remaining(script.at(950))
	if !known {
		t.Fatal("remaining time unknown")
	}
	pacerCheckNear(t, "remaining", left.Seconds(), 40)
}

func TestPacerAfterTheExpectedEndAsksLessAndLessOften(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	script.report(90, 90)
	script.report(99, 99)
	pacerCheckNear(t, "just past the end", script.report(101, 99), 4.04)
	pacerCheckNear(t, "twice the time", script.report(200, 99), 10)
	pacerCheckNear(t, "ten times the time", script.report(1000, 99), 90)
	if left, known := script.pacer.remaining(script.at(1000)); known {
		t.Errorf("remaining %v past the expected end", left)
	}
}

func TestPacerAt100WithoutAFileBeginsWithShortWaits(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	script.report(500, 50)
	pacerCheckNear(t, "at once", script.report(1000, 100), 0.25)
	pacerCheckNear(t, "after 1 s", script.report(1001, 100), 1)
	pacerCheckNear(t, "after 10 s", script.report(1010, 120), 10)
	pacerCheckNear(t, "after 100 s", script.report(1100, 100), 44)
}

func TestPacerFallingProgressBeginsANewClimb(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	script.report(90, 90)
	pacerCheckNear(t, "back at 0", script.report(100, 0), 18.8)
	script.report(110, 10)
	pacerCheckNear(t, "climbing again", script.report(180, 80), 10)
	left, known := script.pacer.remaining(script.at(180))
	if !known {
		t.Fatal("remaining time unknown")
	}
	pacerCheckNear(t, "remaining", left.Seconds(), 10)
}

func TestPacerMissingReadingChangesNothing(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	script.report(60, 60)
	script.report(61, 61)
	before, _ := script.pacer.remaining(script.at(70))
	script.report(70, -1)
	script.report(71, math.NaN())
	if after, _ := script.pacer.remaining(script.at(70)); after != before {
		t.Errorf("remaining %v, want %v as before", after, before)
	}
}

func TestPacerReliesOnNoClimbItDoesNotSee(t *testing.T) {
	script := newPacerScript()
	script.report(0, 0)
	pacerCheckNear(t, "first rise", script.report(100, 1), 100)
	pacerCheckNear(t, "reading missing", script.report(200, -1), 37.8)
	pacerCheckNear(t, "standstill", script.report(240, 1), 45.4)
}

func TestPacerPickedUpJobNeedsNoStart(t *testing.T) {
	script := newPacerScript() // watched from 60 % on; 1 % takes 10 s
	script.report(0, 60)
	script.report(10, 61)
	script.report(100, 70)
	left, known := script.pacer.remaining(script.at(100))
	if !known {
		t.Fatal("remaining time unknown")
	}
	pacerCheckNear(t, "remaining", left.Seconds(), 290) // may be at 71 already
}
