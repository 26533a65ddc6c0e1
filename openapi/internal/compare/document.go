package compare

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// documentChanges lists what changed outside of the operations: the head of
// the document, and the components that no operation reaches.
func documentChanges(older, newer map[string]any) []Change {
	var changes []Change
	for _, key := range union(older, newer) {
		if key == "paths" || key == "components" || key == "tags" {
			continue
		}
		for _, pointer := range differences(older[key], newer[key], "/"+document.Escape(key)) {
			changes = append(changes, documentChange(older, newer, pointer))
		}
	}
	changes = append(changes, tagChanges(older["tags"], newer["tags"])...)
	reached := reach(older)
	maps.Copy(reached, reach(newer))
	before, after := sections(older), sections(newer)
	for _, section := range union(before, after) {
		for _, pointer := range differences(orEmpty(before[section]), orEmpty(after[section]), "/components/"+document.Escape(section)) {
			if tokens := document.Tokens(pointer); len(tokens) < 3 || !reached[tokens[1]+"/"+tokens[2]] {
				changes = append(changes, documentChange(older, newer, pointer))
			}
		}
	}
	return changes
}

func sections(root map[string]any) map[string]any {
	components, _ := root["components"].(map[string]any)
	return components
}

func orEmpty(section any) any {
	if section == nil {
		return map[string]any{}
	}
	return section
}

// tagChanges compares tags by their names.
func tagChanges(older, newer any) []Change {
	before, after := tags(older), tags(newer)
	var changes []Change
	for _, name := range union(before, after) {
		change := Change{Part: PartDocument, Kind: Reworded, Name: "the tag " + strconv.Quote(name)}
		switch {
		case before[name] == nil:
			change.Text = change.Name + " added"
		case after[name] == nil:
			change.Text = change.Name + " removed"
		case reflect.DeepEqual(before[name], after[name]):
			continue
		default:
			change.Text = change.Name + " is described in other words"
		}
		changes = append(changes, change)
	}
	return changes
}

func tags(value any) map[string]any {
	list, _ := value.([]any)
	found := map[string]any{}
	for _, tag := range list {
		object, _ := tag.(map[string]any)
		if name, ok := object["name"].(string); ok {
			found[name] = object
		}
	}
	return found
}

func documentChange(older, newer map[string]any, pointer string) Change {
	before, had := document.Find(older, pointer)
	after, has := document.Find(newer, pointer)
	change := Change{Part: PartDocument, Name: pointer}
	switch {
	case !had:
		change.Kind, change.Text = Added, fmt.Sprintf("%s added: %s", pointer, short(after))
	case !has:
		change.Kind, change.Text = Removed, fmt.Sprintf("%s removed (was %s)", pointer, short(before))
	default:
		change.Kind, change.Text = Limited, fmt.Sprintf("%s was %s, is %s", pointer, short(before), short(after))
	}
	if strings.HasSuffix(pointer, "/description") || strings.HasPrefix(pointer, "/info/") {
		change.Kind = Reworded
	}
	return change
}

func short(value any) string {
	text, err := document.Compact(value)
	if err != nil || len(text) <= 120 {
		return text
	}
	return text[:120] + "…"
}

// differences are the pointers of the smallest parts in which two values differ.
func differences(a, b any, pointer string) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	var found []string
	switch one := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok {
			return []string{pointer}
		}
		for _, key := range union(one, other) {
			left, had := one[key]
			right, has := other[key]
			switch at := pointer + "/" + document.Escape(key); {
			case had && has:
				found = append(found, differences(left, right, at)...)
			default:
				found = append(found, at)
			}
		}
		return found
	case []any:
		other, ok := b.([]any)
		if !ok || len(one) != len(other) {
			return []string{pointer}
		}
		for i := range one {
			found = append(found, differences(one[i], other[i], pointer+"/"+strconv.Itoa(i))...)
		}
		return found
	}
	return []string{pointer}
}

// reach are the components that operations reach, as section/name.
func reach(root map[string]any) map[string]bool {
	reached := map[string]bool{}
	for _, component := range document.Reached(root, root["paths"]) {
		reached[component] = true
	}
	return reached
}

// operationPointers are the pointers of the parts in which an operation, and
// the components that it reaches, differ.
func operationPointers(older, newer map[string]any, one, other surface.Operation) []string {
	at := "/paths/" + document.Escape(one.Path) + "/" + one.Method
	before, _ := document.Find(older, at)
	after, _ := document.Find(newer, "/paths/"+document.Escape(other.Path)+"/"+other.Method)
	found := slices.DeleteFunc(differences(before, after, at), func(pointer string) bool { return pointer == at+"/operationId" })
	for _, component := range document.Reached(newer, after) {
		section, name, _ := strings.Cut(component, "/")
		pointer := "/components/" + document.Escape(section) + "/" + document.Escape(name)
		left, had := document.Find(older, pointer)
		right, _ := document.Find(newer, pointer)
		if had {
			found = append(found, differences(left, right, pointer)...)
		}
	}
	return found
}
