package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// BenchmarkGrowthOfOperations imports, merges and checks a page of so many
// operations that share their parameters and schemas.
func BenchmarkGrowthOfOperations(b *testing.B) {
	for _, count := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("operations=%d", count), func(b *testing.B) {
			name := pageOf(b, count)
			b.ReportAllocs()
			for b.Loop() {
				takeIn(b, name)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(count), "ns/operation")
		})
	}
}

// pageOf writes a page of that many operations.
func pageOf(b *testing.B, count int) string {
	var text strings.Builder
	text.WriteString("# Many\n")
	for i := range count {
		fmt.Fprintf(&text, "\n```json\n%s\n```\n", fmt.Sprintf(oneOfMany, i, i, i%50))
	}
	name := filepath.Join(b.TempDir(), "many.md")
	require.NoError(b, os.WriteFile(name, []byte(text.String()), 0o644))
	return name
}

// takeIn does what make spec does with a page before it generates.
func takeIn(b *testing.B, name string) {
	pages, err := page.Read(b.Context(), []string{name})
	require.NoError(b, err)
	var documents []*document.Document
	for _, operation := range pages[0].Operations {
		documents = append(documents, operation.Document)
	}
	merged, err := merge.Documents(documents)
	require.NoError(b, err)
	where := func(pointer string) string { return pointer }
	_, err = check.Clean(merged.Root, where)
	require.NoError(b, err)
	_, err = check.Operations(merged.Root, where)
	require.NoError(b, err)
	_, err = check.Form(merged.Root, where)
	require.NoError(b, err)
}

const oneOfMany = `{
  "openapi": "3.1.0", "info": {"title": "Many", "version": "1"}, "security": [{"key": []}],
  "components": {
    "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    "parameters": {"tenant": {"name": "tenant", "in": "path", "required": true, "schema": {"type": "string"}}},
    "schemas": {"Filter": {"type": "object", "properties": {
      "from": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
      "ids": {"type": "array", "items": {"type": "string", "format": "uuid"}},
      "limit": {"type": "integer", "minimum": 1, "default": 10}}}}
  },
  "paths": {"/{tenant}/many/%d": {"post": {
    "operationId": "postMany%d",
    "parameters": [{"$ref": "#/components/parameters/tenant"}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Filter"}}}},
    "responses": {"200": {"description": "OK", "content": {"application/json": {
      "schema": {"type": "object", "properties": {"field%d": {"type": "string"}}}, "example": {}}}}}
  }}}
}`
