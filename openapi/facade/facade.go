// Package facade reads what package spark makes of each operation of the API:
// openapi/facade.yaml.
package facade

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"
)

// List says what package spark makes of each operation, by operation ID.
type List map[string]Entry

// Entry is what the facade makes of one operation: a method, or a reason why
// it has none.
type Entry struct {
	// Method is the facade method that calls the operation, as Type.Method.
	Method string `yaml:"method"`
	// Request is the facade type through which request fields are set, empty
	// if there are none.
	Request string `yaml:"request"`
	// Response is the facade type through which the response is read, empty if
	// the method returns only an error or plain values.
	Response string `yaml:"response"`
	// Exempt is the reason why the facade leaves the operation out.
	Exempt string `yaml:"exempt"`
}

// Parse reads a facade list, such as openapi.Facade.
func Parse(data []byte) (List, error) {
	var list struct {
		Operations List `yaml:"operations"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("read facade list: %w", err)
	}
	for _, id := range slices.Sorted(maps.Keys(list.Operations)) {
		if entry := list.Operations[id]; (entry.Method == "") == (entry.Exempt == "") {
			return nil, fmt.Errorf("read facade list: %s must have either a method or a reason for its exemption", id)
		}
	}
	return list.Operations, nil
}
