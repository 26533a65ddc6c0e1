package document_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	doc, err := document.ParseYAML("x.yaml", 1, []byte(text))
	require.NoError(t, err)
	return doc.Root
}

func TestReferencesPassOverNamesAndData(t *testing.T) {
	root := parse(t, `
components:
  schemas:
    A:
      properties:
        $ref: {type: string}
        example: {$ref: '#/components/schemas/B'}
        default: {$ref: '#/components/schemas/C'}
      example: {$ref: '#/nowhere/1'}
      examples: [{$ref: '#/nowhere/2'}]
      default: {$ref: '#/nowhere/3'}
      enum: [{$ref: '#/nowhere/4'}]
      x-extension: {$ref: '#/nowhere/5'}
      discriminator: {propertyName: kind, mapping: {b: B, c: '#/components/schemas/C'}}
    B: {type: string}
    C: {type: string}
  examples:
    one: {$ref: '#/components/examples/two'}
    two: {value: {$ref: '#/nowhere/6'}}
`)
	var refs []string
	for _, reference := range document.References(root) {
		refs = append(refs, reference.Ref)
	}
	require.ElementsMatch(t, []string{
		"#/components/schemas/B", "#/components/schemas/B", "#/components/schemas/C", "#/components/schemas/C", "#/components/examples/two",
	}, refs)
	require.NoError(t, document.CheckReferences(root, func(pointer string) string { return pointer }))
}

func TestCheckReferences(t *testing.T) {
	for name, c := range map[string]struct{ schemas, fault string }{
		"nested":               {"{A: {properties: {b: {$ref: '#/components/schemas/B/properties/c'}}}, B: {properties: {c: {$ref: '#/components/schemas/A'}}}}", ""},
		"escaped":              {"{'a/b c': {type: string}, B: {$ref: '#/components/schemas/a~1b%20c'}}", ""},
		"a recursive type":     {"{A: {properties: {next: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}}}}", ""},
		"a recursive list":     {"{A: {type: array, items: {$ref: '#/components/schemas/A'}}}", ""},
		"nowhere":              {"{A: {$ref: '#/components/schemas/B'}}", "/components/schemas/A: the reference #/components/schemas/B points nowhere"},
		"nowhere in a mapping": {"{A: {discriminator: {propertyName: a, mapping: {b: B}}}}", "/components/schemas/A/discriminator/mapping/b: the reference #/components/schemas/B points nowhere"},
		"an anchor":            {"{A: {$ref: '#a'}}", "names an anchor"},
		"another document":     {"{A: {$ref: 'common.yaml#/A'}}", "leads to another document"},
	} {
		t.Run(name, func(t *testing.T) {
			root := parse(t, "components: {schemas: "+c.schemas+"}")
			err := document.CheckReferences(root, func(pointer string) string { return pointer })
			if c.fault == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.fault)
		})
	}
}

func TestReached(t *testing.T) {
	root := parse(t, `
paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/p'}]}}}
components:
  parameters: {p: {schema: {$ref: '#/components/schemas/A'}}}
  schemas: {A: {properties: {b: {$ref: '#/components/schemas/B/properties/x'}}}, B: {properties: {x: {}}}, C: {}}
`)
	require.Equal(t, []string{"parameters/p", "schemas/A", "schemas/B"}, document.Reached(root, root["paths"]))
}
