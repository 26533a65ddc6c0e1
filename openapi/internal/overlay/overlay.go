// Package overlay applies our corrections to the merged document. A correction
// never overrides the vendor: it may only add what is missing, and remove what
// it states word for word. Every action must match one place and must change
// it, so that a correction which the vendor has overtaken shows itself.
package overlay

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

// Apply applies an overlay to the document in place. The name is the overlay's
// file, for errors. Actions that fail are all reported, each with its reason;
// the document is of no use then.
func Apply(name string, data []byte, document *yaml.Node) error {
	corrections, err := overlay.ParseReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("read overlay %s: %w", name, err)
	}
	if err := corrections.Validate(); err != nil {
		return fmt.Errorf("overlay %s: %w", name, err)
	}
	lines := actionLines(data)
	var faults []error
	for i, action := range corrections.Actions {
		at := fmt.Sprintf("%s:%d: action %d on %s", name, lines[i], i+1, action.Target)
		if action.Description == "" {
			faults = append(faults, fmt.Errorf("%s gives no reason: add a description", at))
			continue
		}
		if err := apply(corrections, action, document); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w; its reason was: %s", at, err, action.Description))
		}
	}
	return errors.Join(faults...)
}

func apply(corrections *overlay.Overlay, action overlay.Action, document *yaml.Node) error {
	if err := (guard{corrections, document}).check(action); err != nil {
		return err
	}
	single := *corrections
	single.Actions = []overlay.Action{action}
	warnings, err := single.ApplyToStrict(document)
	if err != nil {
		return err
	}
	if len(warnings) > 0 {
		return errors.New(warnings[0])
	}
	return nil
}

// actionLines are the lines on which the actions of an overlay stand.
func actionLines(data []byte) []int {
	var file struct {
		Actions []yaml.Node `yaml:"actions"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil // the overlay parsed before, so its actions do
	}
	var lines []int
	for _, action := range file.Actions {
		lines = append(lines, action.Line)
	}
	return lines
}
