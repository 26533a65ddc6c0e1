package overlay

import (
	"errors"
	"fmt"
	"strings"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// The extensions by which an action states what it was written for.
const (
	// replaces is what a removal takes away, word for word, or the JSONPath of
	// a part that must equal it.
	replaces = "x-replaces"
	// expects is what stands at the target of an update, its description aside.
	expects = "x-expects"
)

// guard makes sure that an action does what it was written for and overrides
// nothing.
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
	return room(target)
}

// room makes sure that a copy goes where nothing is but what we put there to
// make room for it.
func room(target *yaml.Node) error {
	value, err := document.NodeValue(target)
	if err != nil {
		return err
	}
	dropGoTypes(value)
	if object, ok := value.(map[string]any); !ok || len(object) > 0 {
		return fmt.Errorf("%s: %w", place(""), errOverride)
	}
	return nil
}

// only is the one node that a JSONPath selects.
func (g guard) only(path string) (*yaml.Node, error) {
	query, err := g.corrections.NewPath(path, nil)
	if err != nil {
		return nil, fmt.Errorf("the JSONPath %s: %w", path, err)
	}
	switch found := query.Query(g.root); len(found) {
	case 0:
		return nil, fmt.Errorf("%s matches nothing", path)
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("%s matches %d places: write one action for each", path, len(found))
	}
}

func (g guard) removal(action overlay.Action, target *yaml.Node) error {
	stated, ok := action.Extensions[replaces]
	if !ok {
		return fmt.Errorf("a removal must say what it takes away: add %s", replaces)
	}
	if path, ok := stated.(string); ok && strings.HasPrefix(path, "$") {
		twin, err := g.only(path)
		if err != nil {
			return fmt.Errorf("%s: %w", replaces, err)
		}
		if stated, err = document.NodeValue(twin); err != nil {
			return err
		}
		dropGoTypes(stated)
	}
	return equal(target, stated, replaces, nil)
}

// dropGoTypes takes away what only our own schemas have.
func dropGoTypes(value any) {
	object, _ := value.(map[string]any)
	for key := range object {
		if strings.HasPrefix(key, "x-go-") {
			delete(object, key)
		}
	}
}

func (g guard) update(action overlay.Action, target *yaml.Node) error {
	stated, ok := action.Extensions[expects]
	if !ok && member(&action.Update, "x-go-type") != nil {
		return fmt.Errorf("an update that gives a Go type must say what the schema is: add %s", expects)
	}
	if ok {
		if err := equal(target, stated, expects, []string{"description"}); err != nil {
			return err
		}
	}
	return g.additions(target, &action.Update, "")
}

// equal compares a part of the document with what an action states of it.
func equal(target *yaml.Node, stated any, keyword string, except []string) error {
	value, err := document.NodeValue(target)
	if err != nil {
		return err
	}
	if object, ok := value.(map[string]any); ok {
		for _, key := range except {
			delete(object, key)
		}
	}
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
	const longest = 600
	if len(text) <= longest {
		return text
	}
	return text[:longest] + "…"
}

var errOverride = errors.New("the document has its own, which the action would override: take over what the vendor says, and drop this part of the action")

// additions makes sure that nothing which is added exists already.
func (g guard) additions(target, added *yaml.Node, at string) error {
	switch {
	case target.Kind == yaml.MappingNode && added.Kind == yaml.MappingNode:
		return g.members(target, added, at)
	case target.Kind == yaml.SequenceNode && added.Kind == yaml.SequenceNode:
		return g.elements(target, added, at)
	}
	return fmt.Errorf("%s: %w", place(at), errOverride)
}

func (g guard) members(target, added *yaml.Node, at string) error {
	if len(added.Content) == 0 && at != "" { // an empty member of ours that exists already
		return fmt.Errorf("%s: %w", place(at), errOverride)
	}
	for i := 0; i < len(added.Content); i += 2 {
		key := added.Content[i].Value
		have := member(target, key)
		if have == nil {
			continue
		}
		if err := g.additions(have, added.Content[i+1], at+"/"+document.Escape(key)); err != nil {
			return err
		}
	}
	return nil
}

// elements refuses to append a parameter, a tag or the like that the list has
// already, under the same name.
func (g guard) elements(target, added *yaml.Node, at string) error {
	for _, element := range added.Content {
		for _, have := range target.Content {
			have, element := g.resolve(have), g.resolve(element)
			if name := text(element, "name"); name != "" && name == text(have, "name") && text(element, "in") == text(have, "in") {
				return fmt.Errorf("%s: %q: %w", place(at), name, errOverride)
			}
		}
	}
	return nil
}

// resolve follows a reference within the document.
func (g guard) resolve(node *yaml.Node) *yaml.Node {
	pointer, ok := document.Target(text(node, "$ref"))
	if !ok {
		return node
	}
	found := g.root.Content[0]
	for _, token := range document.Tokens(pointer) {
		if found = member(found, token); found == nil {
			return node
		}
	}
	return found
}

func place(at string) string {
	if at == "" {
		return "at the target"
	}
	return "at " + at + " below the target"
}

func member(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func text(node *yaml.Node, key string) string {
	if found := member(node, key); found != nil {
		return found.Value
	}
	return ""
}
