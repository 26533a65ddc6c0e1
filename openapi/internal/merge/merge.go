// Package merge joins the published documents into one. Parts that several
// documents define must be equal: a merge never picks a side.
package merge

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Documents joins documents, given by name, into one. The result doesn't
// depend on the order of the names.
func Documents(documents map[string]map[string]any) (map[string]any, error) {
	merged := map[string]any{}
	origins := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		m := merger{name: name, origins: origins}
		if err := m.object(merged, documents[name], ""); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

type merger struct {
	name    string
	origins map[string]string
}

func (m merger) object(into, from map[string]any, pointer string) error {
	for _, key := range slices.Sorted(maps.Keys(from)) {
		if err := m.member(into, key, from[key], pointer+"/"+escape(key)); err != nil {
			return err
		}
	}
	return nil
}

func (m merger) member(into map[string]any, key string, value any, pointer string) error {
	have, exists := into[key]
	if !exists {
		into[key] = value
		m.origins[pointer] = m.name
		return nil
	}
	haveObject, haveOK := have.(map[string]any)
	object, ok := value.(map[string]any)
	if haveOK && ok && container(pointer) {
		into[key] = maps.Clone(haveObject)
		return m.object(into[key].(map[string]any), object, pointer)
	}
	if !reflect.DeepEqual(have, value) {
		return fmt.Errorf("%s and %s define %s differently", m.origin(pointer), m.name, pointer)
	}
	return nil
}

// container reports whether objects at the pointer are collections to be
// joined, rather than definitions that must be equal.
func container(pointer string) bool {
	parts := strings.Split(pointer, "/")[1:]
	switch parts[0] {
	case "paths":
		return len(parts) <= 2
	case "components":
		return len(parts) <= 2
	}
	return false
}

func (m merger) origin(pointer string) string {
	for pointer != "" {
		if name, ok := m.origins[pointer]; ok {
			return name
		}
		pointer = pointer[:strings.LastIndex(pointer, "/")]
	}
	return "an earlier document"
}

func escape(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
