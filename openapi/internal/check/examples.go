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

// dropMisfits takes out every example and every default that doesn't fit the
// schema that it stands beside, JSON inside of strings (contentSchema) included.
// Formats are not checked: JSON Schema takes them for comments.
func dropMisfits(root map[string]any, remark func(pointer, what string)) error {
	schemas := document.Clone(root)
	document.Walk(schemas, func(_ string, object map[string]any) {
		delete(object, "$schema") // every dialect that OpenAPI 3.1 allows for extends draft 2020-12
	})
	d := misfitDropper{root: root, compiler: jsonschema.NewCompiler(), remark: remark}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertContent()
	if err := d.compiler.AddResource(resource, schemas); err != nil {
		return fmt.Errorf("check examples: %w", err)
	}
	document.Walk(root, d.object)
	return nil
}

// resource is the URL of the document for the validator; nothing is fetched.
const resource = "spark.json"

type misfitDropper struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	remark   func(pointer, what string)
}

// object drops examples of an object that may be a schema, or a media type,
// parameter or header that has a schema.
func (d *misfitDropper) object(pointer string, object map[string]any) {
	schema := pointer
	if _, ok := object["schema"].(map[string]any); ok {
		schema += "/schema"
	}
	for _, key := range []string{"example", "default"} {
		value, ok := object[key]
		if ok && (key == "example" || schema == pointer) && d.misfit(pointer+"/"+key, schema, value) {
			delete(object, key)
		}
	}
	switch examples := object["examples"].(type) {
	case []any:
		i := -1
		object["examples"] = slices.DeleteFunc(examples, func(example any) bool {
			i++
			return d.misfit(pointer+"/examples/"+strconv.Itoa(i), schema, example)
		})
		if len(object["examples"].([]any)) == 0 {
			delete(object, "examples")
		}
	case map[string]any:
		if schema == pointer { // the examples of components have no schema
			return
		}
		for _, name := range slices.Sorted(maps.Keys(examples)) {
			value, ok := document.Resolve(d.root, examples[name])["value"]
			if ok && d.misfit(pointer+"/examples/"+document.Escape(name), schema, value) {
				delete(examples, name)
			}
		}
		if len(examples) == 0 {
			delete(object, "examples")
		}
	}
}

// misfit reports whether an example doesn't fit a schema, with a remark.
func (d *misfitDropper) misfit(at, schema string, example any) bool {
	compiled, err := d.compiler.Compile(resource + "#" + (&url.URL{Fragment: schema}).EscapedFragment())
	if err == nil {
		err = compiled.Validate(example)
	}
	if err != nil {
		d.remark(at, "doesn't fit its schema ("+oneLine(err)+")")
	}
	return err != nil
}

func oneLine(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " -")
	}
	return strings.Join(lines[min(1, len(lines)-1):], "; ")
}
