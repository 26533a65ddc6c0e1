package document

import (
	"errors"
	"fmt"
	"strings"
)

// CheckReferences makes sure that every reference of a document leads to a
// part of it. where gives the place of a pointer for errors; the error joins
// all faults.
func CheckReferences(root map[string]any, where func(pointer string) string) error {
	var faults []error
	for _, reference := range References(root) {
		if err := checkReference(root, reference.Ref); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", where(reference.Pointer), err))
		}
	}
	return errors.Join(faults...)
}

func checkReference(root map[string]any, ref string) error {
	target, local := Target(ref)
	if !local && strings.HasPrefix(ref, "#") {
		return fmt.Errorf("the reference %s names an anchor, which the validator and the generator don't follow: use a JSON pointer", ref)
	}
	if !local {
		return fmt.Errorf("the reference %s leads to another document: bundle both into one before the import", ref)
	}
	if _, ok := Find(root, target); !ok {
		return fmt.Errorf("the reference %s points nowhere", ref)
	}
	return nil
}
