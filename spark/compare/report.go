package compare

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/spark/record"
)

// Report summarizes what differs between two archives. It prints as text and marshals
// to JSON.
type Report struct {
	CallsA    int `json:"calls_a"`   // calls read from A
	CallsB    int `json:"calls_b"`   // calls read from B
	Equal     int `json:"equal"`     // pairs in which nothing differs
	Differing int `json:"differing"` // pairs in which something differs
	OnlyA     int `json:"only_a"`    // calls without a counterpart in B
	OnlyB     int `json:"only_b"`    // calls without a counterpart in A

	// Fields are the fields in which pairs differ, the most frequent first.
	Fields []FieldReport `json:"fields"`
	// OtherFields is the number of changes in fields beyond the first 1,000. These
	// fields aren't listed.
	OtherFields int `json:"other_fields,omitempty"`

	// Up to five examples of each kind, the first that were read.
	ExamplesDiffering []*Diff `json:"examples_differing,omitempty"`
	ExamplesOnlyA     []Ref   `json:"examples_only_a,omitempty"`
	ExamplesOnlyB     []Ref   `json:"examples_only_b,omitempty"`
}

// Empty reports whether nothing differs and every call has a counterpart.
func (r *Report) Empty() bool { return r.Differing == 0 && r.OnlyA == 0 && r.OnlyB == 0 }

// FieldReport summarizes what differs in one field, in all rows of a table together.
type FieldReport struct {
	Section Section `json:"section"`
	Field   string  `json:"field"` // as in Change
	// Calls is the number of pairs in which the field differs.
	Calls int `json:"calls"`
	// The number of changes of each kind. A pair may have several, in the rows of a
	// table.
	Added     int `json:"added,omitempty"`
	Removed   int `json:"removed,omitempty"`
	Changed   int `json:"changed,omitempty"`
	Retyped   int `json:"retyped,omitempty"`
	Reordered int `json:"reordered,omitempty"`
	// Largest is the largest difference of two numbers. It is nil if there is none.
	Largest *Example `json:"largest,omitempty"`
}

// Example is a change in a pair of calls.
type Example struct {
	A      Ref    `json:"a"`
	B      Ref    `json:"b"`
	Change Change `json:"change"`
}

const (
	maxFields   = 1000
	maxExamples = 5 // of each kind
)

// Archives compares two archives, or other streams of calls, and summarizes what
// differs. It reads them as [Pairs] does, with the same memory and temporary file, and
// ends at the first error.
//
//	report, err := compare.Archives(a.Calls(), b.Calls(), compare.ByID, compare.Options{})
//
// To see what a new version of a service changed, match calls by their inputs and ignore
// the metadata, which differs from call to call.
func Archives(a, b iter.Seq2[*record.Call, error], key Key, options Options) (*Report, error) {
	s := summary{report: &Report{}, fields: map[string]*FieldReport{}}
	for pair, err := range Pairs(a, b, key, options) {
		if err != nil {
			return nil, err
		}
		s.add(pair)
	}
	return s.finish(), nil
}

// summary builds a report.
type summary struct {
	report *Report
	fields map[string]*FieldReport // by section and field
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
		addExample(&r.ExamplesOnlyA, refTo(pair.A))
	case pair.A == nil:
		r.OnlyB++
		addExample(&r.ExamplesOnlyB, refTo(pair.B))
	case pair.Diff.Empty():
		r.Equal++
	default:
		r.Differing++
		addExample(&r.ExamplesDiffering, pair.Diff)
		s.addDiff(pair.Diff)
	}
}

func addExample[T any](examples *[]T, example T) {
	if len(*examples) < maxExamples {
		*examples = append(*examples, example)
	}
}

func (s *summary) addDiff(diff *Diff) {
	differing := map[*FieldReport]bool{}
	for i := range diff.Changes {
		change := &diff.Changes[i]
		name := joinField(change.Section, change.Field)
		field, ok := s.fields[name]
		switch {
		case !ok && len(s.fields) == maxFields:
			s.report.OtherFields++
			continue
		case !ok:
			field = &FieldReport{Section: change.Section, Field: change.Field}
			s.fields[name] = field
		}
		if !differing[field] {
			differing[field] = true
			field.Calls++
		}
		field.add(diff, change)
	}
}

func (f *FieldReport) add(diff *Diff, change *Change) {
	*f.counter(change.Kind)++
	if change.delta.IsZero() {
		return
	}
	if f.Largest == nil || change.delta.CompareMagnitude(f.Largest.Change.delta) > 0 {
		f.Largest = &Example{A: diff.A, B: diff.B, Change: *change}
	}
}

// counter returns the number of changes of a kind, to read or to change.
func (f *FieldReport) counter(kind Kind) *int {
	switch kind {
	case Added:
		return &f.Added
	case Removed:
		return &f.Removed
	case Retyped:
		return &f.Retyped
	case Reordered:
		return &f.Reordered
	}
	return &f.Changed
}

func (s *summary) finish() *Report {
	s.report.Fields = make([]FieldReport, 0, len(s.fields))
	for _, name := range slices.Sorted(maps.Keys(s.fields)) {
		s.report.Fields = append(s.report.Fields, *s.fields[name])
	}
	slices.SortStableFunc(s.report.Fields, func(a, b FieldReport) int { return cmp.Compare(b.Calls, a.Calls) })
	return s.report
}
