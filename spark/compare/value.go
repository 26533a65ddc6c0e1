package compare

import (
	"slices"

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

// kindOf returns the kind of a JSON value, from its first byte.
func kindOf[T ~string | ~[]byte](json T) valueKind {
	switch json[0] {
	case '{':
		return kindObject
	case '[':
		return kindList
	case '"':
		return kindString
	case 't', 'f':
		return kindBoolean
	case 'n':
		return kindNull
	}
	return kindNumber
}

// parse parses JSON that is known to be valid. An empty text is a missing value.
func parse(json string) node {
	if json == "" {
		return node{}
	}
	scanner := jsonscan.Scanner[string]{AllArrays: true, Entries: make([]jsonscan.Entry, 0, len(json)/16)}
	end, _ := scanner.Scan(json, 0, jsonscan.MaxDepth)
	p := parser{text: json, entries: scanner.Entries}
	return p.value(json[jsonscan.Space(json, 0):end], 1)
}

// parser makes nodes out of entries.
type parser struct {
	text    string
	entries []jsonscan.Entry // that have no node yet
}

// value returns the node of a value, whose parts are the next entries of a depth. If
// several members have the same name, the last one counts, as in record.Values.
func (p *parser) value(json string, depth uint16) node {
	n := node{kind: kindOf(json), json: json}
	for len(p.entries) > 0 && p.entries[0].Depth == depth {
		e := p.entries[0]
		p.entries = p.entries[1:]
		part := p.value(e.Value.In(p.text), depth+1)
		if n.kind == kindList {
			n.nodes = append(n.nodes, part)
			continue
		}
		name := e.Name(p.text)
		if i := n.find(name); i >= 0 {
			n.nodes[i] = part
		} else {
			n.add(name, part)
		}
	}
	return n
}

func unquote(quoted string) string { return jsonscan.Unquote(quoted[1 : len(quoted)-1]) }

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
