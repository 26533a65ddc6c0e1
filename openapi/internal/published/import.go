package published

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// With returns the set after an import of pages: their operations come in, and
// those that an earlier version of a page had and the new one hasn't go out.
// Operations of other pages stay. Notes say what went and what moved. The error
// joins all that can't stand side by side.
func (s *Set) With(pages []*page.Page) (*Set, []string, error) {
	imported, err := join(pages)
	faults := []error{err}
	next := &Set{Operations: imported, URLs: maps.Clone(s.URLs)}
	titles := next.come(pages)
	var notes []string
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		operation := s.Operations[id]
		switch _, again := imported[id]; {
		case !again && titles[operation.Page]:
			notes = append(notes, fmt.Sprintf("removed %s: the page %q no longer has it", id, operation.Page))
		case !again:
			next.Operations[id] = operation
		case !titles[operation.Page] && place(operation) != place(imported[id]):
			faults = append(faults, fmt.Errorf("%s (%s) and %s (%s) give two operations the same ID %s: change one in a copy of the page, and import the copy",
				operation.Document.Name, place(operation), imported[id].Document.Name, place(imported[id]), id))
		case operation.Page != "" && imported[id].Page != operation.Page:
			notes = append(notes, fmt.Sprintf("%s moved from the page %q to %q", id, operation.Page, imported[id].Page))
		}
	}
	return next, notes, errors.Join(faults...)
}

// come notes the URLs of imported pages, and returns the titles that they have
// or had: a page is known by its title, or by its URL where the title is new.
func (s *Set) come(pages []*page.Page) map[string]bool {
	if s.URLs == nil {
		s.URLs = map[string]string{}
	}
	titles := map[string]bool{}
	for _, page := range pages {
		titles[page.Title] = true
		if page.URL == "" {
			continue
		}
		for title, url := range s.URLs {
			if url == page.URL && title != page.Title {
				titles[title] = true
				delete(s.URLs, title)
			}
		}
		s.URLs[page.Title] = page.URL
	}
	return titles
}

// place is the method and the path of an operation.
func place(operation Operation) (place string) {
	page.EachOperation(operation.Document.Root, func(path, method string, _, _ map[string]any) { place = method + " " + path })
	return place
}

// join puts the operations of several pages together.
func join(pages []*page.Page) (map[string]Operation, error) {
	joined := map[string]Operation{}
	var faults []error
	for _, page := range pages {
		for _, operation := range page.Operations {
			have, exists := joined[operation.ID]
			if !exists {
				joined[operation.ID] = Operation{Page: page.Title, Document: operation.Document}
			} else if !reflect.DeepEqual(have.Document.Root, operation.Document.Root) {
				faults = append(faults, fmt.Errorf("%s and %s define the operation %s differently: leave one of them out", have.Document.Name, operation.Document.Name, operation.ID))
			}
		}
	}
	return joined, errors.Join(faults...)
}
