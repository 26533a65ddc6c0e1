// Package published keeps the directory of published documents: one file for
// each operation, and beside it a list of the pages they came from.
package published

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/files"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// The places of the documents and of the list of pages in the project.
const (
	Dir   = "openapi/published"
	Pages = "openapi/pages.yaml"
)

// Set is a set of published operations.
type Set struct {
	// Operations are the operations by ID.
	Operations map[string]Operation
	// URLs are where pages are published, by title. A page that came from a file
	// has none, unless somebody added it to the list of pages.
	URLs map[string]string
}

// Operation is a published operation.
type Operation struct {
	// Page is the title of the page that the operation came from, empty if it
	// isn't known.
	Page     string
	Document *document.Document
}

// place returns the method and the path of an operation.
func (o Operation) place() (place string) {
	page.EachOperation(o.Document.Root, func(path, method string, _, _ map[string]any) { place = method + " " + path })
	return place
}

// listedPage is a page in the list of pages.
type listedPage struct {
	URL        string   `yaml:"url"`
	Operations []string `yaml:"operations"`
}

// Load reads the published documents of the project in a directory.
func Load(root string) (*Set, error) {
	set := &Set{Operations: map[string]Operation{}, URLs: map[string]string{}}
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(Pages)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read list of pages: %w", err)
	}
	var list map[string]listedPage
	if err := yaml.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", Pages, err)
	}
	titles := map[string]string{}
	for title, page := range list {
		if page.URL != "" {
			set.URLs[title] = page.URL
		}
		for _, id := range page.Operations {
			titles[id] = title
		}
	}
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(Dir), "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list published documents: %w", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read published document: %w", err)
		}
		id, err := url.PathUnescape(strings.TrimSuffix(filepath.Base(name), ".json"))
		if err != nil {
			return nil, fmt.Errorf("%s: the file isn't named for an operation: %w", name, err)
		}
		doc, err := document.ParseJSON(File(id), 1, data)
		if err != nil {
			return nil, err
		}
		set.Operations[id] = Operation{Page: titles[id], Document: doc}
	}
	return set, nil
}

// File returns the name of an operation's file in the project.
func File(id string) string {
	return path.Join(Dir, url.PathEscape(id)+".json")
}

// Documents returns the documents of all operations by ID.
func (s *Set) Documents() []*document.Document {
	var documents []*document.Document
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		documents = append(documents, s.Operations[id].Document)
	}
	return documents
}

// With returns the set after an import of pages: their operations are added, and
// those that only an earlier version of a page had are removed. Operations of other
// pages stay. Notes say what was removed and what moved. The error joins all
// operations that can't stand side by side.
func (s *Set) With(pages []*page.Page) (*Set, []string, error) {
	imported, err := join(pages)
	faults := []error{err}
	next := &Set{Operations: imported, URLs: map[string]string{}}
	maps.Copy(next.URLs, s.URLs)
	titles := next.rename(pages)
	var notes []string
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		operation := s.Operations[id]
		switch _, again := imported[id]; {
		case !again && titles[operation.Page]:
			notes = append(notes, fmt.Sprintf("removed %s: the page %q no longer has it", id, operation.Page))
		case !again:
			next.Operations[id] = operation
		case !titles[operation.Page] && operation.place() != imported[id].place():
			faults = append(faults, fmt.Errorf("%s (%s) and %s (%s) give two operations the same ID %s: change one in a copy of the page, and import the copy",
				operation.Document.Name, operation.place(), imported[id].Document.Name, imported[id].place(), id))
		case operation.Page != "" && imported[id].Page != operation.Page:
			notes = append(notes, fmt.Sprintf("%s moved from the page %q to %q", id, operation.Page, imported[id].Page))
		}
	}
	return next, notes, errors.Join(faults...)
}

// rename notes the URLs of imported pages, and returns the titles that they have
// or had: a page is known by its title, or by its URL if the title is new.
func (s *Set) rename(pages []*page.Page) map[string]bool {
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

// join puts the operations of several pages together.
func join(pages []*page.Page) (map[string]Operation, error) {
	joined := map[string]Operation{}
	var faults []error
	for _, page := range pages {
		for _, operation := range page.Operations {
			present, exists := joined[operation.ID]
			if !exists {
				joined[operation.ID] = Operation{Page: page.Title, Document: operation.Document}
			} else if !reflect.DeepEqual(present.Document.Root, operation.Document.Root) {
				faults = append(faults, fmt.Errorf("%s and %s define the operation %s differently: leave one of them out", present.Document.Name, operation.Document.Name, operation.ID))
			}
		}
	}
	return joined, errors.Join(faults...)
}

const pagesHeader = `# The pages that the published operations came from, written by "make spec". Only
# a missing url may be added by hand: "make spec" fetches the pages that have one.
`

// Changes returns the files that turn the old set into this one.
func (s *Set) Changes(old *Set) (files.Changes, error) {
	changes := files.Changes{}
	for id := range old.Operations {
		changes[File(id)] = nil
	}
	pages := map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		operation := s.Operations[id]
		data, err := document.Canonical(operation.Document.Root)
		if err != nil {
			return nil, err
		}
		changes[File(id)] = data
		if operation.Page == "" {
			continue
		}
		listed, ok := pages[operation.Page].(map[string]any)
		if !ok {
			listed = map[string]any{"operations": []any{}}
			if url, ok := s.URLs[operation.Page]; ok {
				listed["url"] = url
			}
			pages[operation.Page] = listed
		}
		listed["operations"] = append(listed["operations"].([]any), id)
	}
	data, err := document.FormatYAML(pages)
	if err != nil {
		return nil, err
	}
	changes[Pages] = append([]byte(pagesHeader), data...)
	return changes, nil
}
