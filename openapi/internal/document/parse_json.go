package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// ParseJSON reads one JSON object from a text that begins on line first of the
// file. A member that occurs twice in one object is an error, since one of the two
// would be lost.
func ParseJSON(file string, first int, data []byte) (*Document, error) {
	p := jsonParser{
		parser:  newParser(file, first),
		data:    data,
		decoder: json.NewDecoder(bytes.NewReader(data)),
	}
	p.decoder.UseNumber()
	for i, char := range data {
		if char == '\n' {
			p.ends = append(p.ends, i)
		}
	}
	value, err := p.value("", 0)
	if err != nil {
		return nil, err
	}
	root, ok := value.(map[string]any)
	if !ok {
		return nil, p.fail(0, "expected an object, found %s", kindOf(value))
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, p.fail(p.line(), "more text follows the JSON object")
	}
	return p.document(root), nil
}

// parser reads a text that begins on some line of a file.
type parser struct {
	file  string
	first int            // the line on which the text begins
	lines map[string]int // by JSON pointer
}

func newParser(file string, first int) parser {
	return parser{file, first, map[string]int{}}
}

func (p *parser) document(root map[string]any) *Document {
	name := p.file
	if p.first > 1 {
		name = fmt.Sprintf("%s:%d", p.file, p.first)
	}
	return &Document{Name: name, Root: root, file: p.file, lines: p.lines}
}

// fail returns an error on a line of the text, counted from 0.
func (p *parser) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", p.file, p.first+line, fmt.Sprintf(format, args...))
}

// maxDepth bounds how deep a document may nest, so that no input exhausts the stack.
const maxDepth = 1000

type jsonParser struct {
	parser
	data    []byte
	decoder *json.Decoder
	ends    []int // the offsets of the ends of lines
}

// line returns the line, counted from 0, that the decoder has reached.
func (p *jsonParser) line() int { return p.lineAt(p.decoder.InputOffset()) }

func (p *jsonParser) lineAt(offset int64) int {
	line, _ := slices.BinarySearch(p.ends, int(offset))
	return line
}

func (p *jsonParser) value(pointer string, depth int) (any, error) {
	if depth > maxDepth {
		return nil, p.fail(p.line(), "nested more than %d deep", maxDepth)
	}
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	p.lines[pointer] = p.first + p.line()
	switch token {
	case json.Delim('{'):
		return p.object(pointer, depth)
	case json.Delim('['):
		return p.list(pointer, depth)
	}
	return token, nil
}

func (p *jsonParser) object(pointer string, depth int) (any, error) {
	object := map[string]any{}
	for p.decoder.More() {
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // the decoder accepts nothing else here
		if _, exists := object[key]; exists {
			return nil, p.fail(p.line(), "the member %q occurs twice in one object", key)
		}
		if object[key], err = p.value(pointer+"/"+Escape(key), depth+1); err != nil {
			return nil, err
		}
	}
	_, err := p.token()
	return object, err
}

func (p *jsonParser) list(pointer string, depth int) (any, error) {
	list := []any{}
	for p.decoder.More() {
		element, err := p.value(pointer+"/"+strconv.Itoa(len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	_, err := p.token()
	return list, err
}

func (p *jsonParser) token() (json.Token, error) {
	token, err := p.decoder.Token()
	if err == nil {
		return token, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, p.fail(p.lineAt(int64(len(p.data))), "the JSON ends too early: it is cut off")
	}
	line := p.line()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line = p.lineAt(syntax.Offset)
	}
	return nil, p.fail(line, "not JSON: %v", err)
}

func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case nil:
		return "null"
	}
	return "a number"
}
