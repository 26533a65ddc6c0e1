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

// blocks reads the documents in a page's fenced blocks. Other blocks are
// passed over: samples of requests and responses may be cut short on purpose.
func (p *Page) blocks(file, text string) ([]*document.Document, error) {
	all, heading, err := fencedBlocks(file, text)
	p.Title = cmp.Or(heading, p.Title)
	faults := []error{err}
	var documents []*document.Document
	for _, block := range all {
		if !looksLikeOpenAPI(block.text) {
			p.passed[passedOther]++
			continue
		}
		doc, err := parseBlock(file, block)
		if err != nil {
			faults = append(faults, err)
		} else if isOpenAPI(doc.Root) {
			documents = append(documents, doc)
		}
	}
	return documents, errors.Join(faults...)
}

func parseBlock(file string, block block) (*document.Document, error) {
	if isJSON(block.text) {
		return document.ParseJSON(file, block.line, []byte(block.text))
	}
	return document.ParseYAML(file, block.line, []byte(block.text))
}
