package published

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// With returns the set after an import of pages: their operations come in, and
// those that an earlier version of a page had and the new one hasn't go out.
// Operations of other pages stay. Notes tell what went and what moved.
func (s *Set) With(pages []*page.Page) (*Set, []string, error) {
	imported, err := join(pages)
	if err != nil {
		return nil, nil, err
	}
	titles := map[string]bool{}
	for _, page := range pages {
		titles[page.Title] = true
	}
	next := &Set{Operations: imported}
	var notes []string
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		operation := s.Operations[id]
		switch _, again := imported[id]; {
		case !again && titles[operation.Page]:
			notes = append(notes, fmt.Sprintf("removed %s: the page %q no longer has it", id, operation.Page))
		case !again:
			next.Operations[id] = operation
		case !titles[operation.Page] && place(operation) != place(imported[id]):
			return nil, nil, fmt.Errorf("%s (%s) and %s (%s) give two operations the same ID %s",
				operation.Document.Name, place(operation), imported[id].Document.Name, place(imported[id]), id)
		case operation.Page != "" && imported[id].Page != operation.Page:
			notes = append(notes, fmt.Sprintf("%s moved from the page %q to %q", id, operation.Page, imported[id].Page))
		}
	}
	return next, notes, distinctFiles(next.Operations)
}

// place is the method and the path of an operation.
func place(operation Operation) string {
	paths, _ := operation.Document.Root["paths"].(map[string]any)
	for path, value := range paths { // there is one
		item, _ := value.(map[string]any)
		for _, method := range page.Methods {
			if _, ok := item[method]; ok {
				return method + " " + path
			}
		}
	}
	return ""
}

// join puts the operations of several pages together.
func join(pages []*page.Page) (map[string]Operation, error) {
	joined := map[string]Operation{}
	for _, page := range pages {
		for _, operation := range page.Operations {
			have, exists := joined[operation.ID]
			if exists {
				if err := same(operation.ID, have.Document, operation.Document); err != nil {
					return nil, err
				}
				continue
			}
			joined[operation.ID] = Operation{Page: page.Title, Document: operation.Document}
		}
	}
	return joined, nil
}

func same(id string, a, b *document.Document) error {
	one, err := document.Canonical(a.Root)
	if err != nil {
		return err
	}
	other, err := document.Canonical(b.Root)
	if err != nil {
		return err
	}
	if string(one) != string(other) {
		return fmt.Errorf("%s and %s define the operation %s differently", a.Name, b.Name, id)
	}
	return nil
}

// distinctFiles makes sure that file systems that don't tell upper case from
// lower case can hold the set.
func distinctFiles(operations map[string]Operation) error {
	seen := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(operations)) {
		folded := strings.ToLower(id)
		if other, exists := seen[folded]; exists {
			return fmt.Errorf("the operations %s and %s differ in the case of letters only, so their files can't stand side by side", other, id)
		}
		seen[folded] = id
	}
	return nil
}
