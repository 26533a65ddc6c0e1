// Package compare says in plain words what changed between two documents, what
// of it breaks callers, and what of the facade it touches.
package compare

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// Kind is what became of a part of the API.
type Kind int

// The kinds of changes.
const (
	Added Kind = iota
	Removed
	Renamed
	Moved    // an operation has another method or path
	Retyped  // a value has another type
	Required // a value that could be left out can't any more
	Optional // a value that couldn't be left out can now
	Limited  // other rules of a value have changed, such as its enum
	Reworded // a description has changed
)

// Part is the part of the API that a change is about.
type Part int

// The parts of the API.
const (
	PartDocument Part = iota // what stands above the operations
	PartOperation
	PartRequest
	PartAnswer
)

// Change is one difference between two documents.
type Change struct {
	// Operation is the ID of the operation, empty for a change of the document.
	Operation string
	Part      Part
	Kind      Kind
	// Name is what changed: a parameter or a field; empty for the whole part.
	Name string
	// Text is the change in words, without the operation.
	Text string
}

// Changes lists what changed between two documents, in the order of the
// operations' IDs.
func Changes(older, newer map[string]any) []Change {
	if reflect.DeepEqual(older, newer) {
		return nil
	}
	before, after := byID(surface.Operations(older)), byID(surface.Operations(newer))
	var changes []Change
	renamed := renamedOperations(before, after)
	for _, id := range union(before, after) {
		one, had := before[id]
		other, has := after[id]
		switch {
		case had && has:
			changes = append(changes, operationChanges(older, newer, one, other)...)
		case had && renamed[id] != "":
			other = after[renamed[id]]
			changes = append(changes, Change{Operation: other.ID, Part: PartOperation, Kind: Renamed, Name: id, Text: fmt.Sprintf("the operation was called %s before", id)})
			one.ID = other.ID
			changes = append(changes, operationChanges(older, newer, one, other)...)
		case had:
			changes = append(changes, Change{Operation: id, Part: PartOperation, Kind: Removed, Text: fmt.Sprintf("the operation is gone (was %s %s)", one.Method, one.Path)})
		case !slices.Contains(slices.Collect(maps.Values(renamed)), id):
			changes = append(changes, Change{Operation: id, Part: PartOperation, Kind: Added, Text: fmt.Sprintf("the operation is new: %s %s", other.Method, other.Path)})
		}
	}
	return append(changes, documentChanges(older, newer)...)
}

func byID(operations []surface.Operation) map[string]surface.Operation {
	found := map[string]surface.Operation{}
	for _, operation := range operations {
		found[operation.ID] = operation
	}
	return found
}

// union are the keys of both maps in order.
func union[V any](a, b map[string]V) []string {
	keys := map[string]bool{}
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

// renamedOperations finds operations that have a new ID at an old place.
func renamedOperations(before, after map[string]surface.Operation) map[string]string {
	places := map[string]string{}
	for id, operation := range after {
		if _, had := before[id]; !had {
			places[operation.Method+" "+operation.Path] = id
		}
	}
	renamed := map[string]string{}
	for id, operation := range before {
		if _, has := after[id]; !has && places[operation.Method+" "+operation.Path] != "" {
			renamed[id] = places[operation.Method+" "+operation.Path]
		}
	}
	return renamed
}

// operationChanges lists what changed in one operation. What its lines don't
// name still shows, by the pointers of the parts that differ.
func operationChanges(older, newer map[string]any, one, other surface.Operation) []Change {
	o := differ{operation: other.ID}
	o.head(one, other)
	o.parameters(one.Parameters, other.Parameters)
	o.body(one.Body, other.Body)
	o.answers(one.Answers, other.Answers)
	if len(o.changes) == 0 && !reflect.DeepEqual(one, other) {
		o.add(PartOperation, Limited, "", "differs in a detail that this report doesn't name")
	}
	if len(o.changes) == 0 {
		for _, pointer := range operationPointers(older, newer, one, other) {
			o.add(PartOperation, Limited, "", "differs at %s", pointer)
		}
	}
	return o.changes
}

// differ collects the changes of one operation.
type differ struct {
	operation string
	changes   []Change
}

func (d *differ) add(part Part, kind Kind, name, format string, args ...any) {
	d.changes = append(d.changes, Change{Operation: d.operation, Part: part, Kind: kind, Name: name, Text: fmt.Sprintf(format, args...)})
}

func (d *differ) head(one, other surface.Operation) {
	if one.Method != other.Method || one.Path != other.Path {
		d.add(PartOperation, Moved, "", "moved from %s %s to %s %s", one.Method, one.Path, other.Method, other.Path)
	}
	if one.Security != other.Security {
		d.add(PartOperation, Limited, "", "security was %s, is %s", one.Security, other.Security)
	}
	if one.Deprecated != other.Deprecated {
		d.add(PartOperation, Limited, "", "deprecated was %v, is %v", one.Deprecated, other.Deprecated)
	}
	if !slices.Equal(one.Tags, other.Tags) {
		d.add(PartOperation, Reworded, "", "tags were %q, are %q", one.Tags, other.Tags)
	}
	if one.Summary != other.Summary {
		d.add(PartOperation, Reworded, "", "summary was %q, is %q", one.Summary, other.Summary)
	}
	if one.Description != other.Description {
		d.add(PartOperation, Reworded, "", "description changed")
	}
}
