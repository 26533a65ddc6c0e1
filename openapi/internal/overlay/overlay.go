// Package overlay applies our corrections to the merged document. A correction
// never overrides the vendor: it may only add what is missing, and remove what
// it states word for word. Every action must match one place and must change
// it, so that a correction which the vendor has overtaken shows itself.
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
// file, for errors. Actions that fail are all reported, each with its reason;
// the document is of no use then.
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

// action is an action of an overlay as far as others ask for it.
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

// actions lists the actions of an overlay with their lines.
func actions(data []byte) []action {
	var file struct {
		Actions []action `yaml:"actions"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil // Apply says what is wrong
	}
	return file.Actions
}

// About lists the lines of the actions of an overlay that are about a path.
func About(data []byte, path string) []int {
	var found []int
	for _, action := range actions(data) {
		if strings.HasPrefix(action.Target, "$.paths['"+path+"']") {
			found = append(found, action.line)
		}
	}
	return found
}

// Source returns a function that follows the copies that an overlay makes back
// to where the part at a pointer was copied from.
func Source(data []byte) func(at string) string {
	copies := map[string]string{}
	for _, action := range actions(data) {
		if action.Copy != "" {
			copies[pointer(action.Target)] = pointer(action.Copy)
		}
	}
	return func(at string) string {
		for i, key := 0, at; key != "" && i < maxCopies; {
			if source, ok := copies[key]; ok {
				at = source + at[len(key):]
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

var step = regexp.MustCompile(`\['([^']*)'\]|\.([^.[]+)`)

// pointer is the JSON pointer of a JSONPath that names each key on its way.
func pointer(path string) string {
	var out strings.Builder
	for _, found := range step.FindAllStringSubmatch(path, -1) {
		out.WriteString("/" + document.Escape(found[1]+found[2]))
	}
	return out.String()
}
