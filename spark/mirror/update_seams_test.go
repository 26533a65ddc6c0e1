package mirror_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// logged is a record with the time in which the platform's log has it.
type logged struct {
	call     sparktest.Call
	from, to time.Time
}

// A platform whose calls cluster at the seams of windows, some logged late, some
// removed again, some of one v4 call and alike to the last byte, some without a
// log time: however it counts bounds, the directory contains each record as often as
// the platform ever had it at once.
func TestNoRecordIsMissingOrDoubledAtSeams(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		if rapid.IntRange(0, 2).Draw(rt, "local time") == 0 {
			h.check(t, rt, local(rapid.IntRange(-12, 14).Draw(rt, "hours")), 15*time.Hour)
			return
		}
		h.check(t, rt, rapid.SampledFrom(countings).Draw(rt, "counting"), 0)
	})
}

// logHistory is what happens on a platform, and when the directory is updated.
type logHistory struct {
	since    spark.Date
	days     int
	lookBack time.Duration
	atOnce   int64 // records that are compared at once
	records  []logged
	updates  []time.Time
}

const lastDay = 6

func drawHistory(rt *rapid.T) logHistory {
	h := logHistory{
		since:    spark.DateOf(day(rapid.IntRange(0, 2).Draw(rt, "since"))),
		days:     rapid.IntRange(1, 3).Draw(rt, "days"),
		lookBack: time.Duration(rapid.IntRange(1, 72).Draw(rt, "look-back in hours")) * time.Hour,
		atOnce:   rapid.Int64Range(1, 10).Draw(rt, "records at once"),
	}
	for i := range rapid.IntRange(0, 12).Draw(rt, "calls") {
		h.records = append(h.records, h.drawCall(rt, i)...)
	}
	at := day(2)
	for range rapid.IntRange(1, 4).Draw(rt, "updates") {
		at = at.Add(time.Duration(rapid.IntRange(0, 48*60).Draw(rt, "minutes to the update")) * time.Minute)
		h.updates = append(h.updates, at)
	}
	return h
}

// layouts are forms of timestamps with the unit that each cuts off at.
var layouts = []struct {
	layout string
	unit   time.Duration
}{
	{"2006-01-02T15:04:05.000000", time.Microsecond},
	{"2006-01-02T15:04:05.000Z", time.Millisecond},
	{"2006-01-02T15:04:05+00:00", time.Second},
	{"2006-01-02", 24 * time.Hour},
}

// drawCall makes a call of one record or of several, at a seam or near one.
func (h logHistory) drawCall(rt *rapid.T, i int) []logged {
	layout := rapid.SampledFrom(layouts).Draw(rt, "layout")
	near := rapid.SampledFrom([]time.Duration{
		0, time.Microsecond, -time.Microsecond, time.Millisecond, -time.Millisecond, time.Second, -time.Second,
		4 * time.Minute, -4 * time.Minute, 6 * time.Minute, -6 * time.Minute, 12 * time.Hour,
	})
	call := sparktest.Call{
		ID: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String(), TimeLayout: layout.layout,
		Time: day(rapid.IntRange(1, lastDay).Draw(rt, "day")).Add(near.Draw(rt, "near")).Truncate(layout.unit),
	}
	var records []logged
	for index := range rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(rt, "records") {
		call.Index = index
		call.Inputs = fmt.Appendf(nil, `{"x":%d}`, rapid.IntRange(0, 1).Draw(rt, "input"))
		if index > 0 && rapid.Bool().Draw(rt, "later") {
			call.Time = call.Time.Add(2 * max(layout.unit, time.Millisecond))
		}
		records = append(records, h.drawLife(rt, call))
	}
	if len(records) == 1 && rapid.IntRange(0, 5).Draw(rt, "undated") == 3 && !call.Time.Before(h.since.In(time.UTC)) {
		records[0].call.Raw = fmt.Appendf(nil, `{"EngineCallId":%q,"LogTime":"soon"}`, call.ID)
	}
	return records
}

// drawLife says when a record is in the log: within the look-back from its time.
func (h logHistory) drawLife(rt *rapid.T, call sparktest.Call) logged {
	delay := time.Duration(rapid.Int64Range(0, int64(h.lookBack)-1).Draw(rt, "delay"))
	record := logged{call: call, from: call.Time.Add(delay)}
	record.to = record.from.AddDate(1, 0, 0)
	if rapid.IntRange(0, 4).Draw(rt, "removed") == 2 {
		record.to = record.from.Add(time.Duration(rapid.IntRange(1, 72).Draw(rt, "hours in the log")) * time.Hour)
	}
	return record
}

