package compare

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"unicode"
)

// place is where in a section a value stands.
type place struct {
	path, field string // as in a Change
	depth       int
}

func (p place) member(name string) place {
	dot := "."
	if p.path == "" {
		dot = ""
	}
	name = printName(name)
	return place{p.path + dot + name, p.field + dot + name, p.depth + 1}
}

// row is an element of a list, at index a in A and b in B, -1 for not there.
func (p place) row(a, b int) place {
	label := strconv.Itoa(max(a, b))
	if a >= 0 && b >= 0 && a != b {
		label = strconv.Itoa(a) + "→" + strconv.Itoa(b)
	}
	return p.labeled(label)
}

// keyed is the row of a table whose key column has this value.
func (p place) keyed(column string, key *node) place {
	label := shorten(key.json)
	if key.kind == text {
		label = printName(unquote(key.json))
	}
	return p.labeled(printName(column) + "=" + label)
}

func (p place) labeled(label string) place {
	return place{p.path + "[" + label + "]", p.field + "[]", p.depth + 1}
}

// printName returns a name as it is written in paths: in quotes if it holds
// anything that could be taken for something else or upset a terminal.
func printName(name string) string {
	name = shorten(name)
	if name == "" || name[0] == ' ' || name[len(name)-1] == ' ' || strings.ContainsAny(name, `.[]"=→`) || !printable(name) {
		return strconv.Quote(name)
	}
	return name
}

// longestName is how many bytes of a name stand in paths: each value below it has
// them in its path.
const longestName = 100

// shorten cuts a long name, and tells it from others that begin alike.
func shorten(name string) string {
	if len(name) <= longestName {
		return name
	}
	return fmt.Sprintf("%s…%08x", strings.ToValidUTF8(name[:longestName], ""), crc32.ChecksumIEEE([]byte(name)))
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return false
		}
	}
	return true
}
