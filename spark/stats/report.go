package stats

import (
	"encoding/json"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// Report is what happened.
type Report struct {
	First time.Time `json:"first,omitzero"` // log time of the first call, in Zone
	Last  time.Time `json:"last,omitzero"`  // log time of the last call, in Zone
	Zone  string    `json:"zone"`           // time zone of days and times, such as UTC

	All Numbers `json:"all"`
	// Days are the days with calls, in order.
	Days []Day `json:"days"`
	// EarlierDays are the days before these, if there were too many; nil if not.
	EarlierDays *Numbers `json:"earlier_days,omitempty"`
	// Undated is how many calls have no log time. No day has them.
	Undated int `json:"undated,omitempty"`

	Versions      Breakdown `json:"versions"`
	Users         Breakdown `json:"users"`
	Purposes      Breakdown `json:"purposes"`
	SourceSystems Breakdown `json:"source_systems"`

	Errors   Reasons `json:"errors"`   // of errors of the model
	Warnings Reasons `json:"warnings"` // of warnings of the model
}

// Numbers are what is counted of calls.
type Numbers struct {
	Calls    int   `json:"calls"`
	Errors   int   `json:"errors"`   // calls with errors of the model
	Warnings int   `json:"warnings"` // calls with warnings of the model
	Calc     Times `json:"calc"`     // how long the model calculated
	Total    Times `json:"total"`    // how long the platform took in all
}

// ErrorRate is the share of calls with errors, from 0 to 1; 0 without calls.
func (n Numbers) ErrorRate() float64 { return rate(n.Errors, n.Calls) }

// WarningRate is the share of calls with warnings, from 0 to 1; 0 without calls.
func (n Numbers) WarningRate() float64 { return rate(n.Warnings, n.Calls) }

func rate(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// Day is the calls of a day.
type Day struct {
	Date spark.Date `json:"date"`
	Numbers
}

// Breakdown is the calls by name, of versions or users for example.
type Breakdown struct {
	// Groups are the most frequent names, the most frequent first.
	Groups []Group `json:"groups"`
	// Other are the calls of all other names together; nil if there are none.
	Other *Numbers `json:"other,omitempty"`
	// Names is how many names there are; 0 if they are too many to be followed.
	Names int `json:"names,omitempty"`
}

// Group is the calls with a name.
type Group struct {
	// Name is empty for calls without one. It is cut after 200 bytes.
	Name string `json:"name"`
	// Missed is how many calls with this name there may be among the others, at
	// most. It is 0 unless there are more names than can be followed.
	Missed int `json:"missed,omitempty"`
	Numbers
}

// Reasons are why calls have errors, or warnings.
type Reasons struct {
	// Reasons are the ten most frequent, the most frequent first.
	Reasons []Reason `json:"reasons"`
	// Other counts the calls of all other reasons. A call with several of them counts
	// several times.
	Other int `json:"other,omitempty"`
}

// Reason is the calls with errors, or warnings, that say the same.
type Reason struct {
	// Reason is the message and the type, or what stands in for a message that is
	// empty. Numbers and UUIDs are replaced by …, so that a limit of 18 and one of 21
	// are the same reason. It is cut after 200 bytes. For a CSV export it is all that
	// the cell of details says.
	Reason string `json:"reason"`
	// Calls is how many calls have it.
	Calls int `json:"calls"`
	// Missed is how many more calls with it there may be, at most. It is 0 unless there
	// are more reasons than can be followed.
	Missed int `json:"missed,omitempty"`
}

// MarshalJSON gives the times in milliseconds.
func (t Times) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Count int     `json:"count"`
		P50   float64 `json:"p50_ms"`
		P95   float64 `json:"p95_ms"`
		P99   float64 `json:"p99_ms"`
		Max   float64 `json:"max_ms"`
	}{t.Count, milliseconds(t.P50), milliseconds(t.P95), milliseconds(t.P99), milliseconds(t.Max)})
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
