package merge_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/merge"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

var update = flag.Bool("update", false, "write the golden files anew")

const growth = "../pipeline/testdata/growth/"

// base is what the documents of a table test share.
const base = `
openapi: 3.1.0
info: {title: x, version: '1'}
servers: [{url: https://a}]
security: [{key: []}]
tags: [{name: t, description: d}]
components: {securitySchemes: {key: {type: http, scheme: bearer}}, schemas: {S: {type: object, properties: {a: {type: string}}}}}
`

func parse(t *testing.T, name, text string) *document.Document {
	t.Helper()
	doc, err := document.ParseYAML(name, 1, []byte(text))
	require.NoError(t, err)
	return doc
}

// TestConflicts changes one thing in the second of two documents. The merge
// must fail and name both files and the JSON pointer.
func TestConflicts(t *testing.T) {
	const first = base + "paths: {'/a/{x}': {summary: s, get: {operationId: a, responses: {'200': {description: OK}}}}}\n"
	for name, c := range map[string]struct{ from, to, fault string }{
		"component":       {"a: {type: string}", "a: {type: integer}", "one.yaml:7 and two.yaml:7 define /components/schemas/S/properties/a/type differently"},
		"component grown": {"a: {type: string}", "a: {type: string}, b: {}", "one.yaml:7 and two.yaml:7 define /components/schemas/S/properties/b differently"},
		"security scheme": {"scheme: bearer", "scheme: basic", "define /components/securitySchemes/key/scheme differently"},
		"server":          {"https://a", "https://b", "define /servers/0/url differently"},
		"more servers":    {"[{url: https://a}]", "[{url: https://a}, {url: https://b}]", "define /servers differently"},
		"security":        {"security: [{key: []}]", "security: [{key: [admin]}]", "define /security/0/key differently"},
		"tag":             {"description: d", "description: e", `one.yaml and two.yaml:6 define the tag "t" (/tags/t/description) differently`},
		"operation":       {"description: OK", "description: KO", "define /paths/~1a~1{x}/get/responses/200/description differently"},
		"path":            {"summary: s", "summary: other", "define /paths/~1a~1{x}/summary differently"},
		"path bare":       {"summary: s, get:", "post:", "define /paths/~1a~1{x}/summary differently"},
		"operation ID":    {"/a/{x}", "/b", "one.yaml:8 (/paths/~1a~1{x}/get/operationId) and two.yaml:8 (/paths/~1b/get/operationId) give two operations the same ID a"},
		"parameter name":  {"/a/{x}': {summary: s, get: {operationId: a", "/a/{y}': {post: {operationId: b", "one.yaml:8 (/paths/~1a~1{x}) and two.yaml:8 (/paths/~1a~1{y}) are the same path"},
		"no security":     {"security: [{key: []}]\n", "\n", "two.yaml:8: get /a/{x} declares no security"},
	} {
		t.Run(name, func(t *testing.T) {
			second := strings.Replace(first, c.from, c.to, 1)
			require.NotEqual(t, first, second)
			_, err := merge.Documents([]*document.Document{parse(t, "one.yaml", first), parse(t, "two.yaml", second)})
			require.ErrorContains(t, err, c.fault)
			require.ErrorContains(t, err, "two.yaml")
		})
	}
}

func TestReferencesAreCheckedAcrossDocuments(t *testing.T) {
	one := base + "paths: {/a: {get: {operationId: a, responses: {'200': {$ref: '#/components/responses/R'}}}}}\n"
	two := strings.Replace(base, "components: {", "components: {responses: {R: {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/S/properties/a'}}}}}, ", 1) +
		"paths: {/b: {get: {operationId: b, responses: {'200': {description: OK}}}}}\n"
	_, err := merge.Documents([]*document.Document{parse(t, "one.yaml", one), parse(t, "two.yaml", two)})
	require.NoError(t, err)
	_, err = merge.Documents([]*document.Document{parse(t, "one.yaml", one)})
	require.ErrorContains(t, err, "one.yaml:8: /paths/~1a/get/responses/200: the reference #/components/responses/R points nowhere")
	_, err = merge.Documents(nil)
	require.ErrorContains(t, err, "no documents to merge")
}

