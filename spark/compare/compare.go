package compare

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// Options say what counts as a difference. The zero value compares everything in a
// call, exactly.
type Options struct {
	// Tolerance is how far numbers may be apart and still count as equal.
	Tolerance Tolerance
	// Ignore lists what isn't compared, by section and field: "metadata",
	// "metadata.Log time", "outputs.RunDate", "outputs.Cashflows[].Amount". Fields are
	// written as in a [Change]. Everything nested in an ignored field is ignored too.
	// Names are case-sensitive.
	Ignore []string
}

// Tolerance is how far two numbers may be apart and still count as equal: by at most
// Absolute, or by at most Relative times the larger of the two magnitudes. The zero
// value allows no difference. A difference of exactly the bound is allowed, where
// 0.005 means 0.005 and not the float64 next to it.
//
// A bound that is negative or NaN is ignored.
type Tolerance struct {
	Absolute float64 `json:"absolute,omitempty"`
	Relative float64 `json:"relative,omitempty"`
}

// decimalOf returns a bound of a tolerance as a program's text states it.
func decimalOf(bound float64) decimal.Decimal {
	if !(bound > 0) { // NaN as well
		return decimal.Decimal{}
	}
	d, _ := decimal.Parse(strconv.FormatFloat(min(bound, math.MaxFloat64), 'g', -1, 64))
	return d
}

// Calls compares two calls: inputs, outputs, errors, warnings and metadata, which is
// all other fields of [record.Call]. Members of the JSON record that record.Call doesn't
// have a field for aren't compared. Swapping the calls swaps each change, unless a
// table without a key has too many rows to try all ways of matching them.
//
// Time and memory grow in proportion to what differs. A value that is nested more than
// 50 levels deep is compared as one.
func Calls(a, b *record.Call, options Options) *Diff {
	return newDiffer(options).calls(a, b)
}

// differ compares one pair of calls after another.
type differ struct {
	absolute, relative decimal.Decimal // bounds of the tolerance
	ignored            map[string]bool

	section Section // that is being compared
	changes []Change
}

func newDiffer(options Options) *differ {
	d := &differ{absolute: decimalOf(options.Tolerance.Absolute), relative: decimalOf(options.Tolerance.Relative), ignored: map[string]bool{}}
	for _, field := range options.Ignore {
		d.ignored[field] = true
	}
	return d
}

func (d *differ) calls(a, b *record.Call) *Diff {
	d.changes = []Change{}
	d.compareSection(Outputs, valuesJSON(a.Outputs), valuesJSON(b.Outputs))
	d.compareSection(Errors, errorsJSON(a.Errors), errorsJSON(b.Errors))
	d.compareSection(Warnings, warningsJSON(a.Warnings), warningsJSON(b.Warnings))
	d.compareSection(Inputs, valuesJSON(a.Inputs), valuesJSON(b.Inputs))
	d.compareMetadata(a, b)
	return &Diff{A: refTo(a), B: refTo(b), Changes: d.changes}
}

// valuesJSON returns values as JSON. A call without any is like one with an empty
// object.
func valuesJSON(values record.Values) string {
	if data := values.JSON(); data != nil {
		return string(data)
	}
	return "{}"
}

func (d *differ) compareSection(section Section, a, b string) {
	d.section = section
	d.compareJSON(path{}, string(section), a, b)
}

// compareJSON compares the JSON of a section or of a field of the metadata. name is how
// Options.Ignore refers to it.
func (d *differ) compareJSON(at path, name, a, b string) {
	if a == b || d.ignored[name] {
		return
	}
	before, after := parse(a), parse(b)
	if len(d.ignored) > 0 {
		d.prune(&before, name)
		d.prune(&after, name)
	}
	d.compare(at, &before, &after)
}

