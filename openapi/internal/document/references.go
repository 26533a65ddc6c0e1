package document

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// CheckReferences makes sure that every reference of a document leads to a
// part of it, and that none leads back to itself. where tells the place of a
// pointer for errors; all faults are reported at once.
func CheckReferences(root map[string]any, where func(pointer string) string) error {
	c := circles{root: root, state: map[string]int{}}
	var faults []error
	for _, reference := range References(root) {
		if err := checkReference(root, reference.Ref); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", where(reference.Pointer), err))
			continue
		}
		if circle := c.find(reference.Pointer); circle != nil {
			faults = append(faults, fmt.Errorf("%s: the reference leads in a circle: %s", where(reference.Pointer), strings.Join(circle, " -> ")))
		}
	}
	return errors.Join(faults...)
}

// CheckLocal makes sure that a reference stays within its document.
func CheckLocal(ref string) error {
	if _, ok := Target(ref); ok {
		return nil
	}
	if strings.HasPrefix(ref, "#") {
		return fmt.Errorf("the reference %s names an anchor, which the validator and the generator don't follow: use a JSON pointer", ref)
	}
	return fmt.Errorf("the reference %s leads to another document: bundle both into one before the import", ref)
}

func checkReference(root map[string]any, ref string) error {
	if err := CheckLocal(ref); err != nil {
		return err
	}
	target, _ := Target(ref)
	if _, ok := Find(root, target); !ok {
		return fmt.Errorf("the reference %s points nowhere", ref)
	}
	return nil
}

// inPlace are the keywords whose schemas describe the very value that the
// schema around them describes. A way through them and references alone that
// comes back to its start can never be resolved; a way through a property or
// a list item is an ordinary recursive type.
var inPlace = []string{"allOf", "anyOf", "oneOf", "not", "if", "then", "else"}

type circles struct {
	root  map[string]any
	state map[string]int // 1: on the way, 2: known to be sound
	way   []string
}

// find returns the pointers of a circle that begins at the pointer, or nil.
func (c *circles) find(pointer string) []string {
	switch c.state[pointer] {
	case 1:
		for i, step := range c.way {
			if step == pointer {
				return append(append([]string{}, c.way[i:]...), pointer)
			}
		}
	case 2:
		return nil
	}
	c.state[pointer] = 1
	c.way = append(c.way, pointer)
	defer func() { c.way, c.state[pointer] = c.way[:len(c.way)-1], 2 }()
	for _, next := range c.next(pointer) {
		if circle := c.find(next); circle != nil {
			return circle
		}
	}
	return nil
}

func (c *circles) next(pointer string) []string {
	value, _ := Find(c.root, pointer)
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	var next []string
	if ref, ok := object["$ref"].(string); ok {
		if target, ok := Target(ref); ok {
			next = append(next, target)
		}
	}
	for _, keyword := range inPlace {
		at := pointer + "/" + keyword
		switch value := object[keyword].(type) {
		case map[string]any:
			next = append(next, at)
		case []any:
			for i := range value {
				next = append(next, at+"/"+strconv.Itoa(i))
			}
		}
	}
	return next
}
