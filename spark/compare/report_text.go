package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
)

// String returns the report as text: how many calls there are of each kind, in which
// fields they differ, and some examples.
func (r *Report) String() string {
	var b strings.Builder
	calls := "calls"
	if r.CallsA == 1 {
		calls = "call"
	}
	fmt.Fprintf(&b, "%d %s in A, %d in B: %d equal, %d differ, %d only in A, %d only in B\n",
		r.CallsA, calls, r.CallsB, r.Equal, r.Differing, r.OnlyA, r.OnlyB)
	r.writeFields(&b)
	writeRefs(&b, "Only in A", r.ExamplesOnlyA, r.OnlyA)
	writeRefs(&b, "Only in B", r.ExamplesOnlyB, r.OnlyB)
	if len(r.ExamplesDiffering) > 0 {
		fmt.Fprintf(&b, "\nDiffering calls%s\n", shownOf(len(r.ExamplesDiffering), r.Differing))
		for _, diff := range r.ExamplesDiffering {
			fmt.Fprintf(&b, "\n%s", diff)
		}
	}
	return b.String()
}

func (r *Report) writeFields(b *strings.Builder) {
	if len(r.Fields) == 0 {
		return
	}
	fmt.Fprintf(b, "\nFields that differ\n")
	rows := [][]string{{"  field", "calls", "changes", "largest difference"}}
	for i := range r.Fields {
		field := &r.Fields[i]
		rows = append(rows, []string{"  " + cut(joinField(field.Section, field.Field)), strconv.Itoa(field.Calls), field.kinds(), field.largest()})
	}
	for _, line := range textwidth.Table(rows) {
		fmt.Fprintln(b, line)
	}
	if r.OtherFields > 0 {
		fmt.Fprintf(b, "  and %d changes in other fields\n", r.OtherFields)
	}
}

// kinds returns how many changes there are of each kind.
func (f *FieldReport) kinds() string {
	var kinds []string
	for _, kind := range []Kind{Changed, Added, Removed, Retyped, Reordered} {
		if n := *f.counter(kind); n > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(kinds, ", ")
}

func (f *FieldReport) largest() string {
	if f.Largest == nil {
		return ""
	}
	return fmt.Sprintf("%s in %s", f.Largest.Change.values(), printText(f.Largest.B.ID))
}

func writeRefs(b *strings.Builder, title string, refs []Ref, all int) {
	if len(refs) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s%s\n", title, shownOf(len(refs), all))
	for _, ref := range refs {
		fmt.Fprintf(b, "  %s\n", ref)
	}
}

// shownOf returns a note for a title if only some of many are shown.
func shownOf(shown, all int) string {
	if shown == all {
		return ""
	}
	return fmt.Sprintf(" (%d of %d)", shown, all)
}
