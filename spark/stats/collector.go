package stats

import (
	"iter"
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
	options                                  Options
	first, last                              time.Time
	all                                      tally
	days                                     *days
	versions, users, purposes, sourceSystems *names
	errors, warnings                         *names // by reason
	valueBy                                  map[GroupBy]*names
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
	c := &Collector{
		options:       options,
		days:          newDays(options.Zone),
		versions:      newNames(),
		users:         newNames(),
		purposes:      newNames(),
		sourceSystems: newNames(),
		errors:        newNames(),
		warnings:      newNames(),
		valueBy:       map[GroupBy]*names{},
	}
	if options.Value != "" {
		for _, by := range options.ValueBy {
			c.valueBy[by] = newNames()
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
	c.all.add(call)
	c.days.add(call)
	c.versions.tally(call.Version).add(call)
	c.users.tally(call.User).add(call)
	c.purposes.tally(call.Purpose).add(call)
	c.sourceSystems.tally(call.SourceSystem).add(call)
	for _, reason := range errorReasons(call.Errors) {
		c.errors.tally(reason).calls++
	}
	for _, reason := range warningReasons(call.Warnings) {
		c.warnings.tally(reason).calls++
	}
	if c.options.Value != "" {
		c.addValue(call, parseValue(value))
	}
	if call.LogTime.IsZero() {
		return
	}
	if c.first.IsZero() || call.LogTime.Before(c.first) {
		c.first = call.LogTime
	}
	if call.LogTime.After(c.last) {
		c.last = call.LogTime
	}
}

func (c *Collector) addValue(call *record.Call, value parsedValue) {
	c.all.value.add(value)
	for by, groups := range c.valueBy {
		t := groups.tally(by.groupOf(call, c.options.Zone))
		t.calls++
		t.value.add(value)
	}
}

// Report returns a report of the calls that have been counted so far. More calls can
// be counted afterwards.
func (c *Collector) Report() *Report {
	r := &Report{
		First:         c.first.In(c.options.Zone),
		Last:          c.last.In(c.options.Zone),
		Zone:          c.options.Zone.String(),
		All:           c.all.numbers(),
		Days:          c.days.list(),
		Undated:       c.days.undated,
		Versions:      c.versions.breakdown(c.options.Groups),
		Users:         c.users.breakdown(c.options.Groups),
		Purposes:      c.purposes.breakdown(c.options.Groups),
		SourceSystems: c.sourceSystems.breakdown(c.options.Groups),
		Errors:        c.errors.reasons(),
		Warnings:      c.warnings.reasons(),
	}
	if c.days.earlier.calls > 0 {
		earlier := c.days.earlier.numbers()
		r.EarlierDays = &earlier
	}
	if c.options.Value != "" {
		r.Value = &ValueReport{Name: c.options.Value, All: c.all.value.report(), By: map[GroupBy]ValueBreakdown{}}
		for by, groups := range c.valueBy {
			r.Value.By[by] = groups.values(by, c.options.Groups)
		}
	}
	return r
}
