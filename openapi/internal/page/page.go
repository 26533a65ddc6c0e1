// Package page reads what the vendor publishes: documentation pages in
// Markdown whose fenced blocks hold OpenAPI documents, bare OpenAPI files in
// JSON or YAML, and directories of both. It gives back one document for each
// operation.
package page

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Page is one source of operations.
type Page struct {
	// Title tells the page apart from other pages, so that a newer version of
	// it is known as such: its first heading, or the file's name without its
	// ending where there is no heading.
	Title string
	// File is where the page was read: a file or a URL.
	File string
	// URL is where the page is published, empty for a file.
	URL string
	// Operations are the page's operations in the order of their IDs.
	Operations []Operation
	// Notes say what the page holds beside its operations and what was made
	// of it.
	Notes []string

	models, others int // the documents without an operation, and the blocks that aren't documents
}

// errNone is the error for a file without any operation.
var errNone = errors.New("no operation found")

// Parse reads one page. Where the page is damaged, the error joins all that is
// wrong with it.
func Parse(file string, content []byte) (*Page, error) {
	text, err := normalize(file, content)
	if err != nil {
		return nil, err
	}
	p := &Page{Title: baseName(file), File: file}
	if err := p.documents(file, text); err != nil {
		return nil, err
	}
	if len(p.Operations) == 0 && p.models > 0 {
		return nil, fmt.Errorf("%s: %w: it has only OpenAPI documents of models or webhooks alone; import the page that documents the operations", file, errNone)
	}
	if len(p.Operations) == 0 {
		return nil, fmt.Errorf("%s: %w: expected OpenAPI 3.1 in JSON or YAML, bare or in fenced blocks of a Markdown page", file, errNone)
	}
	if p.models > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s: passed over OpenAPI documents of models or webhooks alone: %d", file, p.models))
	}
	if p.others > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s: passed over blocks that are not OpenAPI documents: %d", file, p.others))
	}
	slices.SortStableFunc(p.Operations, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
	return p, nil
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
