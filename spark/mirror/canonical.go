package mirror

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// canonicalizer writes JSON values in a form that is the same for all ways to write
// them. The form isn't JSON, and ends where its value does. The values must be valid, as
// all are that a [record.Call] gives.
type canonicalizer struct {
	out []byte

	text    string
	at      int      // text[at:] is still to be read
	members []member // of the objects that are being read
	sorted  []byte   // reused by objects
}

// member is where the name and the value of a member stand in the output.
type member struct{ name, value, end int }

// write appends a value to the output. Nothing, as of a record without inputs, differs
// from all values.
func (c *canonicalizer) write(value []byte) {
	if len(value) == 0 {
		c.out = append(c.out, 0)
		return
	}
	c.text, c.at = string(value), 0
	c.value()
}

// next skips white space and returns the byte that follows.
func (c *canonicalizer) next() byte {
	c.at = jsonscan.Space(c.text, c.at)
	return c.text[c.at]
}

func (c *canonicalizer) value() {
	switch c.next() {
	case '{':
		c.object()
	case '[':
		c.array()
	case '"':
		c.string()
	default:
		c.scalar()
	}
}

// object writes the members by name. Those of one name stay in their order.
func (c *canonicalizer) object() {
	c.out = append(c.out, '{')
	first := len(c.members)
	for c.at++; c.next() != '}'; c.skip(',') {
		m := member{name: len(c.out)}
		c.string()
		m.value = len(c.out)
		c.skip(':')
		c.value()
		m.end = len(c.out)
		c.members = append(c.members, m)
	}
	c.at++
	members := c.members[first:]
	byName := func(a, b member) int { return bytes.Compare(c.out[a.name:a.value], c.out[b.name:b.value]) }
	if !slices.IsSortedFunc(members, byName) {
		start := members[0].name
		slices.SortStableFunc(members, byName)
		c.sorted = c.sorted[:0]
		for _, m := range members {
			c.sorted = append(c.sorted, c.out[m.name:m.end]...)
		}
		copy(c.out[start:], c.sorted)
	}
	c.members = c.members[:first]
	c.out = append(c.out, '}')
}

func (c *canonicalizer) array() {
	c.out = append(c.out, '[')
	for c.at++; c.next() != ']'; c.skip(',') {
		c.value()
	}
	c.at++
	c.out = append(c.out, ']')
}

// skip skips the byte if it comes next.
func (c *canonicalizer) skip(b byte) {
	if c.next() == b {
		c.at++
	}
}

// string writes a string decoded. One that can't be decoded without loss stays as it is.
func (c *canonicalizer) string() {
	c.next()
	inside, end, escaped := c.text[c.at+1:], 0, false
	for ; inside[end] != '"'; end++ {
		if inside[end] == '\\' {
			escaped = true
			end++
		}
	}
	inside, kind := inside[:end], byte('"')
	if escaped {
		if decoded := jsonscan.Unquote(inside); strings.ContainsRune(decoded, utf8.RuneError) {
			kind = '\\'
		} else {
			inside = decoded
		}
	}
	c.at += end + 2
	c.out = binary.AppendUvarint(append(c.out, kind), uint64(len(inside)))
	c.out = append(c.out, inside...)
}

// scalar writes a number by its value, and true, false and null as they are.
func (c *canonicalizer) scalar() {
	start := c.at
	for c.at < len(c.text) && c.text[c.at] > ' ' && c.text[c.at] != ',' && c.text[c.at] != ']' && c.text[c.at] != '}' {
		c.at++
	}
	text := c.text[start:c.at]
	if number, ok := decimal.Parse(text); ok {
		text = number.String()
	}
	c.out = append(append(c.out, ' '), text...)
}
