// Package merge joins the published documents into one. Parts that several
// documents define must be equal: a merge never picks a side.
package merge

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Where documents of earlier imports stand, and documents of ours.
const (
	publishedDir  = "openapi/published/"
	supplementDir = "openapi/supplement/"
)

// Result is the merged document.
type Result struct {
	Root    map[string]any
	origins map[string]*document.Document
}

// Documents joins documents into one, and adds supplements, which are documents
// of ours. The result doesn't depend on the order. If documents disagree, the
// error joins all conflicts, and the result has what the first of them says.
func Documents(documents []*document.Document, supplements ...*document.Document) (*Result, error) {
	if len(documents) == 0 {
		return nil, fmt.Errorf("no documents to merge: import a page first")
	}
	documents = slices.SortedFunc(slices.Values(documents), func(a, b *document.Document) int { return cmp.Compare(a.Name, b.Name) })
	servers := commonServers(documents)
	m := &merger{Result: Result{map[string]any{}, map[string]*document.Document{}}, reported: map[string]bool{}}
	if servers != nil {
		m.Root["servers"] = servers
	}
	for _, doc := range documents {
		m.add(doc, servers)
	}
	m.describe(documents)
	for _, doc := range supplements {
		overtaken := m.Overtaken(doc)
		m.faults = append(m.faults, overtaken...)
		if len(overtaken) == 0 {
			m.add(doc, servers)
		}
	}
	return &m.Result, errors.Join(m.faults...)
}

// Where returns the place in the user's document that a part of the merged
// document came from, with the part's pointer. It is false for a part that
// came from none.
func (r *Result) Where(pointer string) (string, bool) {
	if origin := r.origin(pointer); origin != nil {
		return origin.Where(pointer) + ": " + pointer, true
	}
	return pointer, false
}

// origin returns the document that a part of the merged document came from.
func (r *Result) origin(pointer string) *document.Document {
	for {
		if origin, ok := r.origins[pointer]; ok {
			return origin
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return nil
		}
		pointer = pointer[:cut]
	}
}

type merger struct {
	Result   // origins has the parts that one document defines completely
	faults   []error
	reported map[string]bool // pointers of the conflicts that are among the faults
}

func (m *merger) fail(format string, args ...any) {
	m.faults = append(m.faults, fmt.Errorf(format, args...))
}

// add joins one document in, with its head in each operation. Webhooks are left
// out, since a client doesn't call them.
func (m *merger) add(doc *document.Document, servers any) {
	for _, key := range slices.Sorted(maps.Keys(doc.Root)) {
		value := doc.Root[key]
		switch key {
		case "tags":
			m.tags(value)
		case "paths":
			m.paths(doc, ownHead(doc, value, servers))
		case "components":
			m.components(doc, value)
		case "security", "servers", "webhooks":
		default:
			if !describes(key) {
				m.part(doc, m.Root, key, value, "/"+document.Escape(key))
			}
		}
	}
}

func objectIn(within map[string]any, key string) map[string]any {
	container, ok := within[key].(map[string]any)
	if !ok {
		container = map[string]any{}
		within[key] = container
	}
	return container
}

// part joins in a part that must be equal wherever it is defined.
func (m *merger) part(doc *document.Document, into map[string]any, key string, value any, pointer string) {
	present, exists := into[key]
	if !exists {
		into[key] = value
		m.origins[pointer] = doc
	} else if !reflect.DeepEqual(present, value) {
		m.conflict(doc, pointer+difference(present, value))
	}
}

// conflict reports two places that say different things of one part. A third
// one that does so as well isn't worth another complaint.
func (m *merger) conflict(doc *document.Document, pointer string) {
	if m.reported[pointer] {
		return
	}
	m.reported[pointer] = true
	one, other := m.origin(pointer).Where(pointer), doc.Where(pointer)
	if strings.HasPrefix(one, publishedDir) { // the page that is being imported comes first
		one, other = other, one
	}
	advice := "make them agree in a copy of the page, and import the copy"
	if strings.HasPrefix(one, supplementDir) || strings.HasPrefix(other, supplementDir) {
		advice = "give ours another name"
	} else if strings.HasPrefix(other, publishedDir) {
		advice = "import the newer versions of both pages in one go (openapi/pages.yaml names the page of a published document)"
	}
	m.fail("%s and %s define %s differently: %s", one, other, pointer, advice)
}

func (m *merger) components(doc *document.Document, value any) {
	sections, ok := value.(map[string]any)
	if !ok {
		m.fail("%s: components must be an object", doc.Where("/components"))
		return
	}
	into := objectIn(m.Root, "components")
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		pointer := "/components/" + document.Escape(section)
		if isExtension(section) {
			settle(into, section, sections[section])
			continue
		}
		members, ok := sections[section].(map[string]any)
		if !ok {
			m.fail("%s: %s must be an object", doc.Where(pointer), pointer)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			m.part(doc, objectIn(into, section), name, members[name], pointer+"/"+document.Escape(name))
		}
	}
}

// paths joins in a document's paths. Documents may share a path and have
// different methods of it; everything else at the path must be equal, absent
// parts included, since it applies to every method.
func (m *merger) paths(doc *document.Document, value any) {
	items, _ := value.(map[string]any)
	into := objectIn(m.Root, "paths")
	for _, path := range slices.Sorted(maps.Keys(items)) {
		if isExtension(path) {
			settle(into, path, items[path])
		} else if item, ok := items[path].(map[string]any); ok {
			m.item(doc, into, path, item)
		}
	}
}

func (m *merger) item(doc *document.Document, into map[string]any, path string, item map[string]any) {
	pointer := "/paths/" + document.Escape(path)
	present, exists := into[path].(map[string]any)
	if !exists {
		into[path] = item
		m.origins[pointer] = doc
		for key := range item {
			m.origins[pointer+"/"+document.Escape(key)] = doc
		}
		return
	}
	if at := difference(withoutMethods(present), withoutMethods(item)); at != "" {
		m.conflict(doc, pointer+at)
	}
	for _, method := range page.Methods {
		if operation, ok := item[method]; ok {
			m.part(doc, present, method, operation, pointer+"/"+method)
		}
	}
}

func withoutMethods(item map[string]any) map[string]any {
	common := maps.Clone(item)
	maps.DeleteFunc(common, func(key string, _ any) bool { return slices.Contains(page.Methods, key) })
	return common
}

// difference returns the pointer, from the values on, of the first part in which
// two values differ. It is empty if they don't, or if they are of different kinds.
func difference(a, b any) string {
	switch one := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok {
			return ""
		}
		both := maps.Clone(one)
		maps.Copy(both, other)
		for _, key := range slices.Sorted(maps.Keys(both)) {
			if !reflect.DeepEqual(one[key], other[key]) {
				return "/" + document.Escape(key) + difference(one[key], other[key])
			}
		}
	case []any:
		other, _ := b.([]any)
		for i := range min(len(one), len(other)) {
			if !reflect.DeepEqual(one[i], other[i]) {
				return "/" + strconv.Itoa(i) + difference(one[i], other[i])
			}
		}
	}
	return ""
}

func isExtension(key string) bool { return strings.HasPrefix(key, "x-") }

func stringOf(value any) string {
	s, _ := value.(string)
	return s
}

func canonical(value any) string {
	data, _ := json.Marshal(value) // values that were read from JSON or YAML always encode
	return string(data)
}
