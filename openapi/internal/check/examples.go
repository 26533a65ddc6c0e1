package check

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// misfits lists every example, and every default, that doesn't fit the schema
// that it stands beside, JSON inside of strings (contentSchema) included: its
// pointer, and why. Formats are not checked: JSON Schema takes them for comments.
func misfits(root map[string]any) ([][2]string, error) {
	root = document.Clone(root).(map[string]any)
	document.Walk(root, func(_ string, object map[string]any) {
		delete(object, "$schema") // every dialect that OpenAPI 3.1 allows for extends draft 2020-12
	})
	e := exampleCheck{root: root, compiler: jsonschema.NewCompiler()}
	e.compiler.DefaultDraft(jsonschema.Draft2020)
	e.compiler.AssertContent()
	if err := e.compiler.AddResource(resource, root); err != nil {
		return nil, fmt.Errorf("check examples: %w", err)
	}
	document.Walk(root, e.object)
	return e.misfits, nil
}

// resource is the URL of the document for the validator; nothing is fetched.
const resource = "spark.json"

type exampleCheck struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	misfits  [][2]string
}

// object checks the examples of an object that may be a schema, or a media
// type, parameter or header that has a schema.
func (e *exampleCheck) object(pointer string, object map[string]any) {
	schema := pointer
	if _, ok := object["schema"].(map[string]any); ok {
		schema += "/schema"
	}
	if example, ok := object["example"]; ok {
		e.check(pointer+"/example", schema, example)
	}
	if value, ok := object["default"]; ok && schema == pointer {
		e.check(pointer+"/default", schema, value)
	}
	switch list := object["examples"].(type) {
	case []any:
		for i, example := range list {
			e.check(pointer+"/examples/"+strconv.Itoa(i), schema, example)
		}
	case map[string]any:
		if schema == pointer { // the examples of components have no schema
			return
		}
		for _, name := range slices.Sorted(maps.Keys(list)) {
			at := pointer + "/examples/" + document.Escape(name)
			if example, ok := e.value(list[name]); ok {
				e.check(at, schema, example)
			}
		}
	}
}

// value is the value of an example object, which may be a reference.
func (e *exampleCheck) value(example any) (any, bool) {
	object, _ := example.(map[string]any)
	if ref, ok := object["$ref"].(string); ok {
		pointer, _ := document.Target(ref)
		target, _ := document.Find(e.root, pointer)
		object, _ = target.(map[string]any)
	}
	value, ok := object["value"]
	return value, ok
}

func (e *exampleCheck) check(at, schema string, example any) {
	compiled, err := e.compiler.Compile(resource + "#" + (&url.URL{Fragment: schema}).EscapedFragment())
	if err == nil {
		err = compiled.Validate(example)
	}
	if err != nil {
		e.misfits = append(e.misfits, [2]string{at, oneLine(err)})
	}
}

func oneLine(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " -")
	}
	return strings.Join(lines[min(1, len(lines)-1):], "; ")
}
