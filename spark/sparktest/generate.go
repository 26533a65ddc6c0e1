package sparktest

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// historyEnd is a Saturday: the five days before it are a working week.
var historyEnd = time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC)

// A History describes the calls that Generate makes up. The zero value means 60
// calls in the working week from 2026-03-02 to 2026-03-06.
type History struct {
	Calls int           // number of calls, some with several records; 0 means 60
	Span  time.Duration // time that the calls are spread over; 0 means five days
	End   time.Time     // end of that time; zero means 2026-03-07 UTC
	Seed  uint64        // each seed gives other calls
}

// Generate returns made-up calls of a pricing model for motor insurance. The same
// History always gives the same calls.
//
// Every sixth call has warnings, every ninth has errors, and every twelfth is a v4
// call with two to four records. The last two fifths are of version 2.0.0 of the
// model, whose inputs and outputs differ from those of 1.4.2. Numbers have digits
// that a float64 would lose.
func Generate(h History) []Call {
	if h.Calls == 0 {
		h.Calls = 60
	}
	if h.Span == 0 {
		h.Span = 5 * 24 * time.Hour
	}
	if h.End.IsZero() {
		h.End = historyEnd
	}
	g := newGenerator(h.Seed)
	var calls []Call
	for i := range h.Calls {
		at := h.End.Add(-h.Span).Add(h.Span / time.Duration(h.Calls) * time.Duration(i))
		calls = append(calls, g.call(i, at, i >= h.Calls*3/5)...)
	}
	return calls
}

// generator takes all randomness from one seeded source.
type generator struct {
	source *rand.ChaCha8
	*rand.Rand
}

func newGenerator(seed uint64) *generator {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	source := rand.NewChaCha8(key)
	return &generator{source: source, Rand: rand.New(source)}
}

func (g *generator) uuid() string {
	id, err := uuid.NewRandomFromReader(g.source)
	if err != nil {
		panic("sparktest: " + err.Error()) // the source never fails
	}
	return id.String()
}

// Calls use these lists in turn, so that each filter finds calls even in a short
// history. The lengths have no common divisor.
var (
	sampleUsers   = []string{"ada.okafor@example.com", "béatrice.müller@example.com", "chen.wei@example.com"}
	sampleOrigins = []struct{ purpose, sourceSystem, correlation string }{
		{"Spark - API Tester", "SPARK", ""},
		{"Quote", "Broker Portal", ""},
		{"Renewal", "PolicyAdmin", "renewals-2026-03"},
		{"Quote", "Broker Portal", "broker-4711"},
	}
	sampleLayouts = []string{
		naiveTime, naiveTime, naiveTime,
		"2006-01-02T15:04:05.000Z",
		"2006-01-02T15:04:05.000z",
		csvTime,
		naiveTime,
	}
)

// call returns the records of one call: several if it is a v4 call.
func (g *generator) call(i int, at time.Time, newVersion bool) []Call {
	origin := sampleOrigins[i%len(sampleOrigins)]
	c := Call{
		ID:            g.uuid(),
		Time:          at.Add(time.Duration(g.Int64N(int64(10 * time.Minute)))).Truncate(time.Microsecond),
		User:          sampleUsers[i%len(sampleUsers)],
		Purpose:       origin.purpose,
		SourceSystem:  origin.sourceSystem,
		CorrelationID: origin.correlation,
		TimeLayout:    sampleLayouts[i%len(sampleLayouts)],
	}
	c.Time, _ = time.Parse(c.TimeLayout, c.Time.Format(c.TimeLayout)) // only what the layout shows
	if i%12 != 7 {
		return []Call{g.record(c, i, newVersion)}
	}
	c.APIVersion = "V4"
	records := make([]Call, 2+g.IntN(3))
	for index := range records {
		c.Index = index
		records[index] = g.record(c, i+index, newVersion)
	}
	return records
}

// record adds the version, the times, and what the model calculated.
func (g *generator) record(c Call, i int, newVersion bool) Call {
	c.Version, c.Revision = "1.4.2", "0.9.0"
	if newVersion {
		c.Version, c.Revision = "2.0.0", "0.10.1"
	}
	c.Abridged = !newVersion && i%5 == 3
	c.CalcTime = time.Duration(5+g.IntN(80)) * time.Millisecond
	c.TotalTime = c.CalcTime + time.Duration(10+g.IntN(60))*time.Millisecond
	if i%6 == 2 {
		c.Warnings = sampleWarnings
	}
	if i%9 == 4 {
		c.Errors = sampleErrors
	}
	g.price(&c, i, newVersion)
	return c
}
