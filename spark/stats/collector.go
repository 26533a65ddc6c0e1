package stats

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// Options say how calls are counted. The zero value counts in UTC.
type Options struct {
	// Zone is the time zone of the days and times in a report; nil means UTC.
	Zone *time.Location
	// Groups is how many versions, users, purposes and source systems a report lists,
	// each, before it puts the others together; 0 means 20, and more than 256 means 256.
	Groups int
	// Value is the name of a value that is summarized as well, such as outputs.premium.
	// Give the value of each call to [Collector.AddValue] or [Collector.AddRowValue].
	Value string
	// ValueBy lists the groups of calls whose values are summarized; nil means
	// ByMonth and ByVersion.
	ValueBy []GroupBy
}

const defaultGroups = 20

// Calls returns a report of all calls of a stream, such as that of
// [record.Archive.Calls], or the first error of the stream. To continue after an
// error, use a [Collector].
func Calls(calls iter.Seq2[*record.Call, error], options Options) (*Report, error) {
	c := NewCollector(options)
	return collect(c, calls, c.Add)
}

// Rows returns a report of all calls of a CSV export, such as those of
// [record.Archive.Rows], or the first error of the stream. To continue after an error,
// use a [Collector].
func Rows(rows iter.Seq2[*record.Row, error], options Options) (*Report, error) {
	c := NewCollector(options)
	return collect(c, rows, c.AddRow)
}

func collect[T any](c *Collector, stream iter.Seq2[T, error], add func(T)) (*Report, error) {
	for call, err := range stream {
		if err != nil {
			return nil, err
		}
		add(call)
	}
	return c.Report(), nil
}

// Collector counts calls one after another. NewCollector creates one. It isn't safe
// for concurrent use.
type Collector struct {
	options          Options
	first, last      time.Time
	all              tally
	days             days
	groups           []group
	errors, warnings *names // by reason
}

// group counts calls by one property.
type group struct {
	by     GroupBy
	names  *names
	valued bool // the values are summarized as well
}

// NewCollector returns a collector that has not counted any calls yet.
func NewCollector(options Options) *Collector {
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	if options.Groups <= 0 {
		options.Groups = defaultGroups
	}
	if options.ValueBy == nil {
		options.ValueBy = []GroupBy{ByMonth, ByVersion}
	}
	c := &Collector{options: options, days: days{byDate: map[string]*tally{}}, errors: newNames(), warnings: newNames()}
	for _, by := range []GroupBy{ByMonth, ByVersion, ByUser, ByPurpose, BySourceSystem} {
		valued := options.Value != "" && slices.Contains(options.ValueBy, by)
		if by != ByMonth || valued {
			c.groups = append(c.groups, group{by, newNames(), valued})
		}
	}
	return c
}

// Add counts a call. The collector doesn't retain it.
func (c *Collector) Add(call *record.Call) { c.AddValue(call, record.Value{}) }

// AddRow counts the call of a CSV row. The collector doesn't retain it.
func (c *Collector) AddRow(row *record.Row) { c.AddRowValue(row, record.Value{}) }

// AddRowValue is AddValue for the call of a CSV row.
func (c *Collector) AddRowValue(row *record.Row, value record.Value) { c.AddValue(callOf(row), value) }

// AddValue counts a call and its value for [Options].Value. A zero Value and null
// count as missing.
func (c *Collector) AddValue(call *record.Call, value record.Value) {
	at := c.logTime(call)
	c.all.add(call)
	c.days.tally(at).add(call)
	parsed := parsedValue{}
	if c.options.Value != "" {
		parsed = parseValue(value)
		c.all.value.add(parsed)
	}
	for _, g := range c.groups {
		t := g.names.tally(g.by.groupOf(call, at))
		t.add(call)
		if g.valued {
			t.value.add(parsed)
		}
	}
	for _, reason := range errorReasons(call.Errors) {
		c.errors.tally(reason).calls++
	}
	for _, reason := range warningReasons(call.Warnings) {
		c.warnings.tally(reason).calls++
	}
	if at.IsZero() {
		return
	}
	if c.first.IsZero() || at.Before(c.first) {
		c.first = at
	}
	if at.After(c.last) {
		c.last = at
	}
}

// logTime returns the log time of a call in the zone of the report. It is zero for a call
// without one, and if its year doesn't have four digits in that zone.
func (c *Collector) logTime(call *record.Call) time.Time {
	at := call.LogTime.In(c.options.Zone)
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}

// Report returns a report of the calls that have been counted so far. More calls can
// be counted afterwards.
func (c *Collector) Report() *Report {
	r := &Report{
		First:    c.first,
		Last:     c.last,
		Zone:     c.options.Zone.String(),
		Value:    c.options.Value,
		All:      c.all.numbers(),
		Days:     c.days.list(),
		Undated:  c.days.undated.calls,
		Errors:   c.errors.reasons(),
		Warnings: c.warnings.reasons(),
	}
	for _, g := range c.groups {
		switch b := g.names.breakdown(c.options.Groups); g.by {
		case ByMonth:
			b = g.names.breakdown(maxNames)
			slices.SortFunc(b.Groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
			r.Months = &b
		case ByVersion:
			r.Versions = b
		case ByUser:
			r.Users = b
		case ByPurpose:
			r.Purposes = b
		case BySourceSystem:
			r.SourceSystems = b
		}
	}
	if c.days.earlier.calls > 0 {
		earlier := c.days.earlier.numbers()
		r.EarlierDays = &earlier
	}
	return r
}
