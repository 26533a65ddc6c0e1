package check

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Clean takes out of a document what OpenAPI 3.1 allows and validators reject, so
// that it validates with a validator's defaults: keywords of schemas that aren't
// the standard's, patterns that Go can't read, path items that nothing refers to,
// and examples and defaults that don't fit their schemas. Remarks say what was taken out.
func Clean(root map[string]any, where Where) (remarks []string, err error) {
	remark := func(pointer, what string) {
		remarks = append(remarks, fmt.Sprintf("%s: %s: left out of openapi/spark.yaml", where(pointer), what))
	}
	document.WalkSchemas(root, func(pointer string, schema map[string]any) {
		for _, keyword := range slices.Sorted(maps.Keys(schema)) {
			if !slices.Contains(keywords, keyword) && !strings.HasPrefix(keyword, "x-") {
				delete(schema, keyword)
				remark(pointer, fmt.Sprintf("%q is not a keyword of OpenAPI 3.1", keyword))
			}
		}
		pattern, _ := schema["pattern"].(string)
		if _, err := regexp.Compile(pattern); err != nil {
			delete(schema, "pattern")
			remark(pointer, fmt.Sprintf("Go can't read the pattern %q", pattern))
		}
	})
	dropPathItems(root)
	err = dropMisfits(root, remark)
	return remarks, err
}

// keywords are the keywords of schemas in OpenAPI 3.1.
var keywords = strings.Fields(`
	$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary
	additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default
	dependentRequired dependentSchemas deprecated description discriminator else enum example examples
	exclusiveMaximum exclusiveMinimum externalDocs format if items maxContains maxItems maxLength maxProperties
	maximum minContains minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties
	prefixItems properties propertyNames readOnly required then title type unevaluatedItems
	unevaluatedProperties uniqueItems writeOnly xml`)

// dropPathItems takes out the path items among the components if nothing refers to
// them.
func dropPathItems(root map[string]any) {
	components, _ := root["components"].(map[string]any)
	for _, reference := range document.References(root) {
		if strings.HasPrefix(reference.Ref, "#/components/pathItems/") {
			return
		}
	}
	delete(components, "pathItems")
}

// dropMisfits takes out every example and every default that doesn't fit its
// schema, also in JSON within strings (contentSchema).
// Formats aren't checked: in JSON Schema they are annotations.
func dropMisfits(root map[string]any, remark func(pointer, what string)) error {
	schemas := document.Clone(root)
	document.Walk(schemas, func(_ string, object map[string]any) {
		delete(object, "$schema") // every dialect that OpenAPI 3.1 allows extends draft 2020-12
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

// object drops the misfits of an object that may be a schema, or a media type,
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

// misfit reports whether an example doesn't fit a schema, and adds a remark then.
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
