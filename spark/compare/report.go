package compare

import (
	"cmp"
	"iter"
	"slices"

	"github.com/sparkgo/spark-go/spark/record"
)

// Report sums up what differs between two archives. It prints as text and marshals
// to JSON.
type Report struct {
	CallsA    int `json:"calls_a"`   // calls that were read of A
	CallsB    int `json:"calls_b"`   // calls that were read of B
	Equal     int `json:"equal"`     // pairs in which nothing differs
	Differing int `json:"differing"` // pairs in which something does
	OnlyA     int `json:"only_a"`    // calls of A without a partner
	OnlyB     int `json:"only_b"`    // calls of B without a partner

	// Fields are the fields in which pairs differ, the most frequent first.
	Fields []FieldReport `json:"fields"`
	// OtherFields is how many changes there are in fields beyond the first 1,000:
	// they aren't told apart.
	OtherFields int `json:"other_fields,omitempty"`

	// The first few of each kind.
	ExamplesDiffering []*Diff `json:"examples_differing,omitempty"`
	ExamplesOnlyA     []Ref   `json:"examples_only_a,omitempty"`
	ExamplesOnlyB     []Ref   `json:"examples_only_b,omitempty"`
}

// Empty tells whether nothing differs and no call is without a partner.
func (r *Report) Empty() bool { return r.Differing == 0 && r.OnlyA == 0 && r.OnlyB == 0 }

// FieldReport sums up what differs in one field, all rows of a table together.
type FieldReport struct {
	Section Section `json:"section"`
	Field   string  `json:"field"` // as in Change
	// Calls is in how many pairs the field differs.
	Calls int `json:"calls"`
	// How many changes there are of each kind; a pair may have several, in the rows
	// of a table.
	Added     int `json:"added,omitempty"`
	Removed   int `json:"removed,omitempty"`
	Changed   int `json:"changed,omitempty"`
	Retyped   int `json:"retyped,omitempty"`
	Reordered int `json:"reordered,omitempty"`
	// Largest is the largest difference between two numbers; nil if there is none.
	Largest *Example `json:"largest,omitempty"`
}

// Example is a change in a pair of calls.
type Example struct {
	A      Ref    `json:"a"`
	B      Ref    `json:"b"`
	Change Change `json:"change"`
}

const (
	mostFields   = 1000 // that are told apart
	mostExamples = 5    // of each kind
)

// Archives compares two archives, or other streams of calls, and sums up what
// differs. It reads them as [Pairs] does, at the same cost, and ends with the first
// error.
//
//	report, err := compare.Archives(a.Calls(), b.Calls(), compare.ByID, compare.Options{})
//
// To see what a new version of a service changed, match calls by their inputs and
// leave out the metadata, which differs from call to call.
func Archives(a, b iter.Seq2[*record.Call, error], key Key, options Options) (*Report, error) {
	s := summary{report: &Report{Fields: []FieldReport{}}, known: map[reportedField]int{}}
	for pair, err := range Pairs(a, b, key, options) {
		if err != nil {
			return nil, err
		}
		s.add(pair)
	}
	slices.SortStableFunc(s.report.Fields, func(a, b FieldReport) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(joinField(a.Section, a.Field), joinField(b.Section, b.Field)))
	})
	return s.report, nil
}

// summary makes a report.
type summary struct {
	report *Report
	known  map[reportedField]int // index in report.Fields
}

type reportedField struct {
	section Section
	field   string
}

func (s *summary) add(pair Pair) {
	r := s.report
	if pair.A != nil {
		r.CallsA++
	}
	if pair.B != nil {
		r.CallsB++
	}
	switch {
	case pair.B == nil:
		r.OnlyA++
		addExample(&r.ExamplesOnlyA, refer(pair.A))
	case pair.A == nil:
		r.OnlyB++
		addExample(&r.ExamplesOnlyB, refer(pair.B))
	case pair.Diff.Empty():
		r.Equal++
	default:
		r.Differing++
		addExample(&r.ExamplesDiffering, pair.Diff)
		s.count(pair.Diff)
	}
}

func addExample[T any](examples *[]T, example T) {
	if len(*examples) < mostExamples {
		*examples = append(*examples, example)
	}
}

// count adds the changes of one pair.
func (s *summary) count(diff *Diff) {
	counted := map[int]bool{}
	for i := range diff.Changes {
		change := &diff.Changes[i]
		at, ok := s.field(change)
		if !ok {
			s.report.OtherFields++
			continue
		}
		field := &s.report.Fields[at]
		if !counted[at] {
			counted[at] = true
			field.Calls++
		}
		field.count(diff, change)
	}
}

// field returns the index of the report of a field, and false if there are too many.
func (s *summary) field(change *Change) (at int, ok bool) {
	name := reportedField{change.Section, change.Field}
	if at, ok = s.known[name]; ok {
		return at, true
	}
	at = len(s.report.Fields)
	if at == mostFields {
		return 0, false
	}
	s.known[name] = at
	s.report.Fields = append(s.report.Fields, FieldReport{Section: name.section, Field: name.field})
	return at, true
}

func (f *FieldReport) count(diff *Diff, change *Change) {
	switch change.Kind {
	case Added:
		f.Added++
	case Removed:
		f.Removed++
	case Changed:
		f.Changed++
	case Retyped:
		f.Retyped++
	case Reordered:
		f.Reordered++
	}
	if change.delta.IsZero() {
		return
	}
	if f.Largest == nil || change.delta.CompareMagnitude(f.Largest.Change.delta) > 0 {
		f.Largest = &Example{A: diff.A, B: diff.B, Change: *change}
	}
}
