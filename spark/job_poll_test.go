package spark_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// progressKinds are what jobs report: a progress from 0 to 100 for the share of
// their length that has passed, or a negative one for none.
var progressKinds = map[string]func(passed float64) float64{
	"linear":         func(x float64) float64 { return 100 * x },
	"linear, whole":  func(x float64) float64 { return math.Floor(100 * x) },
	"cubic":          func(x float64) float64 { return 100 * x * x * x },
	"quarters":       func(x float64) float64 { return 25 * math.Floor(4*x) },
	"stuck at 99":    func(x float64) float64 { return min(99, 125*x) },
	"0 until done":   func(float64) float64 { return 0 },
	"none":           func(float64) float64 { return -1 },
	"falls and back": func(x float64) float64 { return 100 * math.Mod(2*x, 1) },
}

// simulation is the result of waiting for jobs of one length.
type simulation struct {
	lag      time.Duration // from the end of a job to the response that reports it, on average
	requests int           // of the job with the most requests
}

// simulate waits for jobs of that length, give or take a tenth, so that no result
// depends on where a request happens to fall. A request takes 30 to 200 ms.
func simulate(t *testing.T, length time.Duration, progress func(float64) float64) (result simulation) {
	jobs := uint64(30)
	if length >= time.Hour { // which take hundreds of requests each
		jobs = 12
	}
	for seed := range jobs {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, uint64(length)))
			length := time.Duration(float64(length) * (0.9 + 0.2*random.Float64()))
			start, requests := time.Now(), 0
			w := apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					respondData(`{"job_id":"`+anyCallID+`"}`)(w, r)
					return
				}
				requests++
				time.Sleep(15*time.Millisecond + time.Duration(random.Int64N(int64(85*time.Millisecond))))
				passed := float64(time.Since(start)) / float64(length)
				switch reported := progress(passed); {
				case passed >= 1:
					respondData(doneLine)(w, r)
				case reported < 0:
					respondData(`{}`)(w, r)
				default:
					respondData(fmt.Sprintf(`{"progress":%f}`, reported))(w, r)
				}
				time.Sleep(15*time.Millisecond + time.Duration(random.Int64N(int64(85*time.Millisecond))))
			})
			job, err := w.bearer().Service("f", "s").StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
			require.NoError(t, err)
			_, err = job.Wait(t.Context())
			require.NoError(t, err)
			result.lag += (time.Since(start) - length) / time.Duration(jobs)
			result.requests = max(result.requests, requests)
		})
	}
	return result
}

// The end of a job is noticed soon, with few requests, whatever it reports.
func TestPollInterval(t *testing.T) {
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	for _, test := range []struct {
		length         time.Duration
		linear, others simulation
	}{
		{200 * time.Millisecond, simulation{seconds(.4), 2}, simulation{seconds(.4), 2}},
		{time.Second, simulation{seconds(.4), 5}, simulation{seconds(.6), 5}},
		{10 * time.Second, simulation{seconds(.5), 12}, simulation{seconds(3.5), 17}},
		{time.Minute, simulation{seconds(1.5), 17}, simulation{seconds(12.5), 28}},
		{5 * time.Minute, simulation{seconds(5), 28}, simulation{seconds(22), 39}},
		// About 15 s, half of the longest interval; the rest is chance.
		{time.Hour, simulation{seconds(24), 170}, simulation{seconds(24), 170}},
		{2 * time.Hour, simulation{seconds(24), 310}, simulation{seconds(24), 310}},
	} {
		for name, progress := range progressKinds {
			t.Run(fmt.Sprintf("%s/%s", test.length, name), func(t *testing.T) {
				limit := test.others
				if strings.HasPrefix(name, "linear") {
					limit = test.linear
				}
				got := simulate(t, test.length, progress)
				t.Logf("%s, %s: lag %s, at most %d requests", test.length, name, got.lag.Round(10*time.Millisecond), got.requests)
				require.LessOrEqual(t, got.lag, limit.lag)
				require.LessOrEqual(t, got.requests, limit.requests)
			})
		}
	}
}
