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
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/files"
)

// The places of the documents and of the list of pages in the project.
const (
	Folder = "openapi/published"
	Pages  = "openapi/pages.yaml"
)

// Set is a set of published operations.
type Set struct {
	// Operations are the operations by ID.
	Operations map[string]Operation
	// URLs are where pages are published, by title. It has no entry for a page
	// that came from a file and whose URL nobody gave.
	URLs map[string]string
}

// Operation is a published operation.
type Operation struct {
	// Page is the title of the page that the operation came from, empty where
	// it isn't known.
	Page     string
	Document *document.Document
}

// Load reads the published documents of the project in a directory.
func Load(root string) (*Set, error) {
	set := &Set{Operations: map[string]Operation{}, URLs: map[string]string{}}
	pages, err := set.loadPages(root)
	if err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(Folder), "*.json"))
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
		set.Operations[id] = Operation{Page: pages[id], Document: doc}
	}
	return set, nil
}

// File is the name of an operation's file in the project.
func File(id string) string {
	return path.Join(Folder, url.PathEscape(id)+".json")
}

// Documents are the documents of all operations by ID.
func (s *Set) Documents() []*document.Document {
	var documents []*document.Document
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		documents = append(documents, s.Operations[id].Document)
	}
	return documents
}

// listed is a page in the list of pages.
type listed struct {
	URL        string   `yaml:"url"`
	Operations []string `yaml:"operations"`
}

// loadPages reads which page each operation came from, and the pages' URLs.
func (s *Set) loadPages(root string) (map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(Pages)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read list of pages: %w", err)
	}
	var list map[string]listed
	if err := yaml.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", Pages, err)
	}
	pages := map[string]string{}
	for title, page := range list {
		if page.URL != "" {
			s.URLs[title] = page.URL
		}
		for _, id := range page.Operations {
			pages[id] = title
		}
	}
	return pages, nil
}

const pagesHeader = `# The pages that the published operations came from, written by "make spec". Only
# a missing url may be added by hand: "make spec" fetches the pages that have one.
`

// Changes are the files that turn the old set into the new one.
func (s *Set) Changes(old *Set) (files.Changes, error) {
	changes := files.Changes{}
	for id := range old.Operations {
		changes[File(id)] = nil
	}
	ids := map[string][]any{}
	for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
		operation := s.Operations[id]
		data, err := document.Canonical(operation.Document.Root)
		if err != nil {
			return nil, err
		}
		changes[File(id)] = data
		if operation.Page != "" {
			ids[operation.Page] = append(ids[operation.Page], id)
		}
	}
	pages := map[string]any{}
	for title, ids := range ids {
		page := map[string]any{"operations": ids}
		if url, ok := s.URLs[title]; ok {
			page["url"] = url
		}
		pages[title] = page
	}
	data, err := document.FormatYAML(pages)
	if err != nil {
		return nil, err
	}
	changes[Pages] = append([]byte(pagesHeader), data...)
	return changes, nil
}
