package check

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// examples checks every example, and every default, against the schema that it
// stands beside, JSON inside of strings (contentSchema) included. Formats are not checked:
// JSON Schema takes them for comments.
func examples(root map[string]any) error {
	root = document.Clone(root).(map[string]any)
	document.Walk(root, func(_ string, object map[string]any) {
		delete(object, "$schema") // every dialect that OpenAPI 3.1 allows for extends draft 2020-12
	})
	e := exampleCheck{root: root, compiler: jsonschema.NewCompiler()}
	e.compiler.DefaultDraft(jsonschema.Draft2020)
	e.compiler.AssertContent()
	e.compiler.UseRegexpEngine(pattern)
	if err := e.compiler.AddResource(resource, root); err != nil {
		return fmt.Errorf("check examples: %w", err)
	}
	document.Walk(root, e.object)
	return errors.Join(e.faults...)
}

// resource is the address of the document for the validator; nothing is fetched.
const resource = "spark.json"

type exampleCheck struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	faults   []error
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
	compiled, err := e.compiler.Compile(resource + "#" + fragment(schema))
	if err != nil {
		e.faults = append(e.faults, fmt.Errorf("the schema %s can't be used: %w", schema, err))
		return
	}
	if err := compiled.Validate(example); err != nil {
		e.faults = append(e.faults, fmt.Errorf("%s doesn't fit its schema: %s", at, oneLine(err)))
	}
}

var percent = strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D", "^", "%5E", `"`, "%22", " ", "%20", "<", "%3C", ">", "%3E")

// fragment writes a JSON pointer as a URL fragment.
func fragment(pointer string) string { return percent.Replace(pointer) }

func oneLine(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " -")
	}
	return strings.Join(lines[min(1, len(lines)-1):], "; ")
}

// pattern compiles a pattern. One that Go can't compile may still be a regular
// expression of ECMAScript; it is taken to match.
func pattern(text string) (jsonschema.Regexp, error) {
	compiled, err := regexp.Compile(text)
	if err != nil {
		return anything(text), nil
	}
	return compiled, nil
}

type anything string

func (anything) MatchString(string) bool { return true }
func (a anything) String() string        { return string(a) }
