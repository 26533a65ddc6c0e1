package stats

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/sparkgo/spark-go/spark/stats/internal/figure"
)

// Report is a summary of calls.
type Report struct {
	First time.Time `json:"first,omitzero"` // log time of the first call, in Zone
	Last  time.Time `json:"last,omitzero"`  // log time of the last call, in Zone
	Zone  string    `json:"zone"`           // time zone of days and times, such as UTC
	// Value is the name of the value that is summarized, as in Options.
	Value string `json:"value,omitempty"`

	All Numbers `json:"all"`
	// Days are the days with calls, in order.
	Days []Day `json:"days"`
	// EarlierDays are the days before Days, if there are too many; otherwise it is nil.
	EarlierDays *Numbers `json:"earlier_days,omitempty"`
	// Undated is how many calls don't have a log time, or one after the year 9999 in Zone.
	// They are not in any day.
	Undated int `json:"undated,omitempty"`

	// Months are all months with calls, in order, such as 2026-03. They are nil unless a
	// value is summarized by month.
	Months        *Breakdown `json:"months,omitempty"`
	Versions      Breakdown  `json:"versions"`
	Users         Breakdown  `json:"users"`
	Purposes      Breakdown  `json:"purposes"`
	SourceSystems Breakdown  `json:"source_systems"`

	Errors   Reasons `json:"errors"`   // of the model's errors
	Warnings Reasons `json:"warnings"` // of the model's warnings
}

// Breakdowns iterates over Months, if there are any, and then Versions, Users, Purposes
// and SourceSystems.
func (r *Report) Breakdowns() iter.Seq2[GroupBy, Breakdown] {
	return func(yield func(GroupBy, Breakdown) bool) {
		_ = (r.Months == nil || yield(ByMonth, *r.Months)) &&
			yield(ByVersion, r.Versions) && yield(ByUser, r.Users) && yield(ByPurpose, r.Purposes) && yield(BySourceSystem, r.SourceSystems)
	}
}

// Numbers are the figures of a group of calls.
type Numbers struct {
	Calls    int   `json:"calls"`
	Errors   int   `json:"errors"`   // calls with errors of the model
	Warnings int   `json:"warnings"` // calls with warnings of the model
	Calc     Times `json:"calc"`     // how long the model calculated
	Total    Times `json:"total"`    // how long the platform took in all
	// Value summarizes the value that Options.Value names. It is nil in groups that
	// Options.ValueBy doesn't list, and in days.
	Value *Distribution `json:"value,omitempty"`
}

// ErrorRate returns the share of calls with errors, from 0 to 1; 0 without calls.
func (n Numbers) ErrorRate() float64 { return rate(n.Errors, n.Calls) }

// WarningRate returns the share of calls with warnings, from 0 to 1; 0 without calls.
func (n Numbers) WarningRate() float64 { return rate(n.Warnings, n.Calls) }

func rate(part, all int) float64 { return float64(part) / float64(max(all, 1)) }

// Day is the calls of one day.
type Day struct {
	Date string `json:"date"` // such as 2026-03-02, in the zone of the report
	Numbers
}

// Breakdown is the calls by name, for example by version or by user.
type Breakdown struct {
	// Groups are the most frequent names, the most frequent first.
	Groups []Group `json:"groups"`
	// Other is the calls of all other names together; nil if there are none.
	Other *Numbers `json:"other,omitempty"`
	// Names is how many names there are; 0 if they are too many to be counted.
	Names int `json:"names,omitempty"`
}

// All iterates over the groups, and then the others, with their names in a form that
// can be printed.
func (b Breakdown) All() iter.Seq2[string, Numbers] {
	return func(yield func(string, Numbers) bool) {
		for _, group := range b.Groups {
			if !yield(figure.Name(group.Name, group.Missed), group.Numbers) {
				return
			}
		}
		if b.Other != nil {
			yield(figure.Others(b.Names-len(b.Groups)), *b.Other)
		}
	}
}

// Group is the calls with the same name.
type Group struct {
	// Name is empty for calls without one. It is cut after 200 bytes.
	Name string `json:"name"`
	// Missed is the maximum number of calls with this name that are among the others. It
	// is 0 unless there are more names than can be counted.
	Missed int `json:"missed,omitempty"`
	Numbers
}

// Reasons are why calls have errors, or warnings.
type Reasons struct {
	// Reasons are the ten most frequent ones, the most frequent first.
	Reasons []Reason `json:"reasons"`
	// Other counts the calls of all other reasons. A call with several of them counts
	// several times.
	Other int `json:"other,omitempty"`
}

// All iterates over the reasons, and then the others, in a form that can be printed,
// with the numbers of their calls.
func (r Reasons) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, reason := range r.Reasons {
			if !yield(figure.Name(reason.Reason, reason.Missed), reason.Calls) {
				return
			}
		}
		if r.Other > 0 {
			yield(figure.Others(0), r.Other)
		}
	}
}

// Reason is the calls whose errors, or warnings, have the same message.
type Reason struct {
	// Reason is the message and the type, or what is reported for an empty message.
	// Numbers and UUIDs are replaced by …, so that a limit of 18 and one of 21 are the
	// same reason. It is cut after 200 bytes. For a CSV export it is the complete cell of
	// details.
	Reason string `json:"reason"`
	// Calls is how many calls have it.
	Calls int `json:"calls"`
	// Missed is the maximum number of further calls with it. It is 0 unless there are more
	// reasons than can be counted.
	Missed int `json:"missed,omitempty"`
}

// Distribution is how the values of a group of calls are distributed.
type Distribution struct {
	Count      int `json:"count"`       // calls whose value is a number
	Missing    int `json:"missing"`     // calls without the value, or whose value is null
	NotNumbers int `json:"not_numbers"` // calls with any other value, or with a number of more than 300 digits

	// Mean is the mean of the numbers, exact but for rounding to six decimals more than
	// their sum has.
	Mean json.Number `json:"mean,omitempty"`
	// P5 is the smallest number that at least 5% of the numbers don't exceed, P50 and P95
	// that of 50% and 95%. Each is the number of one of the calls, unrounded. They are
	// exact for up to 1,023 numbers. For more numbers they come from a sample: of a
	// million, P50 is at worst a number between the exact P49.5 and P50.5.
	P5  json.Number `json:"p5,omitempty"`
	P50 json.Number `json:"p50,omitempty"`
	P95 json.Number `json:"p95,omitempty"`
}
