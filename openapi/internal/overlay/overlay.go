// Package overlay applies our corrections to the merged document. Every action
// must match and must change something, so that a correction which the vendor
// has made superfluous shows itself.
package overlay

import (
	"errors"
	"fmt"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

// Apply applies the overlay file to the document in place.
func Apply(file string, document *yaml.Node) error {
	corrections, err := overlay.Parse(file)
	if err != nil {
		return fmt.Errorf("read overlay: %w", err)
	}
	if err := corrections.Validate(); err != nil {
		return fmt.Errorf("overlay %s: %w", file, err)
	}
	for i, action := range corrections.Actions {
		if action.Description == "" {
			return fmt.Errorf("overlay %s: action %d (%s) gives no reason: add a description", file, i+1, action.Target)
		}
		if err := apply(*corrections, action, document); err != nil {
			return fmt.Errorf("overlay %s: action %d (%s): %w; its reason was: %s", file, i+1, action.Target, err, action.Description)
		}
	}
	return nil
}

func apply(corrections overlay.Overlay, action overlay.Action, document *yaml.Node) error {
	corrections.Actions = []overlay.Action{action}
	warnings, err := corrections.ApplyToStrict(document)
	if err != nil {
		return err
	}
	if len(warnings) > 0 {
		return errors.New(warnings[0])
	}
	return nil
}
