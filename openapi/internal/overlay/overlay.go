// Package overlay applies our corrections to the merged document. A correction
// never overrides the vendor: it may only add what is missing, and remove what
// it states word for word. Every action must match one place and change it, so
// a correction fails once the vendor has overtaken it.
package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Apply applies an overlay to the document in place. The name is the overlay's
// file, for errors. The error joins all actions that fail, each with its reason;
// the document must not be used then.
func Apply(name string, data []byte, root *yaml.Node) error {
	corrections, err := overlay.ParseReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("read overlay %s: %w", name, err)
	}
	if err := corrections.Validate(); err != nil {
		return fmt.Errorf("overlay %s: %w", name, err)
	}
	lines := actions(data)
	var faults []error
	for i, action := range corrections.Actions {
		at := fmt.Sprintf("%s:%d: action %d on %s", name, lines[i].line, i+1, action.Target)
		if action.Description == "" {
			faults = append(faults, fmt.Errorf("%s gives no reason: add a description", at))
			continue
		}
		if err := apply(corrections, action, root); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w; its reason was: %s", at, err, action.Description))
		}
	}
	return errors.Join(faults...)
}

func apply(corrections *overlay.Overlay, action overlay.Action, root *yaml.Node) error {
	if err := (guard{corrections, root}).check(action); err != nil {
		return err
	}
	single := *corrections
	single.Actions = []overlay.Action{action}
	warnings, err := single.ApplyToStrict(root)
	if err != nil {
		return err
	}
	if len(warnings) > 0 {
		return errors.New(warnings[0])
	}
	return nil
}

// action is an action of an overlay with the line on which it begins.
type action struct {
	Target string `yaml:"target"`
	Copy   string `yaml:"copy"`
	line   int
}

func (a *action) UnmarshalYAML(node *yaml.Node) error {
	type plain action
	a.line = node.Line
	return node.Decode((*plain)(a))
}

func actions(data []byte) []action {
	var file struct {
		Actions []action `yaml:"actions"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil // Apply reports it
	}
	return file.Actions
}

// Origin returns a function that follows the copies that an overlay makes: it
// returns the pointer of the part that the part at a pointer was copied from.
func Origin(data []byte) func(at string) string {
	copies := map[string]string{}
	for _, action := range actions(data) {
		if action.Copy != "" {
			copies[pointerOf(action.Target)] = pointerOf(action.Copy)
		}
	}
	return func(at string) string {
		for i, key := 0, at; key != "" && i < maxCopies; {
			if origin, ok := copies[key]; ok {
				at = origin + at[len(key):]
				key, i = at, i+1
				continue
			}
			key = key[:strings.LastIndexByte(key, '/')]
		}
		return at
	}
}

// maxCopies bounds how many copies of copies are followed.
const maxCopies = 10

var pathStep = regexp.MustCompile(`\['([^']*)'\]|\.([^.[]+)`)

// pointerOf returns the JSON pointer of a JSONPath that names each key on its way.
func pointerOf(path string) string {
	var out strings.Builder
	for _, found := range pathStep.FindAllStringSubmatch(path, -1) {
		out.WriteString("/" + document.Escape(found[1]+found[2]))
	}
	return out.String()
}
