package overlay_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/overlay"
	"github.com/sparkgo/spark-go/openapi/internal/published"
)

const page = `
components:
  parameters: {index: {name: index, in: query}}
  schemas: {Own: {type: object}}
paths:
  /a:
    get:
      parameters: [{name: q, in: query}, {$ref: '#/components/parameters/index'}]
      requestBody: {schema: {type: object, properties: {x: {type: string}}}}
      responses: {'200': {schema: {type: object}}}
  /b:
    get: {responses: {'200': {schema: {type: object}}}}
`

// apply applies actions, written as the list of an overlay.
func apply(t *testing.T, text string, actions string) (map[string]any, error) {
	t.Helper()
	doc, err := document.ParseYAML("page.yaml", 1, []byte(text))
	require.NoError(t, err)
	tree := document.YAMLNode(doc.Root)
	err = overlay.Apply("overlay.yaml", []byte("overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n"+actions), tree)
	value, valueErr := document.NodeValue(tree)
	require.NoError(t, valueErr)
	return value.(map[string]any), err
}

func TestActions(t *testing.T) {
	root, err := apply(t, page, `
  - target: $.components.schemas
    description: room for a copy
    update: {Copy: {x-go-type: Copied}}
  - target: $.components.schemas.Copy
    description: copied, so that changes come through
    copy: $.paths['/a'].get.requestBody.schema
  - target: $.paths['/a'].get.requestBody.schema
    description: gives way to the copy
    x-replaces: $.components.schemas.Copy
    remove: true
  - target: $.paths['/a'].get.requestBody
    description: refers to the copy
    update: {schema: {$ref: '#/components/schemas/Copy'}}
  - target: $.paths['/a'].get.responses['200'].schema
    description: a bare object
    x-replaces: {type: object}
    remove: true
  - target: $.components.schemas.Copy.properties.x
    description: a Go type
    x-expects: {type: string}
    update: {x-go-type: Text}
  - target: $.paths['/b'].get
    description: a list of its own
    update: {parameters: [{name: q, in: header}]}
  - target: $.paths['/a'].get.parameters
    description: one more
    update: [{name: q, in: header}]
`)
	require.NoError(t, err)
	schema, _ := document.Find(root, "/components/schemas/Copy")
	text, err := document.Compact(schema)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"object","properties":{"x":{"type":"string","x-go-type":"Text"}},"x-go-type":"Copied"}`, text)
	_, typed := document.Find(root, "/paths/~1a/get/responses/200/schema")
	require.False(t, typed)
}

// TestActionsThatMustFail applies corrections that the document has overtaken. The
// error names each with its reason.
func TestActionsThatMustFail(t *testing.T) {
	for name, c := range map[string]struct{ action, fault string }{
		"no match":             {"target: $.paths['/c']\n    update: {get: {}}", "$.paths['/c'] matches nothing"},
		"two matches":          {"target: $.paths.*.get\n    update: {x: 1}", "$.paths.*.get matches 2 places: write one action for each"},
		"a filter":             {"target: $.paths['/a'].get.parameters[?@.name == 'gone']\n    update: {x: 1}", "matches nothing"},
		"nothing changed":      {"target: $.paths['/a'].get\n    update: {}", "does nothing"},
		"removal unstated":     {"target: $.paths['/a'].get\n    remove: true", "a removal must say what it removes: add x-replaces"},
		"removal of more":      {"target: $.paths['/a'].get.requestBody.schema\n    x-replaces: {type: object}\n    remove: true", `it now says {"properties":{"x":{"type":"string"}},"type":"object"} where x-replaces expects {"type":"object"}`},
		"removal of another":   {"target: $.components.schemas.Own\n    x-replaces: $.paths['/a'].get.requestBody.schema\n    remove: true", "the document has changed here"},
		"removal by no path":   {"target: $.components.schemas.Own\n    x-replaces: $.gone\n    remove: true", "x-replaces: $.gone matches nothing"},
		"override of a value":  {"target: $.components.schemas.Own\n    update: {type: string}", "at /type below the target: the document has its own, which the action would override"},
		"override by the same": {"target: $.components.schemas.Own\n    update: {type: object}", "at /type below the target: the document has its own"},
		"override of a schema": {"target: $.components\n    update: {schemas: {Own: {}}}", "at /schemas/Own below the target: the document has its own"},
		"override by a copy":   {"target: $.paths['/b'].get.responses['200'].schema\n    copy: $.paths['/a'].get.requestBody.schema", "at the target: the document has its own"},
		"a copy of nothing":    {"target: $.components.schemas.Own\n    copy: $.gone", "copy: $.gone matches nothing"},
		"a parameter again":    {"target: $.paths['/a'].get.parameters\n    update: [{name: index, in: query}]", "query index: at the target: the document has its own"},
		"a Go type unstated":   {"target: $.components.schemas.Own\n    update: {x-go-type: Own}", "an update that gives a Go type must say what the schema is: add x-expects"},
		"a Go type overtaken":  {"target: $.components.schemas.Own\n    x-expects: {type: string}\n    update: {x-go-type: Own}", `it now says {"type":"object"} where x-expects expects {"type":"string"}`},
		"no JSONPath":          {"target: '$['\n    update: {x: 1}", "overlay.yaml:4: action 1 on $["},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := apply(t, page, "  - "+c.action+"\n    description: because of this\n")
			require.ErrorContains(t, err, c.fault)
			require.ErrorContains(t, err, "overlay.yaml:4: action 1 on $")
			require.ErrorContains(t, err, "its reason was: because of this")
		})
	}
	_, err := apply(t, page, "  - target: $.paths\n    update: {/c: {}}\n")
	require.ErrorContains(t, err, "overlay.yaml:4: action 1 on $.paths gives no reason: add a description")
}

func TestAllFaultsAreReported(t *testing.T) {
	_, err := apply(t, page, `
  - {target: $.one, description: first, update: {x: 1}}
  - {target: $.two, description: second, update: {x: 1}}
