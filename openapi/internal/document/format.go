package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Canonical returns a value as indented JSON with sorted keys, so that equal
// documents are equal bytes and differences are easy to read.
func Canonical(value any) ([]byte, error) {
	return encode(value, "  ")
}

// Compact returns a value as JSON on one line with sorted keys, for errors and
// for comparisons.
func Compact(value any) (string, error) {
	text, err := encode(value, "")
	return strings.TrimSpace(string(text)), err
}

func encode(value any, indent string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	return out.Bytes(), nil
}

// YAMLNode returns a value as a YAML document tree with sorted keys.
func YAMLNode(value any) *yaml.Node {
	return &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{yamlNode(value)}}
}

func yamlNode(value any) *yaml.Node {
	switch value := value.(type) {
	case map[string]any:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			node.Content = append(node.Content, yamlNode(key), yamlNode(value[key]))
		}
		return node
	case []any:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, element := range value {
			node.Content = append(node.Content, yamlNode(element))
		}
		return node
	case string:
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
		if oldBooleans[strings.ToLower(value)] {
			node.Style = yaml.DoubleQuotedStyle
		}
		return node
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(value.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value.String()}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(value)}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
}

// oldBooleans are strings that readers of YAML 1.1 take for booleans.
var oldBooleans = map[string]bool{"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true}

// FormatYAML returns a value as YAML in block style, two spaces deep, with
// sorted keys.
func FormatYAML(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(YAMLNode(value)); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	return out.Bytes(), encoder.Close()
}
