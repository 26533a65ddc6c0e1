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
	// where there are none.
	Request string `yaml:"request"`
	// Answer is the facade type through which the answer is read, empty where
	// the method hands out no more than an error or plain values.
	Answer string `yaml:"answer"`
	// Takes lists what the generated method takes beside the path.
	Takes []string `yaml:"takes"`
	// Exempt is the reason why the facade leaves the operation out.
	Exempt string `yaml:"exempt"`
}

// What a generated method may take beside the path, as Entry.Takes says it.
const (
	TakesParameters = "parameters" // query, header and cookie parameters
	TakesBody       = "body"       // a request body
)

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
		if err := list.Operations[id].check(); err != nil {
			return nil, fmt.Errorf("read facade list: %s %w", id, err)
		}
	}
	return list.Operations, nil
}

func (e Entry) check() error {
	if (e.Method == "") == (e.Exempt == "") {
		return fmt.Errorf("must have either a method or a reason for its exemption")
	}
	for _, taken := range e.Takes {
		if taken != TakesParameters && taken != TakesBody {
			return fmt.Errorf("takes %q, which is neither %s nor %s", taken, TakesParameters, TakesBody)
		}
	}
	return nil
}
