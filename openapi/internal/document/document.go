// Package document represents OpenAPI documents as plain JSON values: objects are
// map[string]any, lists are []any, and numbers are json.Number with every digit. It
// reads documents strictly from JSON and YAML, knows the line of each part, and
// writes documents in one canonical form.
package document

import (
	"fmt"
	"strconv"
	"strings"
)

// Document is one OpenAPI document, with the place where it was read.
type Document struct {
	// Name is the file of the document, with a line if the document is only a part
	// of the file.
	Name string
	// Root is the document itself.
	Root map[string]any

	file  string
	lines map[string]int // by JSON pointer
}

// With returns a document with another root and the same place. Parts with the
// same pointers have the same lines.
func (d *Document) With(root map[string]any) *Document {
	copied := *d
	copied.Root = root
	return &copied
}

// Where returns the place of the part that a JSON pointer names, as file:line,
// or the document's name if the line isn't known.
func (d *Document) Where(pointer string) string {
	for {
		if line, ok := d.lines[pointer]; ok {
			return fmt.Sprintf("%s:%d", d.file, line)
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return d.Name
		}
		pointer = pointer[:cut]
	}
}

// Clone copies a value and everything in it.
func Clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, member := range value {
			copied[key] = Clone(member)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = Clone(element)
		}
		return copied
	}
	return value
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// Escape returns a key as it is written in a JSON pointer (RFC 6901).
func Escape(key string) string {
	return escaper.Replace(key)
}

// Tokens splits a JSON pointer into its unescaped keys.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(pointer, "/")[1:]
	for i, token := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens
}

// Find returns the part of a value that a JSON pointer names.
func Find(value any, pointer string) (any, bool) {
	for _, token := range Tokens(pointer) {
		switch container := value.(type) {
		case map[string]any:
			member, ok := container[token]
			if !ok {
				return nil, false
			}
			value = member
		case []any:
			index, err := strconv.Atoi(token)
			if err != nil || index < 0 || index >= len(container) {
				return nil, false
			}
			value = container[index]
		default:
			return nil, false
		}
	}
	return value, true
}
