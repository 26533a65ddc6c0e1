package compare

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/record"
)

// node is a parsed JSON value. Its zero value is a missing value.
type node struct {
	kind    valueKind
	json    string           // as in the record
	names   []string         // of the members of an object, each once
	index   map[string]int   // index of each name, for objects with many members
	nodes   []node           // members of an object, elements of a list
	decimal *decimal.Decimal // of a number, once it has been parsed
}

// indexedMembers is the number of members from which a map finds them faster.
const indexedMembers = 16

var absent = &node{}

type valueKind byte

const (
	kindMissing valueKind = iota
	kindNull
	kindBoolean
	kindNumber
	kindString
	kindList
	kindObject
)

func (k valueKind) String() string {
	return [...]string{"missing", "null", "boolean", "number", "string", "list", "object"}[k]
}

// parse parses JSON that is known to be valid. An empty text is a missing value.
func parse(json string) node {
	if json == "" {
		return node{}
	}
	p := parser{text: json}
	return p.value()
}

type parser struct {
	text string
	at   int
}

// next skips white space and returns the byte that follows.
func (p *parser) next() byte {
	p.at = jsonscan.Space(p.text, p.at)
	return p.text[p.at]
}

func (p *parser) value() (n node) {
	first := p.next()
	start := p.at
	switch first {
	case '{':
		n.kind = kindObject
		p.members(&n)
	case '[':
		n.kind = kindList
		p.elements(&n)
	case '"':
		n.kind = kindString
		p.string()
	default:
		n.kind = kindNumber
		switch first {
		case 't', 'f':
			n.kind = kindBoolean
		case 'n':
			n.kind = kindNull
		}
		for p.at < len(p.text) && !strings.ContainsRune(" \t\r\n,]}", rune(p.text[p.at])) {
			p.at++
		}
	}
	n.json = p.text[start:p.at]
	return n
}

func (p *parser) elements(n *node) {
	p.at++
	for p.next() != ']' {
		if p.text[p.at] == ',' {
			p.at++
		}
		n.nodes = append(n.nodes, p.value())
	}
	p.at++
}

// members parses an object. If several members have the same name, the last one
// counts, as in record.Values.
func (p *parser) members(n *node) {
	p.at++
	for p.next() != '}' {
		if p.text[p.at] == ',' {
			p.at++
			p.next()
		}
		name := unquote(p.string())
		p.next()
		p.at++ // the colon
		value := p.value()
		if i := n.find(name); i >= 0 {
			n.nodes[i] = value
			continue
		}
		n.add(name, value)
	}
	p.at++
}

// string returns the string that begins here, with its quotes.
func (p *parser) string() string {
	start := p.at
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	return p.text[start:p.at]
}

func unquote(quoted string) string {
	inside := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside
	}
	return jsonscan.Unquote(inside)
}

// add appends a member whose name isn't in the object yet.
func (n *node) add(name string, value node) {
	n.names, n.nodes = append(n.names, name), append(n.nodes, value)
	switch {
	case n.index != nil:
		n.index[name] = len(n.names) - 1
	case len(n.names) == indexedMembers:
		n.index = make(map[string]int, 2*indexedMembers)
		for i, name := range n.names {
			n.index[name] = i
		}
	}
}

// find returns the index of the member with this name, or -1.
func (n *node) find(name string) int {
	if n.index == nil {
		return slices.Index(n.names, name)
	}
	if i, ok := n.index[name]; ok {
		return i
	}
	return -1
}

// member returns the member with this name, or a missing value. It looks at the given
// index first, because objects often have the same members in the same order.
func (n *node) member(name string, index int) *node {
	if index < len(n.names) && n.names[index] == name {
		return &n.nodes[index]
	}
	if i := n.find(name); i >= 0 {
		return &n.nodes[i]
	}
	return absent
}

// counterpart returns the part of n to compare with part i of the other value, or a
// missing value. Both are objects or both are lists.
func (n *node) counterpart(other *node, i int) *node {
	switch {
	case n.kind == kindObject:
		return n.member(other.names[i], i)
	case i < len(n.nodes):
		return &n.nodes[i]
	}
	return absent
}

// number returns a number. It isn't ok if the number can't be calculated with.
func (n *node) number() (d decimal.Decimal, ok bool) {
	if n.decimal == nil {
		d, ok := decimal.Parse(n.json)
		if !ok {
			return decimal.Decimal{}, false
		}
		n.decimal = &d
	}
	return *n.decimal, true
}

// exported returns the value as a Change has it.
func (n *node) exported() record.Value {
	var value record.Value
	if n.kind != kindMissing {
		_ = value.UnmarshalJSON([]byte(n.json)) // valid, because the record was
	}
	return value
}
