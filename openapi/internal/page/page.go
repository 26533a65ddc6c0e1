// Package page reads what the vendor publishes: documentation pages in
// Markdown whose fenced blocks contain OpenAPI documents, bare OpenAPI files in
// JSON or YAML, and directories of both. It returns one document for each
// operation.
package page

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Page is one source of operations.
type Page struct {
	// Title identifies the page, so that a newer version of it is recognized: its
	// first heading, or the file's name without its extension if it has none.
	Title string
	// File is where the page was read: a file or a URL.
	File string
	// URL is where the page is published, empty for a file.
	URL string
	// Operations are the page's operations in the order of their IDs.
	Operations []Operation
	// Notes say what else is on the page and what was made of it.
	Notes []string

	models, others int // the documents without an operation, and the blocks that aren't documents
}

// errNone is the error for a file without any operation.
var errNone = errors.New("no operation found")

// Parse reads one page. If the page is damaged, the error joins everything that
// is wrong with it.
func Parse(file string, content []byte) (*Page, error) {
	text, err := normalize(file, content)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(file)
	p := &Page{Title: strings.TrimSuffix(base, filepath.Ext(base)), File: file}
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

// normalize returns the text of a page without a byte order mark and with plain
// line ends.
func normalize(file string, content []byte) (string, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if len(bytes.TrimSpace(content)) == 0 {
		return "", fmt.Errorf("%s: the file is empty", file)
	}
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return "", fmt.Errorf("%s: this is not text in UTF-8: expected a Markdown page or an OpenAPI document", file)
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	return strings.ReplaceAll(text, "\r", "\n"), nil
}

// documents adds the documents of a page, which is a bare one or has them in
// fenced blocks. Other blocks are passed over: samples of requests and responses
// may be cut short on purpose.
func (p *Page) documents(file, text string) error {
	if isBare(file, text) {
		return p.document(file, 1, text)
	}
	all, heading, err := fencedBlocks(file, text)
	p.Title = cmp.Or(heading, p.Title)
	faults := []error{err}
	for _, block := range all {
		if looksLikeOpenAPI(block.text) {
			faults = append(faults, p.document(file, block.line, block.text))
		} else {
			p.others++
		}
	}
	return errors.Join(faults...)
}

// document adds the operations of one document that begins on a line of a file.
// A document without any is counted and passed over.
func (p *Page) document(file string, line int, text string) error {
	parse := document.ParseYAML
	if isJSON(text) {
		parse = document.ParseJSON
	}
	doc, err := parse(file, line, []byte(text))
	if err != nil {
		return err
	}
	if doc.Root["openapi"] == nil && doc.Root["swagger"] == nil {
		return nil
	}
	paths, isObject := doc.Root["paths"].(map[string]any)
	if _, exists := doc.Root["paths"]; exists && !isObject {
		return fmt.Errorf("%s: paths must be an object", doc.Where("/paths"))
	}
	found, err := p.locations(doc, paths)
	if err == nil && len(found) == 0 {
		p.models++
		return nil
	}
	if err := errors.Join(checkVersion(doc), err); err != nil {
		return err
	}
	for _, place := range found {
		p.Operations = append(p.Operations, Operation{ID: place.id, Document: doc.With(split(doc.Root, place))})
	}
	return nil
}

var version31 = regexp.MustCompile(`^3\.1\.\d+$`)

func checkVersion(doc *document.Document) error {
	if swagger, ok := doc.Root["swagger"]; ok {
		return fmt.Errorf("%s: this is Swagger %v, and only OpenAPI 3.1 is understood: convert it first", doc.Where("/swagger"), swagger)
	}
	version := doc.Root["openapi"]
	if number, ok := version.(string); ok && version31.MatchString(number) {
		return nil
	}
	return fmt.Errorf("%s: this is OpenAPI %v, and only OpenAPI 3.1 is understood (openapi: \"3.1.0\"): convert it first", doc.Where("/openapi"), version)
}

var (
	// jsonMark and yamlMark match the version of an OpenAPI document, by which a
	// broken one is recognized as well.
	jsonMark = regexp.MustCompile(`"(openapi|swagger)"\s*:`)
	yamlMark = regexp.MustCompile(`(?m)^["']?(openapi|swagger)["']?\s*:`)

	// jsonStart is not how the directives of documentation systems begin, such as {% hint %}.
	jsonStart = regexp.MustCompile(`^\s*\{\s*["}]`)
	yamlStart = regexp.MustCompile(`^["']?(openapi|swagger)["']?\s*:\s*["']?\d`)
)

func looksLikeOpenAPI(text string) bool {
	if isJSON(text) {
		return jsonMark.MatchString(text)
	}
	return yamlMark.MatchString(text)
}

func isJSON(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "{")
}

// isBare reports whether a file is a bare document and not a Markdown page, by its
// extension or else by its content.
func isBare(file, text string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".json", ".yaml", ".yml":
		return true
	}
	for line := range strings.Lines(text) {
		if _, fenced := opening(strings.TrimRight(line, "\n")); fenced {
			break
		}
		if yamlStart.MatchString(line) {
			return true
		}
	}
	return jsonStart.MatchString(text)
}

// block is a fenced block.
type block struct {
	indent string // what precedes the fence: blanks, and > in a quotation
	marker string // of the fence: three or more ` or ~
	line   int    // of the file, on which the content begins
	text   string
}

var fenceLine = regexp.MustCompile("^([ \t>]*)(`{3,}|~{3,})(.*)$")

// opening returns the block that a line opens, if it opens one, at any
// indentation: pages put blocks into lists and tabs.
func opening(line string) (*block, bool) {
	found := fenceLine.FindStringSubmatch(line)
	if found == nil || found[2][0] == '`' && strings.Contains(found[3], "`") {
		return nil, false
	}
	return &block{indent: found[1], marker: found[2]}, true
}

// closes reports whether a line ends the block.
func (b *block) closes(line string) bool {
	line = strings.TrimLeft(line, " \t>")
	run := len(line) - len(strings.TrimLeft(line, b.marker[:1]))
	return run >= len(b.marker) && strings.TrimSpace(line[run:]) == ""
}

// strip takes the fence's own indentation off a line of the block.
func (b *block) strip(line string) string {
	if stripped, ok := strings.CutPrefix(line, b.indent); ok {
		return stripped
	}
	blanks := len(line) - len(strings.TrimLeft(line, " \t>"))
	return line[min(blanks, len(b.indent)):]
}

// fencedBlocks returns the fenced blocks of a page and its first heading.
func fencedBlocks(file, text string) (blocks []*block, heading string, err error) {
	var current *block
	var content strings.Builder
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		switch {
		case current == nil:
			if opened, ok := opening(line); ok {
				current = opened
				current.line = number + 1
				content.Reset()
			} else if title, ok := strings.CutPrefix(line, "# "); ok && heading == "" {
				heading = strings.Trim(title, "# \t")
			}
		case current.closes(line):
			current.text = content.String()
			blocks = append(blocks, current)
			current = nil
		default:
			content.WriteString(current.strip(line) + "\n")
		}
	}
	if current != nil && looksLikeOpenAPI(content.String()) {
		err = fmt.Errorf("%s:%d: the block that begins here is never closed: the page is cut off", file, current.line-1)
	}
	return blocks, heading, err
}
