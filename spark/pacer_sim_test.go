package spark

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// A simulated job reports progress as a function of the fraction of its length
// that has passed. Times are seconds since its start.

// A pacerCurve is what a kind of job reports; a negative progress stands for none.
type pacerCurve struct {
	name     string
	progress func(passed float64, random *rand.Rand) float64
}

// pacerShapes tell something at any time: the progress rises from poll to poll.
var pacerShapes = []pacerCurve{
	{"linear", pacerFine(pacerPower(1))},
	{"front-loaded, square root", pacerFine(pacerPower(0.5))},
	{"front-loaded, square", pacerFine(pacerFront(2))},
	{"front-loaded, cube", pacerFine(pacerFront(3))},
	{"back-loaded, square", pacerFine(pacerPower(2))},
	{"back-loaded, cube", pacerFine(pacerPower(3))},
	{"s-shaped", pacerFine(pacerS)},
}

// pacerStepped are the same in steps. Until the first step they tell nothing.
var pacerStepped = slices.Concat(pacerInSteps(100), pacerInSteps(20), pacerInSteps(10))

// pacerLinearPercent is what to expect of a platform.
var pacerLinearPercent = pacerStepped[0]

// pacerSilent tell nothing.
var pacerSilent = []pacerCurve{
	{"0 until the end", func(float64, *rand.Rand) float64 { return 0 }},
	{"no progress reported", func(float64, *rand.Rand) float64 { return -1 }},
}

// pacerOdd mislead.
var pacerOdd = []pacerCurve{
	{"waits in a queue for 30 %", pacerPercent(func(x float64) float64 { return max(0, (x-0.3)/0.7) })},
	{"waits in a queue for 60 %", pacerPercent(func(x float64) float64 { return max(0, (x-0.6)/0.4) })},
	{"stands still from 30 to 70 %", pacerPercent(func(x float64) float64 { return max(min(x/0.6, 0.5), (x-0.4)/0.6) })},
	{"stays at 99", pacerPercent(func(x float64) float64 { return min(x/0.8, 0.99) })},
	{"stays at 10", pacerPercent(func(x float64) float64 { return min(x*10, 0.1) })},
	{"stays at 50", pacerPercent(func(x float64) float64 { return min(x*10, 0.5) })},
	{"reports nothing after 10", func(x float64, _ *rand.Rand) float64 {
		if x < 0.1 {
			return math.Floor(100 * x)
		}
		return -1
	}},
	{"100 before there is a file", pacerPercent(func(x float64) float64 { return x / 0.95 })},
	{"jumps 0, 30, 70, 80", pacerPercent(func(x float64) float64 {
		switch {
		case x < 0.2:
			return 0
		case x < 0.5:
			return 0.3
		case x < 0.6:
			return 0.7
		}
		return 0.8
	})},
	{"falls back now and then", func(x float64, random *rand.Rand) float64 {
		if random.Float64() < 0.1 {
			x *= random.Float64()
		}
		return math.Floor(100 * x)
	}},
	{"shoots ahead now and then", func(x float64, random *rand.Rand) float64 {
		if random.Float64() < 0.1 {
			x += (1 - x) * random.Float64()
		}
		return math.Floor(100 * x)
	}},
	{"half of the readings missing", func(x float64, random *rand.Rand) float64 {
		if random.Float64() < 0.5 {
			return -1
		}
		return math.Floor(100 * x)
	}},
	{"starts over at half time", pacerPercent(func(x float64) float64 {
		if x < 0.5 {
			return 1.6 * x
		}
		return 2*x - 1
	})},
}

func pacerPower(exponent float64) func(float64) float64 {
	return func(x float64) float64 { return math.Pow(x, exponent) }
}

func pacerFront(exponent float64) func(float64) float64 {
	return func(x float64) float64 { return 1 - math.Pow(1-x, exponent) }
}

func pacerS(x float64) float64 { return x * x * (3 - 2*x) }

func pacerFine(shape func(float64) float64) func(float64, *rand.Rand) float64 {
	return func(x float64, _ *rand.Rand) float64 { return 100 * shape(x) }
}

func pacerSteps(steps float64, shape func(float64) float64) func(float64, *rand.Rand) float64 {
	return func(x float64, _ *rand.Rand) float64 { return math.Floor(shape(x)*steps) * 100 / steps }
}

func pacerPercent(shape func(float64) float64) func(float64, *rand.Rand) float64 {
	return pacerSteps(100, shape)
}

