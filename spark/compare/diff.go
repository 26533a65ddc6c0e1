package compare

import (
	"encoding/json"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// Diff lists what differs between two calls. It prints as a short text, which is empty
// if nothing differs, and marshals to JSON.
type Diff struct {
	A Ref `json:"a"`
	B Ref `json:"b"`
	// Changes are sorted by section, and within a section as in the record.
	Changes []Change `json:"changes"`
}

// Empty reports whether nothing differs.
func (d *Diff) Empty() bool { return len(d.Changes) == 0 }

// Ref identifies a call.
type Ref struct {
	ID      string    `json:"id"`
	LogTime time.Time `json:"log_time,omitzero"` // in UTC
	Version string    `json:"version,omitempty"`
	User    string    `json:"user,omitempty"`
}

func refTo(c *record.Call) Ref {
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
	Metadata Section = "metadata" // all other fields of record.Call, such as "Call ID" and "Calc time (ms)"
)

// Kind is a way in which two calls differ.
type Kind string

// The kinds of changes.
const (
	Added     Kind = "added"     // missing in A; it may be null in B
	Removed   Kind = "removed"   // missing in B; it may be null in A
	Changed   Kind = "changed"   // another value of the same type
	Retyped   Kind = "retyped"   // a value of another type: null instead of 0, "1" instead of 1
	Reordered Kind = "reordered" // the rows that both tables have are in a different order
)

// Change is one difference between two calls.
type Change struct {
	Section Section `json:"section"`
	// Path is the place of the value in its section: Premium, Cover.Limits[2], or
	// Cashflows[Year=2031].Amount for the row whose Year is 2031. Rows count from 0. A
	// row that has another index in B is [2→3]. Path is empty for the section itself.
	Path string `json:"path"`
	// Field is the path without row numbers and keys: Cashflows[].Amount.
	Field string `json:"field"`
	Kind  Kind   `json:"kind"`
	// A and B are the values. A missing value is the zero Value, which isn't in the
	// JSON.
	A record.Value `json:"a,omitzero"`
	B record.Value `json:"b,omitzero"`
	// Delta is exactly B − A if both are numbers. It is empty if they are so far apart
	// that it would have thousands of digits.
	Delta json.Number `json:"delta,omitempty"`

	delta decimal.Decimal // its size is right even if Delta is empty
}
