package spark

import (
	"testing"
	"time"
)

// What the pacer is to reach: at least half a second may pass unnoticed.
const (
	pacerAimLeast  = 500 * time.Millisecond
	pacerAimTold   = 0.03 // of the job's length, where the progress tells something
	pacerAimSilent = 0.10 // where it tells nothing
)

func pacerCheckLag(t *testing.T, result pacerResult, least time.Duration, share float64) {
	t.Helper()
	if aim := max(least, time.Duration(share*float64(result.length))); result.mean > aim {
		t.Errorf("job of %v: end noticed %v late on average, want at most %v", result.length, result.mean, aim)
	}
}

func pacerCheckRequests(t *testing.T, result pacerResult, limit int) {
	t.Helper()
	if result.requests > limit {
		t.Errorf("job of %v: %d requests, want at most %d", result.length, result.requests, limit)
	}
}

func TestPacerReachesAimsWhereProgressAlwaysTells(t *testing.T) {
	for _, curve := range pacerShapes {
		t.Run(curve.name, func(t *testing.T) {
			for _, length := range pacerLengths {
				result := pacerMeasure(pacerNew, curve, length, 0)
				pacerCheckLag(t, result, pacerAimLeast, pacerAimTold)
				pacerCheckRequests(t, result, 25)
			}
		})
	}
}

// Until the first step such a job looks like one that never tells anything, and
// costs as much. So 25 requests are out of reach for long jobs (see pacerBlind);
// what counts is how late the end is noticed, and the requests from then on.
func TestPacerNoticesEndWhereProgressTellsInSteps(t *testing.T) {
	for _, curve := range pacerStepped {
		t.Run(curve.name, func(t *testing.T) {
			for _, length := range pacerLengths {
				result := pacerMeasure(pacerNew, curve, length, 0)
				pacerCheckLag(t, result, pacerAimLeast, pacerAimTold)
				pacerCheckRequests(t, result, 60)
				if result.sinceRise > 30 {
					t.Errorf("job of %v: %d requests since the first step, want at most 30", length, result.sinceRise)
				}
			}
		})
	}
}

func TestPacerNeedsFewRequestsInPercentUpToTenMinutes(t *testing.T) {
	for _, length := range pacerLengths {
		if length > 10*time.Minute {
			break
		}
		pacerCheckRequests(t, pacerMeasure(pacerNew, pacerLinearPercent, length, 0), 25)
	}
}

func TestPacerReachesAimsWhereProgressTellsNothing(t *testing.T) {
	for _, curve := range pacerSilent {
		t.Run(curve.name, func(t *testing.T) {
			for _, length := range pacerLengths {
				result := pacerMeasure(pacerNew, curve, length, 0)
				pacerCheckLag(t, result, pacerAimLeast, pacerAimSilent)
				pacerCheckRequests(t, result, 60)
			}
		})
	}
}

// Where the progress misleads there is no aim, but nothing gets out of hand.
func TestPacerCopesWithMisleadingProgress(t *testing.T) {
	for _, curve := range pacerOdd {
		t.Run(curve.name, func(t *testing.T) {
			for _, length := range pacerLengths {
				result := pacerMeasure(pacerNew, curve, length, 0)
				pacerCheckLag(t, result, time.Second, 0.15)
				pacerCheckRequests(t, result, 75)
			}
		})
	}
}

// A pacer that begins late has seen less, so steps cost it more requests. Of a job
// of a few seconds, little is left to watch.
func TestPacerNoticesEndOfJobPickedUpAtAnyStage(t *testing.T) {
	for _, group := range []struct {
		curves   []pacerCurve
		share    float64
		requests int
	}{
		{pacerShapes, pacerAimTold, 25},
		{pacerInSteps(100), pacerAimTold, 95},
		{pacerSilent, pacerAimSilent, 60},
	} {
		for _, curve := range group.curves {
			t.Run(curve.name, func(t *testing.T) {
				for _, length := range pacerLengths {
					result := pacerMeasure(pacerNew, curve, length, pacerAnywhere)
					least := pacerAimLeast
					if length < 5*time.Second {
						least = 700 * time.Millisecond
					}
					pacerCheckLag(t, result, least, group.share)
					pacerCheckRequests(t, result, group.requests)
				}
			})
		}
	}
}