func pacerInSteps(steps float64) []pacerCurve {
	names := map[float64]string{100: ", percent", 20: ", 20 steps", 10: ", 10 steps"}
	var curves []pacerCurve
	for _, fine := range pacerShapes {
		stepped := func(x float64, random *rand.Rand) float64 {
			return math.Floor(fine.progress(x, random)*steps/100) * 100 / steps
		}
		curves = append(curves, pacerCurve{fine.name + names[steps], stepped})
	}
	return curves
}

// pacerLengths are the lengths of the simulated jobs.
var pacerLengths = []time.Duration{
	200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour,
}

// A pacerPolicy is what is simulated: the pacer, or one to compare it with.
type pacerPolicy interface {
	first() time.Duration
	next(now time.Time, progress float64, known bool) time.Duration
}

// A pacerMaker makes a policy for a job watched from start on.
type pacerMaker func(start time.Time, random *rand.Rand) pacerPolicy

func pacerNew(start time.Time, random *rand.Rand) pacerPolicy {
	return newPacer(start, pacerLimits{DefaultPollShortest, DefaultPollLongest}, random.Float64)
}

// pacerFixed polls every two seconds.
type pacerFixed struct{}

func (pacerFixed) first() time.Duration                                 { return 2 * time.Second }
func (pacerFixed) next(time.Time, float64, bool) time.Duration          { return 2 * time.Second }
func pacerNewFixed(time.Time, *rand.Rand) pacerPolicy                   { return pacerFixed{} }
func pacerNewExponential(time.Time, *rand.Rand) pacerPolicy             { return &pacerExponential{} }
func (p *pacerExponential) next(time.Time, float64, bool) time.Duration { return p.first() }

// pacerExponential waits 1 s, then half as long again each time, up to 30 s.
type pacerExponential struct{ wait time.Duration }

func (p *pacerExponential) first() time.Duration {
	p.wait = min(max(p.wait*3/2, time.Second), 30*time.Second)
	return p.wait
}

// A pacerRun is the outcome of one job.
type pacerRun struct {
	length, lag time.Duration // lag: from the job's end to the answer that says so
	requests    int
	sinceRise   int // requests from the first rise of the progress on
}

// pacerSimulate watches one job from a fraction of its length on. A poll takes 30
// to 200 ms; half of that passes before the platform looks at the job.
func pacerSimulate(policy pacerMaker, curve pacerCurve, length time.Duration, from float64, random *rand.Rand) pacerRun {
	epoch := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	end := epoch.Add(length)
	now := epoch.Add(time.Duration(from * float64(length)))
	pacer := policy(now, random)
	if from == 0 {
		now = now.Add(pacer.first())
	}
	run := pacerRun{length: length}
	lowest := math.Inf(1)
	for {
		latency := 30*time.Millisecond + time.Duration(random.Float64()*float64(170*time.Millisecond))
		looked := now.Add(latency / 2)
		now = now.Add(latency)
		run.requests++
		if run.sinceRise > 0 {
			run.sinceRise++
		}
		if !looked.Before(end) {
			run.lag = now.Sub(end)
			return run
		}
		progress := curve.progress(float64(looked.Sub(epoch))/float64(length), random)
		if run.sinceRise == 0 && progress > lowest {
			run.sinceRise = 1
		}
		if progress >= 0 {
			lowest = min(lowest, progress)
		}
		now = now.Add(pacer.next(now, progress, progress >= 0))
	}
}

// A pacerResult sums up many jobs of about one length.
type pacerResult struct {
	length    time.Duration
	mean      time.Duration // lag
	p95       time.Duration
	requests  int // of the job that took most
	sinceRise int // likewise
}

// pacerJobs is how many jobs of each kind and length are simulated.
const pacerJobs = 300

// pacerAnywhere picks each job up at a stage of its own.
const pacerAnywhere = -1

// pacerMeasure simulates jobs of length ±10 %, so that no result rests on where a
// poll happens to fall, and watches them from a fraction of their length on.
func pacerMeasure(policy pacerMaker, curve pacerCurve, length time.Duration, from float64) pacerResult {
	result := pacerResult{length: length}
	lags := make([]time.Duration, pacerJobs)
	for seed := range lags {
		random := rand.New(rand.NewPCG(uint64(seed), uint64(length)))
		about := time.Duration(float64(length) * (0.9 + 0.2*random.Float64()))
		at := from
		if at == pacerAnywhere {
			at = random.Float64()
		}
		run := pacerSimulate(policy, curve, about, at, random)
		lags[seed] = run.lag
		result.mean += run.lag / pacerJobs
		result.requests = max(result.requests, run.requests)
		result.sinceRise = max(result.sinceRise, run.sinceRise)
	}
	slices.Sort(lags)
	result.p95 = lags[pacerJobs*95/100]
	return result
}
