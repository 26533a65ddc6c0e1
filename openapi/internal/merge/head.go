package merge

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// tags joins in a document's tags, which only describe. The merged tags stand in
// the order of their names.
func (m *merger) tags(value any) {
	byName := map[string]any{}
	merged, _ := m.Root["tags"].([]any)
	declared, _ := value.([]any)
	for _, tag := range slices.Concat(merged, declared) {
		object, _ := tag.(map[string]any)
		settle(byName, stringOf(object["name"]), tag)
	}
	merged = nil
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		merged = append(merged, byName[name])
	}
	m.Root["tags"] = merged
}

// settle sets a member that documents may have differently, since it only
// describes. The choice doesn't depend on the order or the names of documents.
func settle(object map[string]any, key string, value any) {
	if present, ok := object[key]; !ok || canonical(value) > canonical(present) {
		object[key] = value
	}
}

// ownHead returns the paths of a document with its head in each operation: the
// security that the operation inherits, and the servers if those of the merged
// document are others. An operation without any security is public.
func ownHead(doc *document.Document, paths, common any) any {
	security, ok := doc.Root["security"]
	if !ok {
		security = []any{}
	}
	servers := doc.Root["servers"]
	if reflect.DeepEqual(servers, common) {
		servers = nil
	}
	owned := map[string]any{"paths": document.Clone(paths)}
	page.EachOperation(owned, func(_, _ string, item, operation map[string]any) {
		setDefault(operation, "security", security)
		if _, above := item["servers"]; servers != nil && !above {
			setDefault(operation, "servers", servers)
		}
	})
	return owned["paths"]
}

func setDefault(object map[string]any, key string, value any) {
	if _, ok := object[key]; !ok {
		object[key] = value
	}
}

// commonServers returns the servers that the greatest number of documents name.
// Documents without servers don't count.
func commonServers(documents []*document.Document) any {
	numbers, lists := map[string]int{}, map[string]any{}
	for _, doc := range documents {
		if servers, ok := doc.Root["servers"]; ok {
			key := canonical(servers)
			numbers[key]++
			lists[key] = servers
		}
	}
	keys := slices.Sorted(maps.Keys(numbers))
	if len(keys) == 0 {
		return nil
	}
	return lists[slices.MaxFunc(keys, func(a, b string) int { return cmp.Compare(numbers[a], numbers[b]) })]
}

// describes reports whether a member of a document describes the document
// rather than the API.
func describes(key string) bool {
	return key == "info" || key == "openapi" || key == "externalDocs" || key == "jsonSchemaDialect" || isExtension(key)
}

// describe takes what describes the document from the document of the highest
// version, and the highest version of OpenAPI.
func (m *merger) describe(documents []*document.Document) {
	newest := slices.MaxFunc(documents, func(a, b *document.Document) int {
		return cmp.Or(slices.Compare(versionOf(a), versionOf(b)), cmp.Compare(canonical(headOf(a)), canonical(headOf(b))))
	})
	for key, value := range headOf(newest) {
		m.Root[key] = value
		m.origins["/"+document.Escape(key)] = newest
	}
	for _, doc := range documents {
		m.Root["openapi"] = max(stringOf(m.Root["openapi"]), stringOf(doc.Root["openapi"]))
	}
}

var digitRun = regexp.MustCompile(`\d+`)

// versionOf returns the version that a document gives itself, number by number.
func versionOf(doc *document.Document) []int {
	info, _ := doc.Root["info"].(map[string]any)
	var numbers []int
	for _, run := range digitRun.FindAllString(stringOf(info["version"]), -1) {
		number, _ := strconv.Atoi(run) // the largest int for one that is too large
		numbers = append(numbers, number)
	}
	return numbers
}

// headOf returns what describes a document.
func headOf(doc *document.Document) map[string]any {
	head := maps.Clone(doc.Root)
	maps.DeleteFunc(head, func(key string, _ any) bool { return !describes(key) })
	return head
}
