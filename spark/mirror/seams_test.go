package mirror_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
// log time: whatever way it counts bounds, the folder holds each record as often
// as the platform has ever had it at once.
func TestNoRecordIsMissingOrDoubledAtSeams(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		h.check(t, rt, rapid.SampledFrom(countings).Draw(rt, "counting"), 0)
	})
}

func TestSeamsOfAPlatformThatCountsInLocalTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		h.check(t, rt, local(rapid.IntRange(-12, 14).Draw(rt, "hours")), 15*time.Hour)
	})
}

// Exports carry no index: a record that another one of its call has replaced is told
// from it by whatever differs, and both are kept.
func TestRecordsOfOneCallAreToldApartByWhatIsInThem(t *testing.T) {
	number := func(n int) json.RawMessage { return fmt.Appendf(nil, `{"x":%d}`, n) }
	for name, change := range map[string]func(call *sparktest.Call, n int){
		"call ID": func(call *sparktest.Call, n int) {
			call.ID = uuid.NewSHA1(uuid.Nil, []byte{byte(n)}).String()
			call.Index = 0
		},
		"log time": func(call *sparktest.Call, n int) { call.Time = call.Time.Add(time.Duration(n) * time.Microsecond) },
		"inputs":   func(call *sparktest.Call, n int) { call.Inputs = number(n) },
		"outputs":  func(call *sparktest.Call, n int) { call.Outputs = number(n) },
		"warnings": func(call *sparktest.Call, n int) { call.Warnings = []sparktest.Message{{Text: string(number(n))}} },
		"errors":   func(call *sparktest.Call, n int) { call.Errors = []sparktest.Message{{Text: string(number(n))}} },
		"the place of values": func(call *sparktest.Call, n int) {
			sides := []string{`"request_data":{"inputs":{"x":1}}`, `"response_data":{"outputs":{"x":1}}`}
			call.Raw = fmt.Appendf(nil, `{"EngineCallId":%q,"LogTime":"2000-01-01T12:00:00","EngineDetails":{%s}}`, call.ID, sides[n-1])
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			dir, want := scratch(t), tally{}
			sleepUntil(day(1))
			for n := 1; n <= 2; n++ {
				one := sparktest.Call{ID: uuid.Nil.String(), Time: day(0, 12*time.Hour), APIVersion: "V4"}
				other := one
				other.Index = 1
				change(&other, n)
				server := platform(t, []sparktest.Call{one, other})
				update(t, server, dir, mirror.Options{Since: firstDay})
				maps.Copy(want, truth(t, served(server), firstDay))
			}
			require.Len(t, want, 3, name)
			requireSame(t, want, tallyOf(t, dir))
		})
	}
}

// logHistory is what happens on a platform, and when the folder is updated.
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

// layouts are forms of time stamps with the unit that each cuts off at.
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
		outcome = judge(func(v *verdict) { h.play(t, v, platform, overlap) })
	})
	if outcome != "" {
		rt.Fatalf("%s: %s", platform.name, string(outcome))
	}
}

// play updates a folder and compares it after each time with what it is to hold.
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
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.Service("motor", "premium", calls...))
	require.NoError(v, err)
	defer server.Close()
	_, err = mirror.Update(t.Context(), serviceOf(t, server, platform.wire), dir, options)
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

func judge(property func(*verdict)) (v verdict) {
	defer func() {
		if recovered := recover(); recovered != nil && recovered != any(failedNow{}) {
			panic(recovered)
		}
	}()
	property(&v)
	return v
}
