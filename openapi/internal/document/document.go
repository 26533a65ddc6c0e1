// Package document holds OpenAPI documents as plain JSON values: objects are
// map[string]any, lists []any, numbers json.Number with every digit kept. It
// reads them strictly from JSON and YAML, remembers on which line each part
// stands, and writes them in one canonical form.
package document

import (
	"fmt"
	"strings"
)

// Document is one OpenAPI document and where it was read.
type Document struct {
	// Name says where the document stands: a file, with a line where the
	// document is only part of it.
	Name string
	// Root is the document itself.
	Root map[string]any

	file  string
	lines map[string]int
}

// With returns a document with another root that stands in the same place.
// Parts that have kept their pointers keep their lines.
func (d *Document) With(root map[string]any) *Document {
	copied := *d
	copied.Root = root
	return &copied
}

// Where gives the place of the part that a JSON pointer names, as file:line,
// or the document's name where the line isn't known.
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

// source is a text to parse that begins on some line of a file.
type source struct {
	file  string
	first int
	lines map[string]int
}

func (s *source) document(root map[string]any) *Document {
	name := s.file
	if s.first > 1 {
		name = fmt.Sprintf("%s:%d", s.file, s.first)
	}
	return &Document{Name: name, Root: root, file: s.file, lines: s.lines}
}

// fail reports an error on a line of the text, counted from 0.
func (s *source) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.file, s.first+line, fmt.Sprintf(format, args...))
}

// maxDepth bounds how deep a document may nest, so that no input exhausts the stack.
const maxDepth = 1000
