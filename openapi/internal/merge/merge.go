// Package merge joins the published documents into one. Parts that several
// documents define must be equal: a merge never picks a side.
package merge

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Result is the merged document.
type Result struct {
	Root    map[string]any
	origins map[string]*document.Document
}

// Documents joins documents into one, and adds supplements, which are documents
// of ours. The result doesn't depend on the order. Where documents disagree, the
// error joins all conflicts, and the result has what the first of them says.
func Documents(documents []*document.Document, supplements ...*document.Document) (*Result, error) {
	if len(documents) == 0 {
		return nil, fmt.Errorf("no documents to merge: import a page first")
	}
	documents = slices.SortedFunc(slices.Values(documents), func(a, b *document.Document) int { return cmp.Compare(a.Name, b.Name) })
	servers := commonServers(documents)
	m := &merger{root: map[string]any{}, origins: map[string]*document.Document{}, reported: map[string]bool{}}
	if servers != nil {
		m.root["servers"] = servers
	}
	for _, doc := range documents {
		m.add(doc, servers)
	}
	m.describe(documents)
	result := &Result{Root: m.root, origins: m.origins}
	for _, doc := range supplements {
		overtaken := result.Overtaken(doc)
		m.faults = append(m.faults, overtaken...)
		if len(overtaken) == 0 {
			m.add(doc, servers)
		}
	}
	return result, errors.Join(m.faults...)
}

// Where returns the place in the user's document that a part of the merged
// document came from, with the part's pointer. It is false for a part that
// came from none.
func (r *Result) Where(pointer string) (string, bool) {
	if origin := originOf(r.origins, pointer); origin != nil {
		return origin.Where(pointer) + ": " + pointer, true
	}
	return pointer, false
}

type merger struct {
	root     map[string]any
	origins  map[string]*document.Document // by pointer, for the parts that were taken whole
	faults   []error
	reported map[string]bool // pointers of the conflicts that are among the faults
}

func (m *merger) fail(format string, args ...any) {
	m.faults = append(m.faults, fmt.Errorf(format, args...))
}

// add joins one document in. Webhooks are left out: nobody calls them.
func (m *merger) add(doc *document.Document, servers any) {
	for _, key := range slices.Sorted(maps.Keys(doc.Root)) {
		value, pointer := doc.Root[key], "/"+document.Escape(key)
		switch key {
		case "tags":
			m.tags(value)
		case "paths":
			m.paths(doc, ownHead(doc, value, servers))
		case "components":
			m.components(doc, value)
		case "security", "servers", "webhooks": // see ownHead
		default:
			if !describes(key) {
				m.part(doc, m.root, key, value, pointer)
			}
		}
	}
}

func (m *merger) container(within map[string]any, key string) map[string]any {
	container, ok := within[key].(map[string]any)
	if !ok {
		container = map[string]any{}
		within[key] = container
	}
	return container
}

// part joins in a part that must be equal wherever it is defined.
func (m *merger) part(doc *document.Document, into map[string]any, key string, value any, pointer string) {
	have, exists := into[key]
	if !exists {
		into[key] = value
		m.origins[pointer] = doc
		return
	}
	if !reflect.DeepEqual(have, value) {
		m.conflict(doc, pointer+difference(have, value))
	}
}

// conflict reports two places that say different things of one part. A third
// one that does so as well isn't worth another complaint.
func (m *merger) conflict(doc *document.Document, pointer string) {
	if m.reported[pointer] {
		return
	}
	m.reported[pointer] = true
	one, other := originOf(m.origins, pointer).Where(pointer), doc.Where(pointer)
	advice := "make them agree in a copy of the page, and import the copy"
	if strings.HasPrefix(other, supplementDir) {
		m.fail("%s and %s define %s differently: give ours another name", one, other, pointer)
		return
	}
	if strings.HasPrefix(one, publishedDir) { // the page that is being imported comes first
		one, other = other, one
	}
	if strings.HasPrefix(other, publishedDir) {
		advice = "import the newer versions of both pages in one go (openapi/pages.yaml names the page of a published document)"
	}
	m.fail("%s and %s define %s differently: %s", one, other, pointer, advice)
}

// publishedDir is where documents of earlier imports stand.
const publishedDir = "openapi/published/"

// supplementDir is where documents of ours stand.
const supplementDir = "openapi/supplement/"

func (m *merger) components(doc *document.Document, value any) {
	sections, ok := value.(map[string]any)
	if !ok {
		m.fail("%s: components must be an object", doc.Where("/components"))
		return
	}
	into := m.container(m.root, "components")
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		pointer := "/components/" + document.Escape(section)
		if extension(section) {
			settle(into, section, sections[section])
			continue
		}
		members, ok := sections[section].(map[string]any)
		if !ok {
			m.fail("%s: %s must be an object", doc.Where(pointer), pointer)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			m.part(doc, m.container(into, section), name, members[name], pointer+"/"+document.Escape(name))
		}
	}
}
