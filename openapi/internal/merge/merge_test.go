package merge_test

import (
	"fmt"
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
		"security":        {"security: [{key: []}]", "security: [{key: [admin]}]", "define /paths/~1a~1{x}/get/security/0/key differently"},
		"operation":       {"description: OK", "description: KO", "define /paths/~1a~1{x}/get/responses/200/description differently"},
		"path":            {"summary: s", "summary: other", "define /paths/~1a~1{x}/summary differently"},
		"path bare":       {"summary: s, get:", "post:", "define /paths/~1a~1{x}/summary differently"},
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

func TestReferencesLeadAcrossDocuments(t *testing.T) {
	one := base + "paths: {/a: {get: {operationId: a, responses: {'200': {$ref: '#/components/responses/R'}}}}}\n"
	two := strings.Replace(base, "components: {", "components: {responses: {R: {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/S/properties/a'}}}}}, ", 1) +
		"paths: {/b: {get: {operationId: b, responses: {'200': {description: OK}}}}}\n"
	_, err := merge.Documents([]*document.Document{parse(t, "one.yaml", one), parse(t, "two.yaml", two)})
	require.NoError(t, err)
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
	}
}

// operations reads the operations of growth pages, and the published ones.
func operations(t *testing.T) []*document.Document {
	t.Helper()
	files, err := filepath.Glob(growth + "*")
	require.NoError(t, err)
	pages, err := page.Read(t.Context(), append(files, "../../published"))
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
	want := mergedText(t, documents)
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		require.Equal(t, want, mergedText(t, documents), "seed %d", seed)
	}
}

// TestNamesDoNotMatter merges documents that describe themselves differently,
// under names in different orders, as those of a page have before and after its
// import.
func TestNamesDoNotMatter(t *testing.T) {
	one := strings.Replace(base, "description: d", "description: e", 1) + "x-a: 1\npaths: {x-p: 1, /a: {get: {operationId: a, responses: {'200': {description: OK}}}}}\n"
	two := strings.Replace(base, "components: {", "components: {x-c: 2, ", 1) + "x-a: 2\nservers: [{url: https://b}]\npaths: {x-p: 2, /b: {get: {operationId: b, responses: {'200': {description: OK}}}}}\n"
	two = strings.Replace(two, "servers: [{url: https://a}]\n", "", 1)
	require.Equal(t, mergedText(t, []*document.Document{parse(t, "1.yaml", one), parse(t, "2.yaml", two)}), mergedText(t, []*document.Document{parse(t, "2.yaml", one), parse(t, "1.yaml", two)}))
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
		require.EqualError(t, err, "a.yaml:7 and c.yaml:7 define /components/schemas/S/properties/a/type differently: make them agree in a copy of the page, and import the copy")
	}
}

// TestTheHeadOfADocumentBelongsToItsOperations merges documents whose heads
// differ, in security and in servers.
func TestTheHeadOfADocumentBelongsToItsOperations(t *testing.T) {
	const operation = "paths: {/%: {get: {operationId: %, responses: {'200': {description: OK}}}}}\n"
	with := func(name, from, to string) *document.Document {
		changed := strings.Replace(base, from, to, 1)
		return parse(t, name+".yaml", changed+strings.ReplaceAll(operation, "%", name))
	}
	merged, err := merge.Documents([]*document.Document{
		with("a", "", ""), with("b", "security: [{key: []}]\n", ""), with("c", "[{key: []}]", "[{key: [x]}]"),
		with("d", "https://a", "https://b"), with("e", "servers: [{url: https://a}]\n", ""),
	})
	require.NoError(t, err)
	require.NotContains(t, merged.Root, "security")
	require.Equal(t, []any{map[string]any{"url": "https://a"}}, merged.Root["servers"], "those that most documents name")
	for name, want := range map[string][2]any{
		"a": {[]any{map[string]any{"key": []any{}}}, nil},
		"b": {[]any{}, nil},
		"c": {[]any{map[string]any{"key": []any{"x"}}}, nil},
		"d": {[]any{map[string]any{"key": []any{}}}, []any{map[string]any{"url": "https://b"}}},
		"e": {[]any{map[string]any{"key": []any{}}}, nil},
	} {
		found := merged.Root["paths"].(map[string]any)["/"+name].(map[string]any)["get"].(map[string]any)
		require.Equal(t, want, [2]any{found["security"], found["servers"]}, name)
	}
}

// TestNothingIsLost splits complete documents into operations and merges them
// again: every keyword and every extension of an operation must be there.
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
			count := 0
			page.EachOperation(doc.Root, func(path, method string, _, want map[string]any) {
				count++
				got := merged.Root["paths"].(map[string]any)[path].(map[string]any)[method].(map[string]any)
				if _, own := want["security"]; !own {
					delete(got, "security")
				}
				require.Equal(t, want, got)
			})
			require.Positive(t, count)
			for _, component := range document.Reached(doc.Root, doc.Root["paths"]) {
				if strings.HasPrefix(component, "pathItems/") { // they stand in place in published documents
					continue
				}
				want, _ := document.Find(doc.Root, "/components/"+component)
				got, _ := document.Find(merged.Root, "/components/"+component)
				require.Equal(t, want, got, component)
			}
		})
	}
}

// TestSupplementsOnlyAdd merges a document of ours with published ones that have
// its operation, its path under other names, or nothing of it.
func TestSupplementsOnlyAdd(t *testing.T) {
	const operation = "paths: {'%s': {%s: {operationId: %s, security: [], responses: {'200': {description: OK}}}}}\n"
	published := func(path, method, id string) *document.Document {
		return parse(t, "published.yaml", base+fmt.Sprintf(operation, path, method, id))
	}
	ours := parse(t, "ours.yaml", "openapi: 3.1.0\ninfo: {title: ours, version: '9'}\n"+fmt.Sprintf(operation, "/a/{b}", "post", "postAB"))
	merged, err := merge.Documents([]*document.Document{published("/c", "get", "getC")}, ours)
	require.NoError(t, err)
	require.Len(t, merged.Root["paths"], 2)
	require.NotEqual(t, "ours", merged.Root["info"].(map[string]any)["title"])
	for _, overtaken := range []*document.Document{published("/A/{x}", "get", "getAX"), published("/d", "get", "postAB")} {
		merged, err := merge.Documents([]*document.Document{overtaken}, ours)
		require.ErrorContains(t, err, "ours.yaml:3: the vendor publishes ")
		require.Len(t, merged.Root["paths"], 1)
	}
	own := parse(t, "spark.yaml", "paths: {'/a/{b}': {post: {operationId: postAB, x-provenance: seen}}}\n")
	merged, err = merge.Documents([]*document.Document{own})
	require.NoError(t, err)
	require.Empty(t, merged.Overtaken(ours))
	_, err = merge.Documents([]*document.Document{published("/c", "get", "getC")}, parse(t, "openapi/supplement/ours.yaml", "components: {schemas: {S: {type: number}}}\n"))
	require.EqualError(t, err, "published.yaml:7 and openapi/supplement/ours.yaml:1 define /components/schemas/S/properties differently: give ours another name")
}

func mergedText(t *testing.T, documents []*document.Document) string {
	t.Helper()
	merged, err := merge.Documents(documents)
	require.NoError(t, err)
	data, err := document.FormatYAML(merged.Root)
	require.NoError(t, err)
	return string(data)
}
