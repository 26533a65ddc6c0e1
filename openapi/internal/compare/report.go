package compare

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/coverage"
)

// Version is one side of a comparison.
type Version struct {
	// Published is the merged document, before the overlay.
	Published map[string]any
	// Corrected is the document after the overlay, nil where the overlay
	// doesn't apply.
	Corrected map[string]any
	// Client is the client that is generated of it, nil where there is none.
	Client []byte
}

// Report is what there is to say of two versions.
type Report struct {
	// Published and Corrected are the changes of the documents before and
	// after the overlay; Corrected only has those that Published hasn't.
	Published, Corrected []Change
	// Wire are the changes that break callers on the wire; WireFault says why
	// they aren't known.
	Wire      []WireChange
	WireFault error
	// Go are the changes of the generated client; GoFault says why they aren't
	// known.
	Go      []GoChange
	GoFault error

	facade coverage.Facade
	newer  map[string]any
}

// Versions compares two versions.
func Versions(ctx context.Context, older, newer Version, facade coverage.Facade) *Report {
	r := &Report{facade: facade, newer: newer.Published, Published: Changes(older.Published, newer.Published)}
	r.wire(ctx, older.Published, newer.Published)
	if older.Corrected != nil && newer.Corrected != nil {
		r.newer = newer.Corrected
		known := map[string]bool{}
		for _, change := range r.Published {
			known[change.Operation+change.Text] = true
		}
		for _, change := range Changes(older.Corrected, newer.Corrected) {
			if !known[change.Operation+change.Text] {
				r.Corrected = append(r.Corrected, change)
			}
		}
		r.wire(ctx, older.Corrected, newer.Corrected)
	}
	if older.Client != nil && newer.Client != nil {
		r.Go, r.GoFault = GoChanges(older.Client, newer.Client)
	} else {
		r.GoFault = fmt.Errorf("there is no generated code for both versions")
	}
	return r
}

// wire adds what breaks callers on the wire between two documents.
func (r *Report) wire(ctx context.Context, older, newer map[string]any) {
	if r.WireFault != nil || len(older) == 0 || reflect.DeepEqual(older, newer) {
		return
	}
	found, err := WireChanges(ctx, older, newer)
	if err != nil {
		r.WireFault = err
		return
	}
	for _, change := range found {
		if !slices.Contains(r.Wire, change) {
			r.Wire = append(r.Wire, change)
		}
	}
}

// Empty reports whether nothing has changed.
func (r *Report) Empty() bool {
	return len(r.Published) == 0 && len(r.Corrected) == 0 && len(r.Go) == 0 && len(r.Wire) == 0
}

// Write writes the report in plain words.
func (r *Report) Write(out io.Writer) error {
	_, err := io.WriteString(out, r.String())
	return err
}

// String is the report in plain words.
func (r *Report) String() string {
	if r.Empty() && r.WireFault == nil {
		return "Nothing has changed in the API.\n"
	}
	var b strings.Builder
	r.changes(&b, "What changed in the published documents", r.Published)
	r.changes(&b, "What changed beside that in the corrected document", r.Corrected)
	r.breaks(&b)
	r.steps(&b)
	return strings.TrimLeft(b.String(), "\n")
}

func (r *Report) changes(b *strings.Builder, title string, changes []Change) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	operation := "\x00"
	for _, change := range changes {
		if change.Operation != operation {
			operation = change.Operation
			fmt.Fprintf(b, "  %s\n", r.heading(operation))
		}
		fmt.Fprintf(b, "    - %s\n", change.Text)
	}
}

// heading names an operation together with its facade method.
func (r *Report) heading(operation string) string {
	if operation == "" {
		return "the document"
	}
	if entry := r.facade[operation]; entry.Method != "" {
		return operation + " (spark." + entry.Method + ")"
	}
	return operation
}

func (r *Report) breaks(b *strings.Builder) {
	b.WriteString("\nWhat breaks callers\n")
	lines := 0
	for _, change := range r.Wire {
		fmt.Fprintf(b, "  - on the wire: %s\n", change)
		lines++
	}
	for _, change := range r.Go {
		if change.Breaks {
			fmt.Fprintf(b, "  - in Go: %s\n", change.Text)
			lines++
		}
	}
	if r.WireFault != nil {
		fmt.Fprintf(b, "  NOT CHECKED on the wire, for oasdiff could not be run: %v\n", r.WireFault)
		b.WriteString("  Run the comparison again where the Go module proxy can be reached.\n")
	}
	if r.GoFault != nil {
		fmt.Fprintf(b, "  NOT CHECKED in Go: %v\n", r.GoFault)
	}
	if lines == 0 && r.WireFault == nil && r.GoFault == nil {
		b.WriteString("  Nothing.\n")
	}
	r.additions(b)
}

// additions lists what is new in Go, which breaks nobody: types, fields and
// methods of the client. What comes along with them is only counted.
func (r *Report) additions(b *strings.Builder) {
	var lines []string
	others := 0
	for _, change := range r.Go {
		switch {
		case change.Breaks:
		case change.Minor:
			others++
		default:
			lines = append(lines, change.Text)
		}
	}
	if len(lines) == 0 {
		return
	}
	b.WriteString("\nWhat is new in package gen\n")
	for _, line := range lines {
		fmt.Fprintf(b, "  - %s\n", line)
	}
	if others > 0 {
		fmt.Fprintf(b, "  - and what comes along with these (functions and constants: %d)\n", others)
	}
}
