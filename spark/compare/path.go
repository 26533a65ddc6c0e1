package compare

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"unicode"
)

// path is the place of a value in a section.
type path struct {
	path, field string // as in a Change
	depth       int
}

func (p path) member(name string) path {
	name = printName(name)
	if p.path == "" {
		return path{name, name, p.depth + 1}
	}
	return path{p.path + "." + name, p.field + "." + name, p.depth + 1}
}

// row returns the path of an element of a list: at index a in A and b in B, or -1 in
// the list that doesn't have it.
func (p path) row(a, b int) path {
	if a >= 0 && b >= 0 && a != b {
		return p.element(strconv.Itoa(a) + "→" + strconv.Itoa(b))
	}
	return p.element(strconv.Itoa(max(a, b)))
}

// keyedRow returns the path of the row with this value in the key column.
func (p path) keyedRow(column string, key *node) path {
	value := shorten(key.json)
	if key.kind == kindString {
		value = printName(unquote(key.json))
	}
	return p.element(printName(column) + "=" + value)
}

func (p path) element(label string) path {
	return path{p.path + "[" + label + "]", p.field + "[]", p.depth + 1}
}

// printName returns a name as paths have it: in quotes if it contains anything that
// could be misread or upset a terminal.
func printName(name string) string {
	name = shorten(name)
	if name == "" || name[0] == ' ' || name[len(name)-1] == ' ' || strings.ContainsAny(name, `.[]"=→`) || !printable(name) {
		return strconv.Quote(name)
	}
	return name
}

// maxNameBytes is how many bytes of a name paths have. The path of each nested value
// repeats the name.
const maxNameBytes = 100

// shorten cuts a long name. A checksum distinguishes it from others that begin alike.
func shorten(name string) string {
	if len(name) <= maxNameBytes {
		return name
	}
	return fmt.Sprintf("%s…%08x", strings.ToValidUTF8(name[:maxNameBytes], ""), crc32.ChecksumIEEE([]byte(name)))
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return false
		}
	}
	return true
}
