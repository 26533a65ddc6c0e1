package stats

import (
	"iter"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// Options say how calls are counted. The zero value will do.
type Options struct {
	// Zone is the time zone of the days and times in a report; nil means UTC.
	Zone *time.Location
	// Groups is how many versions, users, purposes and source systems a report
	// names, each, before it puts the others together; 0 means 20, and more than
	// 256 means 256.
	Groups int
}

const defaultGroups = 20

// Calls counts all calls of a stream, such as [record.Archive.Calls] gives. It ends
// with the first error; to go on behind one, use a [Collector].
func Calls(calls iter.Seq2[*record.Call, error], options Options) (*Report, error) {
	c := NewCollector(options)
	for call, err := range calls {
		if err != nil {
			return nil, err
		}
		c.Add(call)
	}
	return c.Report(), nil
}

// Rows counts all calls of a CSV export, such as [record.Archive.Rows] gives. It
// ends with the first error; to go on behind one, use a [Collector].
func Rows(rows iter.Seq2[*record.Row, error], options Options) (*Report, error) {
	c := NewCollector(options)
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		c.AddRow(row)
	}
	return c.Report(), nil
}

// Collector counts calls one after another. NewCollector makes one. It isn't for
// concurrent use.
type Collector struct {
	options                                  Options
	first, last                              time.Time
	all                                      tally
	days                                     *days
	versions, users, purposes, sourceSystems *names
	errors, warnings                         *names // by reason
}

// NewCollector returns a collector that has counted no calls.
func NewCollector(options Options) *Collector {
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	if options.Groups <= 0 {
		options.Groups = defaultGroups
	}
	return &Collector{
		options:       options,
		days:          newDays(options.Zone),
		versions:      newNames(),
		users:         newNames(),
		purposes:      newNames(),
		sourceSystems: newNames(),
		errors:        newNames(),
		warnings:      newNames(),
	}
}

// Add counts a call. Nothing of it is kept.
func (c *Collector) Add(call *record.Call) { c.add(observeCall(call)) }

// AddRow counts the call of a CSV row. Nothing of it is kept.
func (c *Collector) AddRow(row *record.Row) { c.add(observeRow(row)) }

func (c *Collector) add(o observation) {
	c.all.add(o)
	c.days.add(o)
	c.versions.add(o.version, o)
	c.users.add(o.user, o)
	c.purposes.add(o.purpose, o)
	c.sourceSystems.add(o.sourceSystem, o)
	for _, reason := range o.errors {
		c.errors.add(reason, observation{})
	}
	for _, reason := range o.warnings {
		c.warnings.add(reason, observation{})
	}
	if o.at.IsZero() {
		return
	}
	if c.first.IsZero() || o.at.Before(c.first) {
		c.first = o.at
	}
	if o.at.After(c.last) {
		c.last = o.at
	}
}

// Report sums up what has been counted so far. Counting may go on.
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
	return r
}
