package generate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// ownNames makes sure that no schema takes the Go name of a schema away that
// the facade uses: the generator would give both another name.
func ownNames(root map[string]any, known facade.List, where check.Where) error {
	var operations []any
	page.EachOperation(root, func(_, _ string, _, operation map[string]any) {
		if id, _ := operation["operationId"].(string); known[id].Method != "" {
			operations = append(operations, operation)
		}
	})
	used := document.Reached(root, operations)
	schemas, _ := document.Find(root, "/components/schemas")
	defined, _ := schemas.(map[string]any)
	names := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(defined)) {
		goName := strings.ToLower(capitalized(name))
		names[goName] = append(names[goName], name)
	}
	var faults []error
	for _, goName := range slices.Sorted(maps.Keys(names)) {
		same := names[goName]
		if len(same) < 2 || !slices.ContainsFunc(same, func(name string) bool { return slices.Contains(used, "schemas/"+name) }) {
			continue
		}
		for _, name := range same {
			if !slices.Contains(used, "schemas/"+name) {
				faults = append(faults, fmt.Errorf("%s: the schemas %q have one name in Go, and the facade uses it: give this one another by x-go-name in openapi/overlay.yaml", where("/components/schemas/"+document.Escape(name)), same))
			}
		}
	}
	return errors.Join(faults...)
}
