package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Clean takes out of a document what OpenAPI 3.1 allows there and validators
// reject, so that every user of it can validate it with a validator's
// defaults: keywords of schemas that aren't the standard's, patterns that Go
// can't read, path items that nothing refers to, and examples and defaults that
// don't fit their schemas. Remarks say what went.
func Clean(root map[string]any, where Where) (remarks []string, err error) {
	remark := func(pointer, what string) {
		remarks = append(remarks, fmt.Sprintf("%s: %s: left out of openapi/spark.yaml", where(pointer), what))
	}
	document.WalkSchemas(root, func(pointer string, schema map[string]any) {
		for _, keyword := range slices.Sorted(maps.Keys(schema)) {
			if !keywords[keyword] && !strings.HasPrefix(keyword, "x-") {
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
	found, err := misfits(root)
	slices.Reverse(found) // so that the indexes of lists stay right
	for _, misfit := range found {
		remove(root, misfit[0])
	}
	slices.Reverse(found)
	for _, misfit := range found {
		remark(misfit[0], "doesn't fit its schema ("+misfit[1]+")")
	}
	return remarks, err
}

// keywords are the keywords of schemas in OpenAPI 3.1.
var keywords = func() map[string]bool {
	known := map[string]bool{}
	for keyword := range strings.FieldsSeq(`
		$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary
		additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default
		dependentRequired dependentSchemas deprecated description discriminator else enum example examples
		exclusiveMaximum exclusiveMinimum externalDocs format if items maxContains maxItems maxLength maxProperties
		maximum minContains minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties
		prefixItems properties propertyNames readOnly required then title type unevaluatedItems
		unevaluatedProperties uniqueItems writeOnly xml`) {
		known[keyword] = true
	}
	return known
}()

// dropPathItems takes out the path items among the components where nothing
// refers to them; those of paths stand in place.
func dropPathItems(root map[string]any) {
	components, _ := root["components"].(map[string]any)
	for _, reference := range document.References(root) {
		if strings.HasPrefix(reference.Ref, "#/components/pathItems/") {
			return
		}
	}
	delete(components, "pathItems")
}

// remove takes out the part at a pointer, and an emptied list of examples.
func remove(root map[string]any, pointer string) {
	cut := strings.LastIndexByte(pointer, '/')
	key := document.Tokens(pointer[cut:])[0]
	holder, _ := document.Find(root, pointer[:cut])
	switch holder := holder.(type) {
	case map[string]any:
		delete(holder, key)
		if len(holder) == 0 && strings.HasSuffix(pointer[:cut], "/examples") {
			remove(root, pointer[:cut])
		}
	case []any:
		index, err := strconv.Atoi(key)
		if err != nil {
			return // the pointer names an element
		}
		above, _ := document.Find(root, pointer[:strings.LastIndexByte(pointer[:cut], '/')])
		if object, ok := above.(map[string]any); ok {
			object["examples"] = slices.Delete(slices.Clone(holder), index, index+1)
			if len(holder) == 1 {
				delete(object, "examples")
			}
		}
	}
}
