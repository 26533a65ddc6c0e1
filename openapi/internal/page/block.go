package page

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// What tells an OpenAPI document from other blocks, even where the block is
// escaped or broken: the member that gives its version.
var (
	jsonMark = regexp.MustCompile(`("|&quot;|&#34;)(openapi|swagger)("|&quot;|&#34;)\s*:`)
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
	all, err := fencedBlocks(file, text)
	faults := []error{err}
	var likely []block
	for _, block := range all {
		if looksLikeOpenAPI(block.text) {
			likely = append(likely, block)
		}
	}
	p.unescape(likely)
	var documents []*document.Document
	for _, block := range likely {
		doc, err := parseBlock(file, block)
		if err != nil {
			faults = append(faults, err)
		} else if isOpenAPI(doc.Root) {
			documents = append(documents, doc)
		}
	}
	if others := len(all) - len(likely); others > 0 {
		p.passed[passedOther] = others
	}
	return documents, errors.Join(faults...)
}

func parseBlock(file string, block block) (*document.Document, error) {
	if isJSON(block.text) {
		return document.ParseJSON(file, block.line, []byte(block.text))
	}
	return document.ParseYAML(file, block.line, []byte(block.text))
}

var (
	entity  = regexp.MustCompile(`&(lt|gt|amp|quot|apos|#34|#39|#x27|#60|#62);`)
	notHTML = regexp.MustCompile(`[<>]`)
)

// unescape undoes HTML escaping of the page's blocks. A page is taken for
// escaped only if no block could be written so otherwise: there are entities,
// and not one of the characters that escaping would have replaced.
func (p *Page) unescape(blocks []block) {
	var all strings.Builder
	for _, block := range blocks {
		all.WriteString(block.text)
	}
	rest := entity.ReplaceAllString(all.String(), "")
	if rest == all.String() || notHTML.MatchString(rest) || strings.Contains(rest, "&") {
		return
	}
	for i := range blocks {
		blocks[i].text = html.UnescapeString(blocks[i].text)
	}
	p.Notes = append(p.Notes, fmt.Sprintf("%s: the blocks were HTML-escaped, and were unescaped", p.File))
}
