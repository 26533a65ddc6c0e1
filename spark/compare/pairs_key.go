package compare

import (
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// Key returns the key by which a call of one archive is matched with a call of the
// other. If several calls have the same key, the first of them in A is matched with the
// first in B, the second with the second, and so on. A call with an empty key isn't
// matched.
//
// It can be any function of a call, such as one that returns an input:
//
//	func(c *record.Call) string { number, _ := c.Inputs.Get("PolicyNumber"); return number.String() }
type Key func(*record.Call) string

// ByID matches a call with itself. The records of a v4 call share an ID and are matched
// in the order of the archives.
func ByID(c *record.Call) string { return c.ID }

// ByInputs matches calls with equal inputs. Numbers are compared by value, and the order
// of the inputs doesn't matter.
func ByInputs(c *record.Call) string {
	n := parse(valuesJSON(c.Inputs))
	var b strings.Builder
	n.writeCanonical(&b)
	return b.String()
}

// ByCorrelationID matches calls with the same correlation ID.
func ByCorrelationID(c *record.Call) string { return c.CorrelationID }

// writeCanonical writes a value so that equal values give equal texts.
func (n *node) writeCanonical(b *strings.Builder) {
	switch n.kind {
	case kindNumber:
		if number, ok := n.number(); ok {
			b.WriteString(number.String())
			return
		}
	case kindString:
		if canonical := marshal(unquote(n.json)); equalStrings(n.json, canonical) {
			b.WriteString(canonical)
			return
		}
	case kindList:
		b.WriteByte('[')
		for i := range n.nodes {
			n.nodes[i].writeCanonical(b)
			b.WriteByte(',')
		}
		b.WriteByte(']')
		return
	case kindObject:
		b.WriteByte('{')
		for _, name := range slices.Sorted(slices.Values(n.names)) {
			b.WriteString(marshal(name))
			b.WriteByte(':')
			n.nodes[n.find(name)].writeCanonical(b)
			b.WriteByte(',')
		}
		b.WriteByte('}')
		return
	}
	b.WriteString(n.json)
}
