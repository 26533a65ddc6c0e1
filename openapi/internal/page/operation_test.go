package page_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/page"
)

const several = `
openapi: 3.1.0
info: {title: x, version: '1'}
x-vendor: copied
tags: [{name: one}, {name: two}, {name: unused}]
security: [{key: []}]
paths:
  /a:
    summary: shared
    parameters: [{$ref: '#/components/parameters/p'}]
    get: {operationId: getA, tags: [one], responses: {'200': {$ref: '#/components/responses/r'}}}
    post: {operationId: postA, tags: [two], security: [{other: []}], responses: {'200': {description: OK}}}
  /b: {$ref: '#/components/pathItems/b'}
components:
  parameters: {p: {name: p, in: query, schema: {$ref: '#/components/schemas/Deep/properties/x'}}}
  responses: {r: {description: OK, content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/Cat'}], discriminator: {propertyName: k, mapping: {d: Dog}}}}}}}
  schemas:
    Cat: {properties: {next: {$ref: '#/components/schemas/Cat'}}}
    Dog: {type: object}
    Deep: {properties: {x: {type: string}}}
    Unused: {type: object}
  pathItems: {b: {get: {operationId: getB, responses: {'200': {description: OK}}}}}
  securitySchemes: {key: {type: http, scheme: bearer}, other: {type: http, scheme: basic}}
`

func TestSplit(t *testing.T) {
	parsed, err := page.Parse("several.yaml", []byte(several))
	require.NoError(t, err)
	require.Len(t, parsed.Operations, 3)
	for i, want := range []struct {
		id, path   string
		methods    []string
		tags       []any
		components map[string][]string
	}{
		{"getA", "/a", []string{"get", "parameters", "summary"}, []any{"one"}, map[string][]string{
			"parameters": {"p"}, "responses": {"r"}, "schemas": {"Cat", "Deep", "Dog"}, "securitySchemes": {"key"},
		}},
		{"getB", "/b", []string{"get"}, []any{}, map[string][]string{"securitySchemes": {"key"}}},
		{"postA", "/a", []string{"parameters", "post", "summary"}, []any{"two"}, map[string][]string{
			"parameters": {"p"}, "schemas": {"Deep"}, "securitySchemes": {"other"},
		}},
	} {
		operation := parsed.Operations[i]
		root := operation.Document.Root
		require.Equal(t, want.id, operation.ID)
		require.Equal(t, "copied", root["x-vendor"])
		paths := root["paths"].(map[string]any)
		require.Len(t, paths, 1)
		require.Equal(t, want.methods, slices.Sorted(maps.Keys(paths[want.path].(map[string]any))))
		names := []any{}
		tags, _ := root["tags"].([]any)
		for _, tag := range tags {
			names = append(names, tag.(map[string]any)["name"])
		}
		require.Equal(t, want.tags, names)
		components := map[string][]string{}
		for section, members := range root["components"].(map[string]any) {
			components[section] = slices.Sorted(maps.Keys(members.(map[string]any)))
		}
		require.Equal(t, want.components, components, want.id)
	}
}

func TestDocumentsKnowTheirLines(t *testing.T) {
	parsed, err := page.Parse("several.yaml", []byte(several))
	require.NoError(t, err)
	require.Equal(t, "several.yaml:12", parsed.Operations[2].Document.Where("/paths/~1a/post/operationId"))
}
