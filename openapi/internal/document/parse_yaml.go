package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxYAMLNodes bounds the size of a YAML text with all its aliases expanded.
const maxYAMLNodes = 2_000_000

// ParseYAML reads one YAML mapping from a text that begins on line first of the
// file. It accepts only what JSON can express; dates are strings, as in the JSON
// schema of YAML 1.2.
func ParseYAML(file string, first int, data []byte) (*Document, error) {
	p := yamlParser{parser: newParser(file, first), open: map[*yaml.Node]bool{}}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, p.fail(0, "expected an object, found nothing")
	} else if err != nil {
		return nil, p.syntax(err)
	}
	var next yaml.Node
	if err := decoder.Decode(&next); err == nil {
		return nil, p.fail(next.Line-1, "a second YAML document follows: give each its own file or block")
	} else if !errors.Is(err, io.EOF) {
		return nil, p.syntax(err)
	}
	value, err := p.value(root.Content[0], "", 0)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, p.fail(root.Content[0].Line-1, "expected an object, found %s", kindOf(value))
	}
	return p.document(object), nil
}

// NodeValue returns the plain value of a part of a YAML tree.
func NodeValue(node *yaml.Node) (any, error) {
	if node.Kind == yaml.DocumentNode {
		node = node.Content[0]
	}
	p := yamlParser{parser: newParser("YAML", 1), open: map[*yaml.Node]bool{}}
	return p.value(node, "", 0)
}

type yamlParser struct {
	parser
	nodes int
	open  map[*yaml.Node]bool // aliased nodes that are being read
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

func (p *yamlParser) syntax(err error) error {
	text := err.Error()
	if found := yamlLine.FindStringSubmatch(text); found != nil {
		line, _ := strconv.Atoi(found[1]) // the pattern admits digits only
		return p.fail(line-1, "not YAML: %s", text[len(found[0]):])
	}
	return p.fail(0, "not YAML: %s", strings.TrimPrefix(text, "yaml: "))
}

func (p *yamlParser) value(node *yaml.Node, pointer string, depth int) (any, error) {
	p.nodes++
	if p.nodes > maxYAMLNodes || depth > maxDepth {
		return nil, p.fail(node.Line-1, "the YAML is too large: more than %d values or %d levels", maxYAMLNodes, maxDepth)
	}
	if _, ok := p.lines[pointer]; !ok {
		p.note(pointer, node)
	}
	switch node.Kind {
	case yaml.AliasNode:
		return p.alias(node, pointer, depth)
	case yaml.MappingNode:
		return p.mapping(node, pointer, depth)
	case yaml.SequenceNode:
		return p.sequence(node, pointer, depth)
	}
	return p.scalar(node)
}

// note notes the line of a part. Parts within an alias have the line of the alias.
func (p *yamlParser) note(pointer string, node *yaml.Node) {
	if len(p.open) == 0 {
		p.lines[pointer] = p.first + node.Line - 1
	}
}

func (p *yamlParser) alias(node *yaml.Node, pointer string, depth int) (any, error) {
	if p.open[node.Alias] {
		return nil, p.fail(node.Line-1, "the alias *%s is inside the part that it names", node.Value)
	}
	p.open[node.Alias] = true
	defer delete(p.open, node.Alias)
	return p.value(node.Alias, pointer, depth+1)
}

func (p *yamlParser) mapping(node *yaml.Node, pointer string, depth int) (any, error) {
	object := map[string]any{}
	for i := 0; i < len(node.Content); i += 2 {
		key, content := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, p.fail(key.Line-1, "a key must be plain text here: write out merge keys and complex keys")
		}
		if _, exists := object[key.Value]; exists {
			return nil, p.fail(key.Line-1, "the member %q occurs twice in one object", key.Value)
		}
		member := pointer + "/" + Escape(key.Value)
		p.note(member, key)
		var err error
		if object[key.Value], err = p.value(content, member, depth+1); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func (p *yamlParser) sequence(node *yaml.Node, pointer string, depth int) (any, error) {
	list := []any{}
	for i, content := range node.Content {
		element, err := p.value(content, pointer+"/"+strconv.Itoa(i), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	return list, nil
}

func (p *yamlParser) scalar(node *yaml.Node) (any, error) {
	switch node.ShortTag() {
	case "!!str", "!!timestamp":
		return node.Value, nil
	case "!!null":
		return nil, nil
	case "!!bool":
		var value bool
		err := node.Decode(&value)
		return value, err
	case "!!int", "!!float":
		if jsonNumber.MatchString(node.Value) {
			return json.Number(node.Value), nil
		}
		return nil, p.fail(node.Line-1, "%s is not a number in JSON: write it as in JSON, or in quotes if it is text", node.Value)
	}
	return nil, p.fail(node.Line-1, "a value of the kind %s can't be written in JSON", node.Tag)
}

// jsonNumber matches a number in JSON.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$`)
