// Package page reads what the vendor publishes: documentation pages in
// Markdown whose fenced blocks hold OpenAPI documents, bare OpenAPI files in
// JSON or YAML, and folders of both. It gives back one document for each
// operation.
package page

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Page is one source of operations.
type Page struct {
	// Title tells the page apart from other pages, so that a newer version of
	// it is known as such: its first heading, or the file's name without its
	// ending where there is no heading.
	Title string
	// File is where the page was read.
	File string
	// Operations are the page's operations in the order of their IDs.
	Operations []Operation
	// Notes say what the page holds beside its operations and what was made
	// of it.
	Notes []string
}

// errNone is the error for a file without any document.
var errNone = errors.New("no OpenAPI document found: expected OpenAPI 3.1 in JSON or YAML, bare or in fenced blocks of a Markdown page")

// Parse reads one page.
func Parse(file string, content []byte) (*Page, error) {
	text, err := normalize(file, content)
	if err != nil {
		return nil, err
	}
	p := &Page{Title: title(file, text), File: file}
	documents, err := p.documents(file, text)
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		return nil, fmt.Errorf("%s: %w", file, errNone)
	}
	for _, doc := range documents {
		if err := p.add(doc); err != nil {
			return nil, err
		}
	}
	sortOperations(p.Operations)
	return p, nil
}

func (p *Page) documents(file, text string) ([]*document.Document, error) {
	switch form(file, text) {
	case jsonForm:
		return bare(document.ParseJSON(file, 1, []byte(text)))
	case yamlForm:
		return bare(document.ParseYAML(file, 1, []byte(text)))
	}
	return p.blocks(file, text)
}

func bare(doc *document.Document, err error) ([]*document.Document, error) {
	if err != nil {
		return nil, err
	}
	if !isOpenAPI(doc.Root) {
		return nil, fmt.Errorf("%s: %w", doc.Where(""), errNone)
	}
	return []*document.Document{doc}, nil
}

// isOpenAPI tells an OpenAPI document of any version from other data.
func isOpenAPI(root map[string]any) bool {
	_, openapi := root["openapi"]
	_, swagger := root["swagger"]
	return openapi || swagger
}

var version31 = regexp.MustCompile(`^3\.1\.\d+$`)

func checkVersion(doc *document.Document) error {
	if swagger, ok := doc.Root["swagger"]; ok {
		return fmt.Errorf("%s: this is Swagger %v, and only OpenAPI 3.1 is understood: convert it first", doc.Where("/swagger"), swagger)
	}
	version := doc.Root["openapi"]
	if text, ok := version.(string); ok && version31.MatchString(text) {
		return nil
	}
	return fmt.Errorf("%s: this is OpenAPI %v, and only OpenAPI 3.1 is understood (openapi: \"3.1.0\"): convert it first", doc.Where("/openapi"), version)
}
