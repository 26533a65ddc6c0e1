package merge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// tags joins in a document's tags; a tag is known by its name. The merged tags
// stand in the order of their names.
func (m *merger) tags(doc *document.Document, value any) {
	declared, ok := value.([]any)
	if !ok {
		m.fail("%s: tags must be a list", doc.Where("/tags"))
		return
	}
	merged, _ := m.root["tags"].([]any)
	for i, tag := range declared {
		name := tagName(tag)
		pointer := "/tags/" + document.Escape(name)
		at := slices.IndexFunc(merged, func(have any) bool { return tagName(have) == name })
		if at < 0 {
			merged = append(merged, tag)
			m.origins[pointer] = doc
		} else if !reflect.DeepEqual(merged[at], tag) {
			pointer += difference(merged[at], tag)
			m.disagree(originOf(m.origins, pointer).Name, doc.Where("/tags/"+strconv.Itoa(i)), fmt.Sprintf("the tag %q (%s)", name, pointer))
		}
	}
	slices.SortFunc(merged, func(a, b any) int { return cmp.Compare(tagName(a), tagName(b)) })
	m.root["tags"] = merged
}

func tagName(tag any) string {
	object, _ := tag.(map[string]any)
	name, _ := object["name"].(string)
	return name
}

// ownHead returns the paths of a document with its head in each operation: the
// security that the operation inherits, and the servers where those of the
// merged document are others. An operation without any security is public.
func ownHead(doc *document.Document, paths, common any) any {
	security, ok := doc.Root["security"]
	if !ok {
		security = []any{}
	}
	servers := doc.Root["servers"]
	if reflect.DeepEqual(servers, common) {
		servers = nil
	}
	items, _ := paths.(map[string]any)
	owned := maps.Clone(items)
	for path, value := range items {
		item, _ := value.(map[string]any)
		if item == nil || extension(path) {
			continue
		}
		item = maps.Clone(item)
		owned[path] = item
		for _, method := range page.Methods {
			operation, ok := item[method].(map[string]any)
			if !ok {
				continue
			}
			operation = maps.Clone(operation)
			item[method] = operation
			setDefault(operation, "security", security)
			if _, above := item["servers"]; servers != nil && !above {
				setDefault(operation, "servers", servers)
			}
		}
	}
	return owned
}

func setDefault(object map[string]any, key string, value any) {
	if _, ok := object[key]; !ok {
		object[key] = value
	}
}

// commonServers are the servers that most documents name. A document without
// servers says nothing of them.
func commonServers(documents []*document.Document) any {
	count, lists := map[string]int{}, map[string]any{}
	for _, doc := range documents {
		if servers, ok := doc.Root["servers"]; ok {
			key := canonical(servers)
			count[key]++
			lists[key] = servers
		}
	}
	keys := slices.Sorted(maps.Keys(count))
	if len(keys) == 0 {
		return nil
	}
	return lists[slices.MaxFunc(keys, func(a, b string) int { return cmp.Compare(count[a], count[b]) })]
}

// describes reports whether a member of a document describes the document
// rather than the API.
func describes(key string) bool {
	return key == "info" || key == "openapi" || key == "externalDocs" || key == "jsonSchemaDialect" || extension(key)
}

// describe settles what describes the document: the highest version of OpenAPI,
// and all else as the document of the highest version has it.
func (m *merger) describe(documents []*document.Document) []string {
	newest := slices.MaxFunc(documents, func(a, b *document.Document) int {
		return cmp.Or(compareVersions(infoVersion(a), infoVersion(b)), cmp.Compare(canonical(head(a)), canonical(head(b))))
	})
	maps.Copy(m.root, head(newest))
	latest := slices.MaxFunc(documents, func(a, b *document.Document) int {
		return compareVersions(text(a.Root["openapi"]), text(b.Root["openapi"]))
	})
	m.root["openapi"] = latest.Root["openapi"]
	for _, doc := range documents {
		if at := difference(head(doc), head(newest)); at != "" && !strings.HasPrefix(at, "/openapi") {
			return []string{fmt.Sprintf("%s and %s differ in %s: the merged document takes that of the higher version, %s", doc.Name, newest.Name, at, infoVersion(newest))}
		}
	}
	return nil
}

// head is what describes a document.
func head(doc *document.Document) map[string]any {
	head := maps.Clone(doc.Root)
	maps.DeleteFunc(head, func(key string, _ any) bool { return !describes(key) })
	return head
}

func infoVersion(doc *document.Document) string {
	info, _ := doc.Root["info"].(map[string]any)
	return text(info["version"])
}

func text(value any) string {
	text, _ := value.(string)
	return text
}

func canonical(value any) string {
	data, _ := json.Marshal(value) // values that were read from JSON or YAML always encode
	return string(data)
}

// compareVersions compares dotted versions number by number.
func compareVersions(a, b string) int {
	one, other := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(one), len(other)) {
		left, leftErr := strconv.Atoi(one[i])
		right, rightErr := strconv.Atoi(other[i])
		order := cmp.Compare(one[i], other[i])
		if leftErr == nil && rightErr == nil {
			order = cmp.Compare(left, right)
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(one), len(other))
}
