// Package page reads the vendor's published documentation pages: Markdown
// prose in which each operation's OpenAPI document stands in a fenced block.
package page

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Operation is one published operation with the document that describes it.
type Operation struct {
	ID       string
	Document map[string]any
}

// Operations returns the operations of a page in the order of the page.
// Fenced blocks that are no OpenAPI document are passed over; a page without
// any operation is an error.
func Operations(name string, content []byte) ([]Operation, error) {
	var operations []Operation
	for _, block := range jsonBlocks(content) {
		parsed, err := document.Parse(block.content)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, block.line, err)
		}
		if _, ok := parsed["openapi"]; !ok {
			continue
		}
		id, err := operationID(parsed)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, block.line, err)
		}
		operations = append(operations, Operation{ID: id, Document: parsed})
	}
	if len(operations) == 0 {
		return nil, fmt.Errorf("%s: no OpenAPI document found: expected ```json blocks with an \"openapi\" member", name)
	}
	return operations, nil
}

type block struct {
	line    int
	content []byte
}

func jsonBlocks(content []byte) []block {
	var blocks []block
	var current *block
	scanner := bufio.NewScanner(bytes.NewReader(content))
	scanner.Buffer(nil, len(content)+1)
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		switch {
		case current == nil && text == "```json":
			current = &block{line: line + 1}
		case current != nil && text == "```":
			blocks = append(blocks, *current)
			current = nil
		case current != nil:
			current.content = append(append(current.content, scanner.Bytes()...), '\n')
		}
	}
	return blocks
}

// methods are the members of a path item that are operations (OpenAPI 3.1, 4.8.9).
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func operationID(parsed map[string]any) (string, error) {
	var ids []string
	paths, _ := parsed["paths"].(map[string]any)
	for path, item := range paths {
		members, _ := item.(map[string]any)
		for _, method := range methods {
			operation, ok := members[method].(map[string]any)
			if !ok {
				continue
			}
			id, _ := operation["operationId"].(string)
			if id == "" {
				return "", fmt.Errorf("%s %s has no operationId", method, path)
			}
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		return "", fmt.Errorf("expected one operation in the document, found %d", len(ids))
	}
	return ids[0], nil
}
