package compare

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// node is a JSON value in its parts. Its zero value is a value that is missing.
type node struct {
	kind    kind
	json    string           // as the record has it
	names   []string         // of the members of an object, each once
	index   map[string]int   // of the names, where there are many
	nodes   []node           // members of an object, elements of a list
	decimal *decimal.Decimal // of a number, once it has been read
}

// many is the number of members from which on a map finds them sooner.
const many = 16

var absent = &node{}

type kind byte

const (
	missing kind = iota
	null
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"missing", "null", "boolean", "number", "string", "list", "object"}[k]
}

// parse takes a JSON text apart that is known to be valid. An empty one is a
// missing value.
func parse(json string) node {
	if json == "" {
		return node{}
	}
	p := parser{text: json}
	return p.value()
}

// parser goes through a valid JSON text.
type parser struct {
	text string
	at   int
}

// next returns the next byte that is no white space.
func (p *parser) next() byte {
	p.at = jsonscan.Space(p.text, p.at)
	return p.text[p.at]
}

func (p *parser) value() (n node) {
	first := p.next()
	start := p.at
	switch first {
	case '{':
		n.kind = object
		p.members(&n)
	case '[':
		n.kind = list
		p.elements(&n)
	case '"':
		n.kind = text
		p.string()
	case 't', 'f':
		n.kind = boolean
		p.word()
	case 'n':
		n.kind = null
		p.word()
	default:
		n.kind = number
		p.word()
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

// members reads an object. Of members with the same name the last one counts, as
// in record.Values.
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
		if at := n.find(name); at >= 0 {
			n.nodes[at] = value
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

// word passes over a number, true, false or null.
func (p *parser) word() {
	for p.at < len(p.text) && !strings.ContainsRune(" \t\r\n,]}", rune(p.text[p.at])) {
		p.at++
	}
}

func unquote(quoted string) string {
	inside := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside
	}
	return jsonscan.Unquote(inside)
}

// add appends a member, whose name must be new.
func (n *node) add(name string, value node) {
	n.names, n.nodes = append(n.names, name), append(n.nodes, value)
	switch {
	case n.index != nil:
		n.index[name] = len(n.names) - 1
	case len(n.names) == many:
		n.index = make(map[string]int, 2*many)
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
	if at, ok := n.index[name]; ok {
		return at
	}
	return -1
}

// member returns the member of an object with this name, which often stands at
// the given index; a missing value if there is none.
func (n *node) member(name string, index int) *node {
	if index < len(n.names) && n.names[index] == name {
		return &n.nodes[index]
	}
	if at := n.find(name); at >= 0 {
		return &n.nodes[at]
	}
	return absent
}

// value returns the number, and whether it can be calculated with.
func (n *node) value() (decimal.Decimal, bool) {
	if n.decimal == nil {
		d, ok := decimal.Parse(n.json)
		if !ok {
			return decimal.Decimal{}, false
		}
		n.decimal = &d
	}
	return *n.decimal, true
}
