package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
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
	err = dropMisfits(root, remark)
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
