package merge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// tags joins in a document's tags; a tag is known by its name. The merged tags
// stand in the order of their names.
func (m *merger) tags(doc *document.Document, value any) error {
	declared, ok := value.([]any)
	if !ok {
		return fmt.Errorf("%s: tags must be a list", doc.Where("/tags"))
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
			return fmt.Errorf("%s and %s define the tag %q (%s) differently: import the newer version of both",
				originOf(m.origins, pointer).Name, doc.Where("/tags/"+strconv.Itoa(i)), name, pointer)
		}
	}
	slices.SortFunc(merged, func(a, b any) int { return cmp.Compare(tagName(a), tagName(b)) })
	m.root["tags"] = merged
	return nil
}

func tagName(tag any) string {
	object, _ := tag.(map[string]any)
	name, _ := object["name"].(string)
	return name
}

// security makes sure that a document which leaves security to the document
// level has it there: it would inherit that of other documents otherwise.
func (m *merger) security(doc *document.Document) error {
	if _, ok := doc.Root["security"]; ok {
		return nil
	}
	paths, _ := doc.Root["paths"].(map[string]any)
	for path, value := range paths {
		item, _ := value.(map[string]any)
		for _, method := range page.Methods {
			operation, ok := item[method].(map[string]any)
			if _, secured := operation["security"]; ok && !secured {
				pointer := "/paths/" + document.Escape(path) + "/" + method
				return fmt.Errorf("%s: %s %s declares no security, and neither does its document: expected a security list, an empty one for a public operation", doc.Where(pointer), method, path)
			}
		}
	}
	return nil
}

// describe settles what describes the document rather than the API: the
// highest version of OpenAPI and the info of the highest version.
func (m *merger) describe(documents []*document.Document) []string {
	newest := slices.MaxFunc(documents, func(a, b *document.Document) int {
		return cmp.Or(compareVersions(infoVersion(a), infoVersion(b)), cmp.Compare(canonical(a.Root["info"]), canonical(b.Root["info"])))
	})
	if info, ok := newest.Root["info"]; ok {
		m.root["info"] = info
	}
	latest := slices.MaxFunc(documents, func(a, b *document.Document) int {
		return compareVersions(text(a.Root["openapi"]), text(b.Root["openapi"]))
	})
	m.root["openapi"] = latest.Root["openapi"]
	for _, doc := range documents {
		if !reflect.DeepEqual(doc.Root["info"], newest.Root["info"]) {
			return []string{fmt.Sprintf("%s and %s differ in info: the merged document takes that of the higher version, %s", doc.Name, newest.Name, infoVersion(newest))}
		}
	}
	return nil
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
