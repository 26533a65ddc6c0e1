// Package document reads and writes OpenAPI documents as plain JSON values,
// with numbers kept digit for digit, and in one canonical form.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// Parse reads one JSON document that must be an object.
func Parse(data []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var document map[string]any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more data follows the JSON object")
	}
	return document, nil
}

// Canonical renders a value as indented JSON with sorted keys, so that equal
// documents are equal bytes and differences read well.
func Canonical(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	return out.Bytes(), nil
}

// YAMLNode turns a value into a YAML tree in block style.
func YAMLNode(value any) (*yaml.Node, error) {
	data, err := Canonical(value)
	if err != nil {
		return nil, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("convert document to YAML: %w", err)
	}
	return &root, nil
}

// FormatYAML renders a YAML tree in block style, two spaces deep. Styles of
// the source are dropped, so that the bytes depend on the values alone.
func FormatYAML(root *yaml.Node) ([]byte, error) {
	clearStyle(root)
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	return out.Bytes(), nil
}

func clearStyle(node *yaml.Node) {
	node.Style = 0
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	for _, child := range node.Content {
		clearStyle(child)
	}
}
