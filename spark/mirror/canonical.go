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

// canonical returns a text that is the same for all ways to write a JSON value. It
// isn't JSON. The value must be valid, as all are that a [spark.Call] gives.
func canonical(value []byte) []byte {
	if len(value) == 0 {
		return nil
	}
	c := canonicalizer{text: string(value), out: make([]byte, 0, len(value))}
	c.value()
	return c.out
}

type canonicalizer struct {
	text string
	at   int // text[at:] is still to be read
	out  []byte
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
	type member struct{ name, value []byte }
	var members []member
	start, sorted := len(c.out), true
	c.out = append(c.out, '{')
	for c.at++; c.next() != '}'; c.skip(',') {
		at := len(c.out)
		c.string()
		name := c.out[at:]
		c.skip(':')
		c.value()
		sorted = sorted && (len(members) == 0 || bytes.Compare(members[len(members)-1].name, name) <= 0)
		members = append(members, member{name, c.out[at+len(name):]})
	}
	c.at++
	if !sorted {
		slices.SortStableFunc(members, func(a, b member) int { return bytes.Compare(a.name, b.name) })
		ordered := make([]byte, 0, len(c.out)-start)
		for _, m := range members {
			ordered = append(append(ordered, m.name...), m.value...)
		}
		copy(c.out[start+1:], ordered)
	}
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
	rest := c.text[c.at:]
	end := strings.IndexAny(rest, ",]} \t\r\n")
	if end < 0 {
		end = len(rest)
	}
	text := rest[:end]
	c.at += end
	if number, ok := decimal.Parse(text); ok {
		text = number.String()
	}
	c.out = append(append(c.out, ' '), text...)
}
