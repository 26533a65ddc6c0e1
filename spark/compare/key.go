package compare

import (
	"sort"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// Key tells by what calls of two archives are matched: calls with the same key
// belong together. Where several calls have the same, the first of them in A goes
// with the first in B, the second with the second. A call with an empty key is
// matched with none.
//
// Any function of a call will do, such as one that gives an input:
//
//	func(c *record.Call) string { number, _ := c.Inputs.Get("PolicyNumber"); return number.String() }
type Key func(*record.Call) string

// ByID matches calls that are the same call. The records of a v4 call share their
// ID: they go together in the order in which the archives have them.
func ByID(c *record.Call) string { return c.ID }

// ByInputs matches calls that were given the same inputs, numbers by their value,
// whatever the order of the inputs.
func ByInputs(c *record.Call) string {
	n := parse(valuesText(c.Inputs))
	var b strings.Builder
	n.canonical(&b)
	return b.String()
}

// ByCorrelationID matches calls by what their callers linked them by.
func ByCorrelationID(c *record.Call) string { return c.CorrelationID }

// canonical writes a value so that equal values give equal texts.
func (n *node) canonical(b *strings.Builder) {
	switch n.kind {
	case number:
		text := n.json
		if value, ok := n.value(); ok {
			text = value.String()
		}
		b.WriteString(text)
	case text:
		canonicalString(b, n.json)
	case list:
		b.WriteByte('[')
		for i := range n.nodes {
			n.nodes[i].canonical(b)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case object:
		order := make([]int, len(n.names))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(i, j int) bool { return n.names[order[i]] < n.names[order[j]] })
		b.WriteByte('{')
		for _, i := range order {
			b.WriteString(marshal(n.names[i]))
			b.WriteByte(':')
			n.nodes[i].canonical(b)
			b.WriteByte(',')
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.json)
	}
}

// canonicalString writes a string by what it says, if that can be told; see equalStrings.
func canonicalString(b *strings.Builder, json string) {
	if says := unquote(json); equalStrings(json, marshal(says)) {
		json = marshal(says)
	}
	b.WriteString(json)
}
