package merge

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Overtaken returns an error for each operation of a supplement that the
// published documents have by now: one with the same path, whatever its method
// and the names of its parameters, or one with the same ID.
func (r *Result) Overtaken(supplement *document.Document) []error {
	type published struct{ what, pointer string }
	paths, ids := map[string]published{}, map[string]published{}
	page.EachOperation(r.Root, func(path, method string, _, operation map[string]any) {
		pointer := "/paths/" + document.Escape(path) + "/" + method
		paths[comparable(path)] = published{path, pointer}
		ids[text(operation["operationId"])] = published{text(operation["operationId"]), pointer}
	})
	var faults []error
	page.EachOperation(supplement.Root, func(path, method string, _, operation map[string]any) {
		found, ok := paths[comparable(path)]
		if !ok {
			found, ok = ids[text(operation["operationId"])]
		}
		if ok {
			place, _ := r.Where(found.pointer)
			at := supplement.Where("/paths/" + document.Escape(path) + "/" + method)
			faults = append(faults, fmt.Errorf("%s: the vendor publishes %s now (%s): take our operation out of this file, and let package spark use the published one", at, found.what, place))
		}
	})
	return faults
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

// comparable returns a path without the names of its parameters, in lower case.
func comparable(path string) string {
	return strings.ToLower(pathParameter.ReplaceAllString(path, "{}"))
}