// check plays the history in a bubble of its own: a property's clock must be real.
func (h logHistory) check(t *testing.T, rt *rapid.T, platform counting, overlap time.Duration) {
	var outcome verdict
	synctest.Test(t, func(t *testing.T) {
		outcome = verdictOf(func(v *verdict) { h.play(t, v, platform, overlap) })
	})
	if outcome != "" {
		rt.Fatalf("%s: %s", platform.name, string(outcome))
	}
}

// play runs the updates and compares the directory with the truth after each.
func (h logHistory) play(t *testing.T, v *verdict, platform counting, overlap time.Duration) {
	dir := scratch(t)
	want := tally{}
	mirror.CompareAtOnce(t, h.atOnce)
	for _, at := range h.updates {
		sleepUntil(at)
		options := mirror.Options{Since: h.since, Days: h.days, LookBack: h.lookBack, Overlap: overlap}
		for name, n := range h.update(t, v, platform, dir, options) {
			want[name] = max(n, want[name])
		}
		requireSame(v, want, tallyOf(v, dir))
	}
}

// update runs one update and returns what it has to find.
func (h logHistory) update(t *testing.T, v *verdict, platform counting, dir string, options mirror.Options) tally {
	var calls []sparktest.Call
	indexes := map[string]int{}
	for _, record := range h.records {
		if now := time.Now(); record.from.After(now) || !record.to.After(now) {
			continue
		}
		record.call.Index = indexes[record.call.ID]
		indexes[record.call.ID]++
		calls = append(calls, record.call)
	}
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("motor", "premium", calls...))
	require.NoError(v, err)
	defer server.Close()
	_, err = mirror.Update(t.Context(), serviceOf(t, server, platform.wrap), dir, options)
	require.NoError(v, err)
	return truth(v, server.Calls(), h.since)
}

// verdict is how a property failed, or empty. As a test it ends at the first failure.
type verdict string

type failedNow struct{}

func (v *verdict) Helper()  {}
func (v *verdict) FailNow() { panic(failedNow{}) }
func (v *verdict) Errorf(format string, args ...any) {
	*v += verdict(fmt.Sprintf(format, args...))
}

func verdictOf(property func(*verdict)) (v verdict) {
	defer func() {
		if recovered := recover(); recovered != nil && recovered != any(failedNow{}) {
			panic(recovered)
		}
	}()
	property(&v)
	return v
}

// counting is a way in which a platform may count the bounds of an export.
type counting struct {
	name       string
	start, end func(time.Time) time.Time
}

// The emulator takes both bounds as they are and as inside. These say what another
// platform would take them for.
func asIs(t time.Time) time.Time       { return t }
func after(t time.Time) time.Time      { return t.Add(1) }
func until(t time.Time) time.Time      { return t.Add(-1) }
func toSecond(t time.Time) time.Time   { return t.Truncate(time.Second) }
func toMidnight(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
func afterMidnight(t time.Time) time.Time {
	return after(toMidnight(t))
}
func untilMidnight(t time.Time) time.Time { return until(toMidnight(t)) }
func afterDay(t time.Time) time.Time      { return toMidnight(t).AddDate(0, 0, 1) }
func wholeDay(t time.Time) time.Time      { return until(afterDay(t)) }

var countings = []counting{
	{"instants, inside", asIs, asIs},
	{"instants, the end outside", asIs, until},
	{"instants, outside", after, until},
	{"whole seconds", toSecond, toSecond},
	{"midnights, inside", toMidnight, toMidnight},
	{"midnights, the end outside", toMidnight, untilMidnight},
	{"midnights, outside", afterMidnight, untilMidnight},
	{"whole days, inside", toMidnight, wholeDay},
	{"whole days, the end outside", toMidnight, untilMidnight},
	{"whole days, outside", afterDay, untilMidnight},
}

// local takes instants for local times so many hours from UTC.
func local(hours int) counting {
	shift := func(t time.Time) time.Time { return t.Add(time.Duration(hours) * time.Hour) }
	return counting{"local times", shift, shift}
}

// wrap makes a platform of the emulator that counts so.
func (c counting) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPost || !strings.Contains(strings.ToLower(r.URL.Path), "downloadjson") {
			return next.RoundTrip(r)
		}
		var request gen.ExportJSONRequest
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		move(request.RequestData.StartDate, c.start)
		move(request.RequestData.EndDate, c.end)
		body, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return next.RoundTrip(r)
	})
}

func move(bound *string, count func(time.Time) time.Time) {
	t, err := time.Parse(time.RFC3339Nano, *bound)
	if err != nil {
		panic(err) // the mirror asks for instants
	}
	*bound = count(t).Format(time.RFC3339Nano)
}
