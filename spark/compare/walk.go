package compare

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

// deepest is how deep values are compared part by part. The models' tables are
// nested a few levels; the bound keeps a hostile record from taking quadratic time.
const deepest = 50

// node notes what differs between two values.
func (d *differ) node(at place, a, b *node) {
	switch {
	case a.kind == missing && b.kind == missing:
	case a.kind == missing:
		d.change(at, Added, a, b)
	case b.kind == missing:
		d.change(at, Removed, a, b)
	case a.kind != b.kind:
		d.change(at, Retyped, a, b)
	case at.depth == deepest || a.kind != object && a.kind != list:
		if !d.equal(a, b) {
			d.change(at, Changed, a, b)
		}
	case a.kind == object:
		d.object(at, a, b)
	default:
		d.list(at, a, b)
	}
}

func (d *differ) object(at place, a, b *node) {
	for i, name := range a.names {
		d.node(at.member(name), &a.nodes[i], b.member(name, i))
	}
	for i, name := range b.names {
		if a.find(name) < 0 {
			d.node(at.member(name), absent, &b.nodes[i])
		}
	}
}

func (d *differ) change(at place, kind Kind, a, b *node) {
	change := Change{Section: d.section, Path: at.path, Field: at.field, Kind: kind, A: a.spark(), B: b.spark()}
	if a.kind == number && b.kind == number {
		change.delta, change.Delta = delta(a, b)
	}
	d.changes = append(d.changes, change)
}

// delta returns B − A, and how it is written if that is exact.
func delta(a, b *node) (decimal.Decimal, json.Number) {
	before, ok := a.value()
	after, alsoOK := b.value()
	if !ok || !alsoOK {
		return decimal.Decimal{}, ""
	}
	apart, exact := after.Minus(before)
	if !exact {
		return apart, ""
	}
	return apart, json.Number(apart.String())
}

// spark returns the value as it is given to the caller.
func (n *node) spark() record.Value {
	var value record.Value
	if n.kind != missing {
		_ = value.UnmarshalJSON([]byte(n.json)) // it was valid as a part of the record
	}
	return value
}

// equal tells whether two values are the same but for the tolerance.
func (d *differ) equal(a, b *node) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case number:
		return d.equalNumbers(a, b)
	case text:
		return equalStrings(a.json, b.json)
	case list, object:
		return d.equalParts(a, b)
	}
	return a.json == b.json
}

func (d *differ) equalNumbers(a, b *node) bool {
	if a.json == b.json {
		return true
	}
	before, ok := a.value()
	after, alsoOK := b.value()
	return ok && alsoOK && d.tolerance.equal(before, after)
}

// equalStrings compares strings by what they say. Those that are no proper Unicode
// are compared as they are written, since decoding them loses what they say.
func equalStrings(a, b string) bool {
	if a == b {
		return true
	}
	before, after := unquote(a), unquote(b)
	return before == after && !strings.ContainsRune(before, unicode.ReplacementChar)
}

func (d *differ) equalParts(a, b *node) bool {
	if len(a.nodes) != len(b.nodes) {
		return false
	}
	for i := range a.nodes {
		other := &b.nodes[i]
		if a.kind == object {
			other = b.member(a.names[i], i)
		}
		if !d.equal(&a.nodes[i], other) {
			return false
		}
	}
	return true
}
