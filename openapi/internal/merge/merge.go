// Package merge joins the published documents into one. Parts that several
// documents define must be equal: a merge never picks a side.
package merge

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Result is the merged document.
type Result struct {
	Root map[string]any
	// Notes say where documents differ in what describes the document rather
	// than the API.
	Notes []string

	origins map[string]*document.Document
}

// Documents joins documents into one. The result doesn't depend on their order.
func Documents(documents []*document.Document) (*Result, error) {
	if len(documents) == 0 {
		return nil, fmt.Errorf("no documents to merge: import a page first")
	}
	documents = slices.SortedFunc(slices.Values(documents), func(a, b *document.Document) int { return cmp.Compare(a.Name, b.Name) })
	m := &merger{root: map[string]any{}, origins: map[string]*document.Document{}}
	for _, doc := range documents {
		if err := m.add(doc); err != nil {
			return nil, err
		}
	}
	notes := m.describe(documents)
	if err := m.checkIdentities(); err != nil {
		return nil, err
	}
	result := &Result{Root: m.root, Notes: notes, origins: m.origins}
	if err := document.CheckReferences(m.root, result.Where); err != nil {
		return nil, err
	}
	return result, nil
}

// Where tells the file, and the line if it is known, that a part of the
// merged document came from.
func (r *Result) Where(pointer string) string {
	if origin := originOf(r.origins, pointer); origin != nil {
		return origin.Where(pointer) + ": " + pointer
	}
	return pointer
}

type merger struct {
	root    map[string]any
	origins map[string]*document.Document // by pointer, for the parts that were taken whole
}

// add joins one document in.
func (m *merger) add(doc *document.Document) error {
	for _, key := range slices.Sorted(maps.Keys(doc.Root)) {
		value, pointer := doc.Root[key], "/"+document.Escape(key)
		var err error
		switch key {
		case "info", "openapi": // see describe
		case "tags":
			err = m.tags(doc, value)
		case "paths":
			err = m.paths(doc, value)
		case "components":
			err = m.components(doc, value)
		case "webhooks":
			err = m.members(doc, m.container(m.root, key), value, pointer)
		default:
			err = m.part(doc, m.root, key, value, pointer)
		}
		if err != nil {
			return err
		}
	}
	return m.security(doc)
}

func (m *merger) container(within map[string]any, key string) map[string]any {
	container, ok := within[key].(map[string]any)
	if !ok {
		container = map[string]any{}
		within[key] = container
	}
	return container
}

// members joins in every member of a container.
func (m *merger) members(doc *document.Document, into map[string]any, from any, pointer string) error {
	members, ok := from.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: %s must be an object", doc.Where(pointer), pointer)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := m.part(doc, into, name, members[name], pointer+"/"+document.Escape(name)); err != nil {
			return err
		}
	}
	return nil
}

// part joins in a part that must be equal wherever it is defined.
func (m *merger) part(doc *document.Document, into map[string]any, key string, value any, pointer string) error {
	have, exists := into[key]
	if !exists {
		into[key] = value
		m.origins[pointer] = doc
		return nil
	}
	if reflect.DeepEqual(have, value) {
		return nil
	}
	return m.conflict(doc, pointer+difference(have, value))
}

func (m *merger) conflict(doc *document.Document, pointer string) error {
	origin := originOf(m.origins, pointer)
	return fmt.Errorf("%s and %s define %s differently: import the newer version of both", origin.Where(pointer), doc.Where(pointer), pointer)
}

func (m *merger) components(doc *document.Document, value any) error {
	sections, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: components must be an object", doc.Where("/components"))
	}
	into := m.container(m.root, "components")
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		pointer := "/components/" + document.Escape(section)
		var err error
		if extension(section) {
			err = m.part(doc, into, section, sections[section], pointer)
		} else {
			err = m.members(doc, m.container(into, section), sections[section], pointer)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
