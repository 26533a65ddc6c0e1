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

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/record"
)

const (
	maxPathWidth  = 60 // up to which paths are padded
	maxValueWidth = 60 // from which values are cut
)

// String lists the changes by section, one per line. Long values are cut. It is empty
// if nothing differs.
func (d *Diff) String() string {
	if d.Empty() {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "A  %s\nB  %s\n", d.A, d.B)
	for changes := d.Changes; len(changes) > 0; {
		n := slices.IndexFunc(changes, func(c Change) bool { return c.Section != changes[0].Section })
		if n < 0 {
			n = len(changes)
		}
		writeSection(&b, changes[:n])
		changes = changes[n:]
	}
	return b.String()
}

func writeSection(b *strings.Builder, changes []Change) {
	width := 0
	for i := range changes {
		width = max(width, textwidth.Of(changes[i].Path))
	}
	fmt.Fprintf(b, "%s\n", changes[0].Section)
	for i := range changes {
		fmt.Fprintf(b, "  %s %s  %s\n", changes[i].Kind.sign(), textwidth.Left(changes[i].Path, min(width, maxPathWidth)), changes[i].values())
	}
}

// String returns what identifies the call, in one line.
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

// String returns the section, the path and the values, in one line.
func (c Change) String() string {
	return fmt.Sprintf("%s %s: %s", c.Kind.sign(), joinField(c.Section, c.Path), c.values())
}

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
		return c.printValue(c.B)
	case Removed:
		return c.printValue(c.A)
	case Reordered:
		return "the rows are in a different order"
	}
	values := c.printValue(c.A) + " → " + c.printValue(c.B)
	switch {
	case c.Kind == Retyped:
		values += fmt.Sprintf("  (%s → %s)", kindOf(c.A.JSON()), kindOf(c.B.JSON()))
	case c.Delta != "" && !c.isID():
		sign := "+"
		if strings.HasPrefix(string(c.Delta), "-") {
			sign = ""
		}
		values += fmt.Sprintf("  (%s%s)", cut(sign+string(c.Delta)), c.percent())
	}
	return values
}

// idName matches names of IDs: Policy ID, policy_id, policyId, but not PAID.
var idName = regexp.MustCompile(`(?:^|\PL)(?i:id)$|\p{Ll}I[Dd]$`)

// isID reports whether the value is an ID by its name. The difference of two IDs means
// nothing.
func (c *Change) isID() bool { return idName.MatchString(strings.TrimRight(c.Field, `[]"`)) }

// percent returns the difference as a share of A, rounded.
func (c *Change) percent() string {
	before, err := strconv.ParseFloat(string(c.A.JSON()), 64)
	delta, deltaErr := strconv.ParseFloat(string(c.Delta), 64)
	share := 100 * delta / math.Abs(before)
	if err != nil || deltaErr != nil || math.IsNaN(share) || math.IsInf(share, 0) {
		return ""
	}
	if size := math.Abs(share); size >= 999.5 && size < 1e6 { // here %.3g would write an exponent
		return fmt.Sprintf(", %+.0f%%", share)
	}
	return fmt.Sprintf(", %+.3g%%", share)
}

// printValue returns a value in one line: an error or a warning as a sentence, anything
// else as JSON.
func (c *Change) printValue(v record.Value) string {
	var message record.ModelError
	isMessage := (c.Section == Errors || c.Section == Warnings) && c.Field == "[]"
	if isMessage && kindOf(v.JSON()) == kindObject && v.Decode(&message) == nil {
		return escape(message.String())
	}
	var line bytes.Buffer
	if err := json.Compact(&line, v.JSON()); err != nil {
		return "?" // a Value is valid JSON
	}
	return cut(escape(line.String()))
}

// cut shortens what is too long for a line.
func cut(s string) string {
	size := utf8.RuneCountInString(s)
	if size <= maxValueWidth {
		return s
	}
	return fmt.Sprintf("%s… (%d characters)", string([]rune(s)[:maxValueWidth-1]), size)
}

// escape replaces what could upset a terminal: characters as JSON writes them, and
// invalid UTF-8 as \xff.
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

// printText returns text from a record in one line. It is in quotes if it contains
// anything that could upset a terminal.
func printText(s string) string {
	if s == "" || !printable(s) {
		return cut(strconv.Quote(s))
	}
	return cut(s)
}
