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

// Resolve returns the object that a value is or refers to within the document.
// It returns nil where that isn't an object.
func Resolve(root, value any) map[string]any {
	object, _ := value.(map[string]any)
	for range maxReferences {
		ref, _ := object["$ref"].(string)
		pointer, local := Target(ref)
		if !local {
			break
		}
		target, _ := Find(root, pointer)
		object, _ = target.(map[string]any)
	}
	return object
}

// maxReferences bounds how many references to references are followed, for
// they may lead in a circle.
const maxReferences = 100