// prune removes ignored members, so that they don't count when rows are matched either.
func (d *differ) prune(n *node, field string) {
	if n.kind == kindList {
		for i := range n.nodes {
			d.prune(&n.nodes[i], field+"[]")
		}
		return
	}
	pruned := node{kind: n.kind, json: n.json}
	for i, name := range n.names {
		member := field + "." + printName(name)
		if !d.ignored[member] {
			d.prune(&n.nodes[i], member)
			pruned.add(name, n.nodes[i])
		}
	}
	*n = pruned
}

// maxDepth is how deep values are compared part by part. Tables of models are nested a
// few levels. The bound protects against hostile records, which would take quadratic
// time.
const maxDepth = 50

// compare notes what differs between two values.
func (d *differ) compare(at path, a, b *node) {
	switch {
	case a.kind == kindMissing && b.kind == kindMissing:
	case a.kind == kindMissing:
		d.note(at, Added, a, b)
	case b.kind == kindMissing:
		d.note(at, Removed, a, b)
	case a.kind != b.kind:
		d.note(at, Retyped, a, b)
	case at.depth == maxDepth || a.kind != kindObject && a.kind != kindList:
		if !d.equal(a, b) {
			d.note(at, Changed, a, b)
		}
	case a.kind == kindObject:
		d.compareObjects(at, a, b)
	default:
		d.compareLists(at, a, b)
	}
}

func (d *differ) compareObjects(at path, a, b *node) {
	for i, name := range a.names {
		before, after := &a.nodes[i], b.member(name, i)
		if before.json != after.json { // saves making the path
			d.compare(at.member(name), before, after)
		}
	}
	for i, name := range b.names {
		if a.find(name) < 0 {
			d.compare(at.member(name), absent, &b.nodes[i])
		}
	}
}

func (d *differ) note(at path, kind Kind, a, b *node) {
	change := Change{Section: d.section, Path: at.path, Field: at.field, Kind: kind, A: a.exported(), B: b.exported()}
	if before, after, ok := numbersOf(a, b); ok {
		var exact bool
		if change.delta, exact = after.Minus(before); exact {
			change.Delta = json.Number(change.delta.String())
		}
	}
	d.changes = append(d.changes, change)
}

// numbersOf returns two numbers. It isn't ok if one of the values isn't a number, or is
// one that can't be calculated with.
func numbersOf(a, b *node) (before, after decimal.Decimal, ok bool) {
	if a.kind != kindNumber || b.kind != kindNumber {
		return before, after, false
	}
	before, okA := a.number()
	after, okB := b.number()
	return before, after, okA && okB
}

// equal reports whether two values are equal within the tolerance.
func (d *differ) equal(a, b *node) bool {
	switch {
	case a.kind != b.kind:
		return false
	case a.kind == kindString:
		return equalStrings(a.json, b.json)
	case a.kind == kindList || a.kind == kindObject:
		if len(a.nodes) != len(b.nodes) {
			return false
		}
		for i := range a.nodes {
			if !d.equal(&a.nodes[i], b.counterpart(a, i)) {
				return false
			}
		}
		return true
	case a.json == b.json:
		return true
	}
	before, after, ok := numbersOf(a, b)
	return ok && d.equalNumbers(before, after)
}

func (d *differ) equalNumbers(a, b decimal.Decimal) bool {
	if a == b {
		return true
	}
	if d.absolute.IsZero() && d.relative.IsZero() {
		return false
	}
	apart, _ := b.Minus(a)
	if apart.CompareMagnitude(d.absolute) <= 0 {
		return true
	}
	larger := a
	if a.CompareMagnitude(b) < 0 {
		larger = b
	}
	return apart.CompareMagnitude(larger.Times(d.relative)) <= 0
}

// equalStrings compares the decoded strings. Strings with invalid Unicode are compared
// as they are written, because decoding them loses information.
func equalStrings(a, b string) bool {
	if a == b {
		return true
	}
	before, after := unquote(a), unquote(b)
	return before == after && !strings.ContainsRune(before, unicode.ReplacementChar)
}