`)
	require.ErrorContains(t, err, "action 1 on $.one")
	require.ErrorContains(t, err, "action 2 on $.two")
}

func TestADescriptionMayChangeUnderAGoType(t *testing.T) {
	changed := strings.Replace(page, "Own: {type: object}", "Own: {type: object, description: new}", 1)
	_, err := apply(t, changed, "  - {target: $.components.schemas.Own, description: d, x-expects: {type: object}, update: {x-go-type: Own}}\n")
	require.NoError(t, err)
}

// TestResponsesOfThePageOverrideOurs lets the vendor type each response that our
// overlay types, one by one. The overlay must fail then.
func TestResponsesOfThePageOverrideOurs(t *testing.T) {
	corrections, err := os.ReadFile("../../overlay.yaml")
	require.NoError(t, err)
	set, err := published.Load("../../..")
	require.NoError(t, err)
	typed := 0
	for id, operation := range set.Operations {
		if !typesResponse(operation.Document.Root, corrections) {
			continue
		}
		typed++
		t.Run(id, func(t *testing.T) {
			root := document.Clone(operation.Document.Root).(map[string]any)
			grow(root, func(schema map[string]any) {
				schema["properties"] = map[string]any{"own": map[string]any{"type": "string"}}
			})
			require.ErrorContains(t, applyOurs(t, set, id, root, corrections), "The page types the response as a bare object.")

			grow(root, func(schema map[string]any) { clear(schema); schema["$ref"] = "#/components/schemas/Answer" })
			root["components"].(map[string]any)["schemas"] = map[string]any{"Answer": map[string]any{"type": "object"}}
			require.ErrorContains(t, applyOurs(t, set, id, root, corrections), "The page types the response as a bare object.")
		})
	}
	require.NoError(t, applyOurs(t, set, "", nil, corrections))
	require.Equal(t, strings.Count(string(corrections), "The page types the response as a bare object."), typed)
}

// typesResponse reports whether our overlay is about the path of a document.
func typesResponse(root map[string]any, corrections []byte) bool {
	for path := range root["paths"].(map[string]any) {
		if strings.Contains(string(corrections), "$.paths['"+path+"']") {
			return true
		}
	}
	return false
}

// grow changes the response schemas of a document.
func grow(root map[string]any, change func(schema map[string]any)) {
	document.Walk(root["paths"], func(_ string, object map[string]any) {
		responses, _ := object["responses"].(map[string]any)
		for _, response := range responses {
			schema, _ := document.Find(response, "/content/application~1json/schema")
			change(schema.(map[string]any))
		}
	})
}

// applyOurs merges the published documents, with one of them replaced, and
// applies our overlay.
func applyOurs(t *testing.T, set *published.Set, id string, root map[string]any, corrections []byte) error {
	t.Helper()
	documents := []*document.Document{}
	for other, operation := range set.Operations {
		if other == id {
			documents = append(documents, operation.Document.With(root))
		} else {
			documents = append(documents, operation.Document)
		}
	}
	merged, err := merge.Documents(documents)
	require.NoError(t, err)
	return overlay.Apply("overlay.yaml", corrections, document.YAMLNode(merged.Root))
}

func TestOrigin(t *testing.T) {
	corrections, err := os.ReadFile("../../overlay.yaml")
	require.NoError(t, err)
	const path = "/paths/~1{tenant}~1api~1v3~1folders~1{folder}~1services~1{service}~1log~1downloadcsv"
	require.Equal(t, path+"/post/requestBody/content/application~1json/schema/properties/request_meta/properties/version_id",
		overlay.Origin(corrections)("/components/schemas/ExportMeta/properties/version_id"))
	require.Equal(t, "/components/schemas/Job", overlay.Origin(corrections)("/components/schemas/Job"))
}

// TestNoActionAppliesTwice applies our overlay to what it has corrected already:
// every action must notice that it has been overtaken.
func TestNoActionAppliesTwice(t *testing.T) {
	corrections, err := os.ReadFile("../../overlay.yaml")
	require.NoError(t, err)
	set, err := published.Load("../../..")
	require.NoError(t, err)
	merged, err := merge.Documents(set.Documents())
	require.NoError(t, err)
	tree := document.YAMLNode(merged.Root)
	require.NoError(t, overlay.Apply("overlay.yaml", corrections, tree))
	err = overlay.Apply("overlay.yaml", corrections, tree)
	require.Error(t, err)
	actions := strings.Count(string(corrections), "\n  - target: ")
	faults := strings.Count(err.Error(), "its reason was")
	require.Equal(t, actions, faults, "every action must notice that it has been overtaken")
}