func TestInfoIsThatOfTheHigherVersion(t *testing.T) {
	one := parse(t, "one.yaml", strings.Replace(base, "version: '1'", "version: 0.10.0", 1)+"paths: {}\n")
	two := parse(t, "two.yaml", strings.Replace(base, "version: '1'", "version: 0.9.1", 1)+"paths: {}\n")
	for _, documents := range [][]*document.Document{{one, two}, {two, one}} {
		merged, err := merge.Documents(documents)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"title": "x", "version": "0.10.0"}, merged.Root["info"])
		require.Len(t, merged.Notes, 1)
	}
}

// operations reads the operations of growth pages, and the published ones.
func operations(t *testing.T) []*document.Document {
	t.Helper()
	files, err := filepath.Glob(growth + "*")
	require.NoError(t, err)
	pages, err := page.Read(append(files, "../../published"))
	require.NoError(t, err)
	var documents []*document.Document
	for _, page := range pages {
		for _, operation := range page.Operations {
			documents = append(documents, operation.Document)
		}
	}
	return documents
}

// TestOrderDoesNotMatter merges many documents in many orders, with one result.
func TestOrderDoesNotMatter(t *testing.T) {
	documents := operations(t)
	require.Greater(t, len(documents), 15)
	want := text(t, documents)
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		require.Equal(t, want, text(t, documents), "seed %d", seed)
	}
}

// TestConflictsDoNotDependOnTheOrder merges documents that disagree: every
// order must fail, with the same message.
func TestConflictsDoNotDependOnTheOrder(t *testing.T) {
	var documents []*document.Document
	for _, name := range []string{"a", "b", "c", "d"} {
		kind := map[string]string{"c": "integer"}[name]
		if kind == "" {
			kind = "string"
		}
		documents = append(documents, parse(t, name+".yaml", strings.Replace(base, "type: string", "type: "+kind, 1)+"paths: {/"+name+": {get: {operationId: "+name+", responses: {'200': {description: OK}}}}}\n"))
	}
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		_, err := merge.Documents(documents)
		require.EqualError(t, err, "a.yaml:7 and c.yaml:7 define /components/schemas/S/properties/a/type differently: import the newer version of both")
	}
}

// TestNothingIsLost splits whole documents into operations and merges them
// again: every keyword and every extension must come back.
func TestNothingIsLost(t *testing.T) {
	for _, name := range []string{"every-keyword.yaml", "batches.yaml", "services.json"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(growth + name)
			require.NoError(t, err)
			doc, err := document.ParseYAML(name, 1, data)
			require.NoError(t, err)
			parsed, err := page.Parse(name, data)
			require.NoError(t, err)
			var documents []*document.Document
			for _, operation := range parsed.Operations {
				documents = append(documents, operation.Document)
			}
			merged, err := merge.Documents(documents)
			require.NoError(t, err)
			paths := doc.Root["paths"].(map[string]any)
			for path, item := range paths { // path items stand in place in published documents
				if ref, ok := item.(map[string]any)["$ref"].(string); ok {
					pointer, _ := document.Target(ref)
					paths[path], _ = document.Find(doc.Root, pointer)
				}
			}
			want, err := document.Canonical(doc.Root)
			require.NoError(t, err)
			got, err := document.Canonical(merged.Root)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
}

// TestGolden merges each growth page with the page that we began with. Run it with
// -update to write the golden files anew, and read the difference.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(growth + "*")
	require.NoError(t, err)
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			pages, err := page.Read([]string{file, "../pipeline/testdata/api-call-history-apis.md"})
			require.NoError(t, err)
			var documents []*document.Document
			for _, page := range pages {
				for _, operation := range page.Operations {
					documents = append(documents, operation.Document)
				}
			}
			golden := filepath.Join("testdata", strings.TrimSuffix(name, filepath.Ext(name))+".golden.yaml")
			got := text(t, documents)
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

func text(t *testing.T, documents []*document.Document) string {
	t.Helper()
	merged, err := merge.Documents(documents)
	require.NoError(t, err)
	data, err := document.FormatYAML(document.YAMLNode(merged.Root))
	require.NoError(t, err)
	return string(data)
}
