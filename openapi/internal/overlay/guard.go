package overlay

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// The extensions by which an action states what it was written for.
const (
	// replaces is what a removal removes, word for word, or the JSONPath of a part
	// that equals it.
	replaces = "x-replaces"
	// expects is the target of an update, without its description.
	expects = "x-expects"
)

// guard makes sure that an action does what it was written for, and doesn't
// override the vendor.
type guard struct {
	corrections *overlay.Overlay
	root        *yaml.Node
}

func (g guard) check(action overlay.Action) error {
	target, err := g.only(action.Target)
	if err != nil {
		return err
	}
	switch {
	case action.Remove:
		return g.removal(action, target)
	case !action.Update.IsZero():
		return g.update(action, target)
	}
	if _, err := g.only(action.Copy); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if object, ok := without(goTypes, target).(map[string]any); ok && len(object) == 0 {
		return nil
	}
	return override("")
}

// only returns the value of the one node that a JSONPath selects.
func (g guard) only(path string) (any, error) {
	query, err := g.corrections.NewPath(path, nil)
	if err != nil {
		return nil, fmt.Errorf("the JSONPath %s: %w", path, err)
	}
	switch found := query.Query(g.root); len(found) {
	case 0:
		return nil, fmt.Errorf("%s matches nothing", path)
	case 1:
		return document.NodeValue(found[0])
	default:
		return nil, fmt.Errorf("%s matches %d places: write one action for each", path, len(found))
	}
}

func (g guard) removal(action overlay.Action, target any) error {
	stated, ok := action.Extensions[replaces]
	if !ok {
		return fmt.Errorf("a removal must say what it removes: add %s", replaces)
	}
	if path, ok := stated.(string); ok && strings.HasPrefix(path, "$") {
		twin, err := g.only(path)
		if err != nil {
			return fmt.Errorf("%s: %w", replaces, err)
		}
		stated = without(goTypes, twin)
	}
	return equal(target, stated, replaces)
}

// goTypes is the prefix of the members that only our own schemas have.
const goTypes = "x-go-"

// without returns a value without the members that have a prefix.
func without(prefix string, value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	cut := maps.Clone(object)
	maps.DeleteFunc(cut, func(key string, _ any) bool { return strings.HasPrefix(key, prefix) })
	return cut
}

func (g guard) update(action overlay.Action, target any) error {
	update, err := document.NodeValue(&action.Update)
	if err != nil {
		return err
	}
	stated, ok := action.Extensions[expects]
	members, _ := update.(map[string]any)
	if members["x-go-type"] != nil && !ok {
		return fmt.Errorf("an update that gives a Go type must say what the schema is: add %s", expects)
	}
	if ok {
		if err := equal(without("description", target), stated, expects); err != nil {
			return err
		}
	}
	return g.additions(target, update, "")
}

// equal returns an error if a part of the document isn't what an action states.
func equal(value, stated any, keyword string) error {
	found, err := document.Compact(value)
	if err != nil {
		return err
	}
	want, err := document.Compact(stated)
	if err != nil {
		return err
	}
	if found != want {
		return fmt.Errorf("the document has changed here: it now says %s where %s expects %s; take over what the vendor says now, or change the action", clip(found), keyword, clip(want))
	}
	return nil
}

func clip(text string) string {
	const maxLength = 600
	if len(text) > maxLength {
		text = text[:maxLength] + "…"
	}
	return text
}

func override(at string) error {
	place := "at the target"
	if at != "" {
		place = "at " + at + " below the target"
	}
	return fmt.Errorf("%s: the document has its own, which the action would override: take over what the vendor says, and delete this part of the action", place)
}

// additions makes sure that the target doesn't have what is added.
func (g guard) additions(target, added any, at string) error {
	switch added := added.(type) {
	case map[string]any:
		object, ok := target.(map[string]any)
		if !ok || len(added) == 0 && at != "" {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(added)) {
			if value, ok := object[key]; ok {
				if err := g.additions(value, added[key], at+"/"+document.Escape(key)); err != nil {
					return err
				}
			}
		}
		return nil
	case []any:
		if list, ok := target.([]any); ok {
			return g.elements(list, added, at)
		}
	}
	return override(at)
}

// elements refuses to append a parameter, a tag or the like to a list that has
// one of the same name.
func (g guard) elements(target, added []any, at string) error {
	root, err := document.NodeValue(g.root)
	if err != nil {
		return err
	}
	// Parameters with one name differ in where they are sent.
	nameOf := func(element any) string {
		object := document.Resolve(root, element)
		name, _ := object["name"].(string)
		in, _ := object["in"].(string)
		return strings.TrimSpace(in + " " + name)
	}
	for _, element := range added {
		name := nameOf(element)
		if name != "" && slices.ContainsFunc(target, func(other any) bool { return nameOf(other) == name }) {
			return fmt.Errorf("%s: %w", name, override(at))
		}
	}
	return nil
}
