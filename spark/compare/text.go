package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/spark/record"
)

const (
	widestPath  = 60 // to which paths are padded
	widestValue = 60 // after which values are cut
)

// String lists the changes by section, one a line; long values are cut. It is
// empty where nothing differs.
func (d *Diff) String() string {
	if d.Empty() {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "A  %s\nB  %s\n", d.A, d.B)
	for from, change := range d.Changes {
		if from > 0 && d.Changes[from-1].Section == change.Section {
			continue
		}
		writeSection(&b, d.Changes[from:])
	}
	return b.String()
}

// writeSection writes the changes of the section that begins here.
func writeSection(b *strings.Builder, changes []Change) {
	section, width := changes[0].Section, 0
	end := slices.IndexFunc(changes, func(c Change) bool { return c.Section != section })
	if end >= 0 {
		changes = changes[:end]
	}
	for i := range changes {
		width = max(width, utf8.RuneCountInString(changes[i].Path))
	}
	fmt.Fprintf(b, "%s\n", section)
	for i := range changes {
		fmt.Fprintf(b, "  %s %-*s  %s\n", changes[i].Kind.sign(), min(width, widestPath), changes[i].Path, changes[i].values())
	}
}

// String tells which call it is, in one line.
func (r Ref) String() string {
	parts := []string{printText(r.ID)}
	if !r.LogTime.IsZero() {
		parts = append(parts, r.LogTime.Format("2006-01-02 15:04:05"))
	}
	if r.Version != "" {
		parts = append(parts, "version "+printText(r.Version))
	}
	if r.User != "" {
		parts = append(parts, printText(r.User))
	}
	return strings.Join(parts, "  ")
}

// String is the path, with its section, and what became of the value.
func (c Change) String() string {
	return fmt.Sprintf("%s %s: %s", c.Kind.sign(), c.where(), c.values())
}

func (c *Change) where() string { return joinField(c.Section, c.Path) }

func joinField(section Section, field string) string {
	if field == "" || strings.HasPrefix(field, "[") {
		return string(section) + field
	}
	return string(section) + "." + field
}

func (k Kind) sign() string {
	switch k {
	case Added:
		return "+"
	case Removed:
		return "-"
	case Retyped:
		return "!"
	}
	return "~"
}

func (c *Change) values() string {
	switch c.Kind {
	case Added:
		return c.value(c.B)
	case Removed:
		return c.value(c.A)
	case Reordered:
		return "the rows stand in another order"
	}
	values := c.value(c.A) + " → " + c.value(c.B)
	switch {
	case c.Kind == Retyped:
		values += fmt.Sprintf("  (%s → %s)", kindOf(c.A), kindOf(c.B))
	case c.Delta != "" && !c.isID():
		values += fmt.Sprintf("  (%s%s)", printDelta(c.Delta), c.percent())
	}
	return values
}

// idName matches names of IDs: Policy ID, policy_id, policyId, but not PAID.
var idName = regexp.MustCompile(`(?:^|\PL)(?i:id)$|\p{Ll}I[Dd]$`)

// isID reports whether the value is an ID by its name, so that its difference means
// nothing.
func (c *Change) isID() bool { return idName.MatchString(strings.TrimRight(c.Field, `[]"`)) }

// kindOf names the type of a value.
func kindOf(v record.Value) kind {
	n := parse(string(v.JSON()))
	return n.kind
}

func printDelta(delta json.Number) string {
	if strings.HasPrefix(string(delta), "-") {
		return cut(string(delta))
	}
	return cut("+" + string(delta))
}

// percent tells by how much of A the value changed, roughly.
func (c *Change) percent() string {
	before, err := strconv.ParseFloat(string(c.A.JSON()), 64)
	delta, deltaErr := strconv.ParseFloat(string(c.Delta), 64)
	share := 100 * delta / math.Abs(before)
	if err != nil || deltaErr != nil || math.IsNaN(share) || math.IsInf(share, 0) {
		return ""
	}
	return fmt.Sprintf(", %+.3g%%", share)
}

// value returns a value on one line: an error or a warning as a sentence, anything
// else as JSON.
func (c *Change) value(v record.Value) string {
	var m message
	isMessage := (c.Section == Errors || c.Section == Warnings) && c.Field == "[]"
	if isMessage && kindOf(v) == object && v.Decode(&m) == nil {
		return escape(record.ModelError(m).String())
	}
	return printValue(v)
}

// printValue writes a value on one line, as JSON.
func printValue(v record.Value) string {
	var line bytes.Buffer
	if err := json.Compact(&line, v.JSON()); err != nil {
		return "?" // a Value is valid JSON
	}
	return cut(escape(line.String()))
}

// cut shortens what is too long for a line.
func cut(s string) string {
	size := utf8.RuneCountInString(s)
	if size <= widestValue {
		return s
	}
	return fmt.Sprintf("%s… (%d characters)", string([]rune(s)[:widestValue-1]), size)
}

// escape replaces what could upset a terminal: characters as JSON would write them,
// and bytes that are no Unicode as \xff.
func escape(s string) string {
	if printable(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(r)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// printText returns a text of the record for a line of its own: in quotes if it
// holds anything that could upset a terminal.
func printText(s string) string {
	if s == "" || !printable(s) {
		return cut(strconv.Quote(s))
	}
	return cut(s)
}
