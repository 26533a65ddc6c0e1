package page

import (
	"cmp"
	"errors"
	"regexp"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// What tells an OpenAPI document from other blocks, even where the block is
// broken: the member that gives its version.
var (
	jsonMark = regexp.MustCompile(`"(openapi|swagger)"\s*:`)
	yamlMark = regexp.MustCompile(`(?m)^["']?(openapi|swagger)["']?\s*:`)
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

// documents adds the documents of a page, which is a bare one or has them in
// fenced blocks. Other blocks are passed over: samples of requests and responses
// may be cut short on purpose.
func (p *Page) documents(file, text string) error {
	if bare(file, text) {
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

// document adds one document that begins on a line of a file.
func (p *Page) document(file string, line int, text string) error {
	parse := document.ParseYAML
	if isJSON(text) {
		parse = document.ParseJSON
	}
	doc, err := parse(file, line, []byte(text))
	if err != nil || !isOpenAPI(doc.Root) {
		return err
	}
	return p.add(doc)
}
