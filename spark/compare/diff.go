package compare

import (
	"encoding/json"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// Diff is what differs between two calls. It prints as a short text, empty where
// nothing differs, and marshals to JSON.
type Diff struct {
	A       Ref      `json:"a"`
	B       Ref      `json:"b"`
	Changes []Change `json:"changes"` // outputs first, then messages, inputs and metadata, each in the order of the record
}

// Empty tells whether nothing differs.
func (d *Diff) Empty() bool { return len(d.Changes) == 0 }

// Ref tells which call is meant.
type Ref struct {
	ID      string    `json:"id"`
	LogTime time.Time `json:"log_time,omitzero"` // in UTC
	Version string    `json:"version,omitempty"`
	User    string    `json:"user,omitempty"`
}

func refer(c *record.Call) Ref {
	return Ref{ID: c.ID, LogTime: c.LogTime, Version: c.Version, User: c.User}
}

// Section is a part of a call.
type Section string

// The sections of a call, in the order in which a Diff has them.
const (
	Outputs  Section = "outputs"
	Errors   Section = "errors"
	Warnings Section = "warnings"
	Inputs   Section = "inputs"
	Metadata Section = "metadata" // all else that record.Call has, such as "Call ID" and "Calc time (ms)"
)

// Kind is a way in which two calls differ.
type Kind string

// The kinds of changes.
const (
	Added     Kind = "added"     // A doesn't have it; it may be null in B
	Removed   Kind = "removed"   // B doesn't have it; it may be null in A
	Changed   Kind = "changed"   // another value of the same type
	Retyped   Kind = "retyped"   // a value of another type: null instead of 0, "1" instead of 1
	Reordered Kind = "reordered" // the rows that both tables have stand in another order
)

// Change is one difference between two calls.
type Change struct {
	Section Section `json:"section"`
	// Path leads to the value from its section: Premium, Cover.Limits[2], or
	// Cashflows[Year=2031].Amount for the row whose Year is 2031. Rows count from
	// 0. A row that stands elsewhere in B is [2→3]. It is empty for the section as
	// a whole.
	Path string `json:"path"`
	// Field is the path without saying which rows: Cashflows[].Amount.
	Field string `json:"field"`
	Kind  Kind   `json:"kind"`
	// A and B are the values. One that is missing is no value at all, and left out
	// of the JSON.
	A record.Value `json:"a,omitzero"`
	B record.Value `json:"b,omitzero"`
	// Delta is B − A, exactly, where both are numbers. It is empty where they are
	// so far apart that it would be thousands of digits long.
	Delta json.Number `json:"delta,omitempty"`

	delta decimal.Decimal // signed, and right in its size even where Delta is empty
}
