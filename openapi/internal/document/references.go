package document

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Reference is a place in a document that refers to another part of it.
type Reference struct {
	// Pointer names the object with the reference.
	Pointer string
	// Ref is the reference as written.
	Ref string
}

// References lists the references of a document in the order of Walk: $ref
// and the mappings of discriminators, in which a bare name means a schema.
func References(root any) []Reference {
	var references []Reference
	Walk(root, func(pointer string, object map[string]any) {
		if ref, ok := object["$ref"].(string); ok {
			references = append(references, Reference{pointer, ref})
		}
		discriminator, _ := object["discriminator"].(map[string]any)
		mapping, _ := discriminator["mapping"].(map[string]any)
		for _, value := range slices.Sorted(maps.Keys(mapping)) {
			ref, ok := mapping[value].(string)
			if !ok {
				continue
			}
			if !strings.ContainsAny(ref, "#/") {
				ref = "#/components/schemas/" + Escape(ref)
			}
			references = append(references, Reference{pointer + "/discriminator/mapping/" + Escape(value), ref})
		}
	})
	return references
}

// Target returns the JSON pointer that a reference within the document names. It
// is false for a reference to another document or to an anchor.
func Target(ref string) (string, bool) {
	fragment, ok := strings.CutPrefix(ref, "#")
	if !ok || fragment != "" && fragment[0] != '/' {
		return "", false
	}
	pointer, err := url.PathUnescape(fragment)
	return pointer, err == nil
}

// CheckReferences returns an error for every reference of a document that doesn't
// lead to a part of it. where gives the place of a pointer.
func CheckReferences(root map[string]any, where func(pointer string) string) error {
	var faults []error
	for _, reference := range References(root) {
		fault := ""
		target, local := Target(reference.Ref)
		if !local && strings.HasPrefix(reference.Ref, "#") {
			fault = "names an anchor, which the validator and the generator don't follow: use a JSON pointer"
		} else if !local {
			fault = "leads to another document: bundle both into one before the import"
		} else if _, ok := Find(root, target); !ok {
			fault = "points nowhere"
		}
		if fault != "" {
			faults = append(faults, fmt.Errorf("%s: the reference %s %s", where(reference.Pointer), reference.Ref, fault))
		}
	}
	return errors.Join(faults...)
}

// maxReferences bounds how many references to references are followed, since
// they may lead in a circle.
const maxReferences = 100

// Resolve returns the object that a value is or refers to within the document,
// and nil if there is none.
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

// Reached returns the components that a part of a document refers to, directly or
// through others, as section/name, in order.
func Reached(root map[string]any, part any) []string {
	seen := map[string]bool{}
	pending := []any{part}
	for len(pending) > 0 {
		value := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		for _, reference := range References(value) {
			pointer, _ := Target(reference.Ref)
			tokens := Tokens(pointer)
			if len(tokens) < 3 || tokens[0] != "components" || seen[tokens[1]+"/"+tokens[2]] {
				continue
			}
			seen[tokens[1]+"/"+tokens[2]] = true
			component, _ := Find(root, "/components/"+Escape(tokens[1])+"/"+Escape(tokens[2]))
			pending = append(pending, component)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
